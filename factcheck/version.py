"""The release of Factline, which `pyproject.toml` reads from here."""

VERSION = "0.2.0"

USER_AGENT = f"factline/{VERSION}"
"""The service's name to LINE and Elasticsearch, before that of the library that speaks for it."""
