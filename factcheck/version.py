"""`pyproject.toml` reads the release from here."""

VERSION = "0.2.0"

USER_AGENT = f"factline/{VERSION}"
"""What LINE and Elasticsearch read, before the name of the client library."""
