"""What goes wrong with dataset files, in words that say what to do."""

from factcheck.errors import FactlineError


class DatasetError(FactlineError):
    """Raised when an export or an import cannot go on. The message names the file and the cause."""
