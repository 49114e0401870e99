from factcheck.errors import FactlineError


class DatasetError(FactlineError):
    """An export or import cannot go on. The message names the file and the cause."""
