class FactlineError(Exception):
    """Base of every error that this project raises on purpose."""


class InvalidInputError(FactlineError):
    """Input that a person can correct.

    `field` names the form field or argument. `reason` is an English sentence and the message id of its translation;
    `values` fill its placeholders.
    """

    def __init__(self, field: str, reason: str, **values: object) -> None:
        super().__init__(f"{field}: {reason % values if values else reason}")
        self.field = field
        self.reason = reason
        self.values = values


class NotFoundError(FactlineError):
    """The named thing does not exist, or may not be shown to this person."""


class ForbiddenError(FactlineError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SearchUnavailableError(FactlineError):
    """The search index does not answer now; callers fall back or try later."""


class DocumentRefusedError(FactlineError):
    """The search index refuses one document for its content; trying again does not help."""


class EmbedderUnavailableError(FactlineError):
    """The embedding model does not answer now; callers fall back or try later."""


class IndexMismatchError(FactlineError):
    """The index was built in another way than this process needs; it must be rebuilt (`python -m indexer reindex`)."""
