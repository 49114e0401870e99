"""A fact-check of somebody else, as it is read from any source. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from factcheck.graphemes import first
from factcheck.languages import FALLBACK, language_of
from factcheck.limits import MAX_REFERENCE_LENGTH, MAX_REPLY_LENGTH, MAX_TEXT_LENGTH
from factcheck.models import ReplyType

_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
CHECKED_BY = {
    "zh-Hant": "查核者：{}",
    "ja": "確認：{}",
    "th": "ตรวจสอบโดย {}",
    "en": "Checked by {}",
}
"""Said in the language of the message, whoever reads it: it stands in the text."""

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    key: str
    """What the source knows it by."""
    claim: str
    type: ReplyType
    text: str
    reference: str
    url: str
    publisher: str
    licence: str
    published_at: datetime | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.key.encode("utf-8", "replace")).hexdigest()[:40]


@dataclass
class Read:
    """What was read of a source."""

    found: list[Found] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    """Keys that the source says it withdrew."""
    skipped: int = 0
    """Items that are no check, or lack what one needs."""
    is_whole: bool = False
    """It names all that the source has, so that what is missing is gone."""


def clean(value: object, most: int) -> str:
    """Reads a text of a stranger's; '' for what is none."""
    if not isinstance(value, str):
        return ""
    return first(_UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n")), most).strip()[:most]


def web_address(value: object) -> str:
    text = clean(value, 2_000)
    try:
        parts = urlsplit(text)
        return text if parts.scheme in ("http", "https") and parts.hostname and " " not in text else ""
    except ValueError:
        return ""


def moment(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(clean(value, 40))
    except ValueError:
        return None
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def said(claim: str, publisher: str, *parts: str) -> str:
    """Writes the reply: who checked it, then what they found."""
    language = language_of(claim)
    by = CHECKED_BY[(language or FALLBACK).tag].format(publisher)
    return "\n\n".join(dict.fromkeys(part for part in (by, *parts) if part))[:MAX_REPLY_LENGTH]


CLAIM, REFERENCE, NAME = MAX_TEXT_LENGTH, MAX_REFERENCE_LENGTH, 255
