from factcheck.errors import FactlineError


class BackupError(FactlineError):
    """A backup cannot be made or put back; the message says why, and that nothing was changed."""
