"""Which release of Factline this is: the one place that says so. `pyproject.toml` reads it from here."""

VERSION = "0.2.0"

USER_AGENT = f"factline/{VERSION}"
"""What the service calls itself to LINE and to Elasticsearch, before the name of the library that speaks for it."""
