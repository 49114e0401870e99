class FactlineError(Exception):
    """Every error that this project raises on purpose."""


class InvalidInputError(FactlineError):
    """Input that a person can correct. `field` names the form field or argument; `reason` is an English sentence and
    message id, whose placeholders `values` fill."""

    def __init__(self, field: str, reason: str, **values: object) -> None:
        super().__init__(f"{field}: {reason % values if values else reason}")
        self.field = field
        self.reason = reason
        self.values = values


class OperatorError(FactlineError):
    """Input that whoever runs the service can correct. `field` names the option; the message is an English sentence."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class NotFoundError(FactlineError):
    """Raised for what does not exist or may not be shown to this person."""


class DamagedFileError(NotFoundError):
    """A file that was kept is not as it was kept, so that nobody gets it."""


class GoneError(FactlineError):
    """Raised for what was there and was taken away. `reason` is an English sentence and message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StaleError(FactlineError):
    """Raised for what was changed since its form was opened, also by the same person."""


class ForbiddenError(FactlineError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseReadOnlyError(FactlineError):
    """The database lets nobody write."""


class CheckedElsewhereError(ForbiddenError):
    """The reply is somebody else's fact-check, which nobody rates or uses again here."""


class MailRefusedError(FactlineError):
    """The mail server says that an address never gets mail."""


class SearchUnavailableError(FactlineError):
    """The index does not answer now."""


class IndexLostError(SearchUnavailableError):
    """The index is gone or damaged, and must be built anew. `reason` is a sentence; what to do is added."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason.removesuffix('.')}. A running worker builds it anew; without one, run: python -m indexer reindex"
        )
        self.reason = reason


class DocumentRefusedError(FactlineError):
    """The index refuses one document for its content; trying again does not help."""


class MediaStoreUnavailableError(FactlineError):
    """The store of pictures, films and sounds does not answer now."""


class EmbedderUnavailableError(FactlineError):
    """The embedding model does not answer now."""


class IndexMismatchError(FactlineError):
    """The index was built in another way than needed and must be rebuilt (`python -m indexer reindex`)."""


class PictureRefusedError(FactlineError):
    """A file that is no picture of a kind that is taken, or broken, or too large."""


class SoundRefusedError(FactlineError):
    """A file in which nothing can be heard or seen by the programs of this machine."""


class ReaderUnavailableError(FactlineError):
    """The text reader does not answer now, or not in time."""


class ReaderBusyError(ReaderUnavailableError):
    """The text reader has others to read first."""


class ToolMissingError(FactlineError):
    """A program is not installed on this machine."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} is not installed on this machine.")
        self.program = program


class TranscriberUnavailableError(FactlineError):
    """The provider of transcripts does not answer now, not in time, or not as one."""
