"""How the tests' S3 server is reached."""

import secrets

from factcheck.media.s3 import Bucket

NAME = "bucket"
SECRET = secrets.token_hex(8)


def bucket(endpoint: str, **changes: str) -> Bucket:
    values = {"name": NAME, "prefix": "media", "endpoint": endpoint, "region": "us-east-1", "access_key": "key"}
    return Bucket(**{**values, "secret_key": SECRET, **changes})
