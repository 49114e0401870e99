"""Files of messages in a store that speaks S3."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from factcheck.errors import MediaStoreUnavailableError, NotFoundError

IN_MEMORY = 1_000_000
"""Bytes of a file that are read before the disk is used."""


@dataclass(frozen=True)
class Bucket:
    name: str
    prefix: str
    endpoint: str
    """'' for Amazon's own."""
    region: str
    access_key: str
    secret_key: str


class S3Store:
    """Implements `MediaStore`. Every call has a timeout and is tried three times."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        config = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=bucket.endpoint or None,
            region_name=bucket.region,
            aws_access_key_id=bucket.access_key,
            aws_secret_access_key=bucket.secret_key,
            config=config,
        )

    def put(self, name: str, source: Path) -> None:
        with source.open("rb") as body, _Told():
            self._client.put_object(Bucket=self._bucket.name, Key=self._key(name), Body=body)

    def open(self, name: str) -> BinaryIO:
        spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- whoever asked closes it
        try:
            with _Told():
                self._client.download_fileobj(self._bucket.name, self._key(name), spool)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return cast(BinaryIO, spool)

    def size(self, name: str) -> int:
        with _Told():
            return int(self._client.head_object(Bucket=self._bucket.name, Key=self._key(name))["ContentLength"])

    def piece(self, name: str, start: int, stop: int) -> bytes:
        wanted = {"Bucket": self._bucket.name, "Key": self._key(name), "Range": f"bytes={start}-{stop - 1}"}
        with _Told():
            return bytes(self._client.get_object(**wanted)["Body"].read())

    def delete(self, file_id: str) -> None:
        with _Told():
            keys = [key for page in self._pages(self._key(file_id) + "/") for key in page]
            for key in keys:
                self._client.delete_object(Bucket=self._bucket.name, Key=key)

    def file_ids(self) -> Iterator[str]:
        seen = ""
        start = self._key("")
        with _Told():
            for page in self._pages(start):
                for key in page:
                    file_id = key.removeprefix(start).partition("/")[0]
                    if file_id != seen:
                        seen = file_id
                        yield file_id

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=prefix)
        for page in pages:
            yield [str(one["Key"]) for one in page.get("Contents", ())]

    def _key(self, name: str) -> str:
        return f"{self._bucket.prefix}/{name}" if self._bucket.prefix else name


class _Told:
    """Turns the library's errors into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClientError):
            if str(error.response.get("Error", {}).get("Code")) in ("404", "NoSuchKey"):
                raise NotFoundError("no such file") from None
            raise MediaStoreUnavailableError(str(error.response.get("Error", {}).get("Code"))) from None
        if isinstance(error, BotoCoreError):
            raise MediaStoreUnavailableError(type(error).__name__) from None
