"""Settings of pictures, films and sounds. `factcheck.settings` reads them with all others."""

import re
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings


class MediaSettings(BaseSettings):
    """Names are the environment variables in lower case."""

    take_media: bool = Field(
        True, description="0: pictures, films and sounds are not fetched; whoever sends one is asked for its words."
    )
    media_store: str = Field(
        "",
        description=(
            "Where pictures, films and sounds are kept: a folder, or `s3://bucket/prefix`. Default: a folder in "
            "VAR_DIR. All machines must share it."
        ),
    )
    media_quota_mb: int = Field(
        20_000,
        ge=1,
        le=100_000_000,
        description="Megabytes of pictures, films and sounds that are kept; beyond that none is taken.",
    )
    media_at_once: int = Field(
        1,
        ge=1,
        le=32,
        description="Pictures, and films, that all workers together look at at once. Others wait; texts do not.",
    )
    media_endpoint: str = Field("", description="Address of a store that speaks S3; default: Amazon's.")
    media_region: str = Field("us-east-1", description="Region of the S3 store.")
    media_access_key: str = Field("", description="Access key of the S3 store.")
    media_secret_key: str = Field("", description="Secret key of the S3 store.")

    @field_validator("media_store")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if "://" in value and not re.fullmatch(r"s3://[a-z0-9.-]{3,63}(/.*)?", value):
            raise ValueError("must be a folder or look like s3://bucket/prefix")
        return value

    @model_validator(mode="after")
    def _has_keys_of_store(self) -> Self:
        if self.s3_bucket and not (self.media_access_key and self.media_secret_key):
            raise ValueError("MEDIA_STORE is an S3 store: it needs MEDIA_ACCESS_KEY and MEDIA_SECRET_KEY")
        return self

    @property
    def s3_bucket(self) -> tuple[str, str] | None:
        """Gives the name of the bucket for media and what names in it begin with; None where a folder is used."""
        if not self.media_store.startswith("s3://"):
            return None
        name, _, prefix = self.media_store.removeprefix("s3://").partition("/")
        return name, prefix.strip("/")
