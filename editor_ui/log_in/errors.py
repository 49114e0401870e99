from factcheck.errors import FactlineError


class ProviderAwayError(FactlineError):
    """The provider does not answer now, or not as it should."""


class LoginRefusedError(FactlineError):
    """What came back does not prove who somebody is, or they changed their mind."""
