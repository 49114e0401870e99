"""What was taken away for good: keyed digests know it again and tell nobody what it was; of pictures hashes do, since
copies are never the same to the last byte."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.errors import ForbiddenError
from factcheck.matching.decide.pictures import tells_apart
from factcheck.matching.text.normalise import fingerprint
from factcheck.media.signs import signs_of
from factcheck.models import MediaFile, RemovedContent, RemovedPicture


def digest_of(secret_key: str, text: str) -> str:
    """The same for texts that differ in signs, spaces and width alone."""
    what = f"removed text: {fingerprint(text) or text.strip()}"
    return hmac.new(secret_key.encode(), what.encode(), "sha256").hexdigest()[:40]


def digest_of_id(secret_key: str, name: str) -> str:
    """Makes that of an id, by which an import would bring it back."""
    return hmac.new(secret_key.encode(), f"removed id: {name}".encode(), "sha256").hexdigest()[:40]


def list_removed(session: Session, digests: list[str], *, now: datetime) -> None:
    for digest in dict.fromkeys(digests):
        if session.get(RemovedContent, digest) is None:
            session.add(RemovedContent(digest=digest, removed_at=now))
    session.flush()


def refuse_removed(session: Session, text: str, secret_key: str) -> None:
    """Raises ForbiddenError for words removed for good."""
    if text.strip() and any_removed(session, [digest_of(secret_key, text)]):
        raise ForbiddenError("These words were removed for good, and are not published again.")


def any_removed(session: Session, digests: list[str]) -> bool:
    found = select(RemovedContent.digest).where(RemovedContent.digest.in_(digests))
    return session.scalar(found.limit(1)) is not None


def hashes_of(file: MediaFile) -> list[bytes]:
    """Gives the hash of a picture, or those of a film's scenes, but for what is nearly even and so like many others."""
    scenes = signs_of(file.seconds, file.sound_print, file.scene_hashes).scenes
    hashes = [file.picture_hash] if file.picture_hash is not None else scenes
    return [one for one in dict.fromkeys(hashes) if tells_apart(one)]


def list_removed_pictures(session: Session, hashes: Iterable[bytes], *, now: datetime) -> None:
    for one in dict.fromkeys(hashes):
        row = {"picture_hash": one, "removed_at": now}
        session.execute(insert(session, RemovedPicture).values(row).on_conflict_do_nothing())


def removed_pictures(session: Session) -> Sequence[bytes]:
    return session.scalars(select(RemovedPicture.picture_hash)).all()
