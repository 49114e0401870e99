"""Comparing a file with those of the articles. The hashes of all of them are kept in memory, 32 bytes each."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, decide
from factcheck.matching.decide.pictures import NearFile, decide_file
from factcheck.matching.decide.thresholds import LIKE_PICTURE, SAME_PICTURE
from factcheck.matching.text.length import says_little
from factcheck.matching.text.normalise import normalise
from factcheck.media.examining import Examined
from factcheck.models import Article, MediaFile, Status
from factcheck.ports import Hit, Looker, QueryEmbedder, SearchReader
from factcheck.services.articles import load_articles
from factcheck.services.lookup import COMPARING, look_up
from factcheck.services.matching import candidate
from factcheck.services.replies import replies_for

OVERLAP = timedelta(minutes=2)
"""Rows that a slow transaction writes after later ones are read again."""
NEAREST = 10
FEW_BITS = 64
"""Of 256, as many are set and unset at least in a picture in which there is something to see."""

NOTHING = Decision(Outcome.UNKNOWN, ())


@dataclass(frozen=True)
class FileFacts:
    """What of a file is compared; `MediaFile` says what the values are."""

    id: str
    media_id: str
    picture_hash: bytes | None
    text: str
    was_read: bool

    @classmethod
    def of(cls, file: MediaFile | Examined) -> Self:
        return cls(file.id, file.media_id, file.picture_hash, file.text, file.was_read)


class KnownHashes:
    """The picture hash of every file, of those that nobody published, too: what may be shown, the database says.
    Threads share it."""

    def __init__(self, factory: SessionFactory, looker: Looker) -> None:
        self._factory = factory
        self._lock = threading.Lock()
        self._hashes = looker.hashes()
        self._ids: set[str] = set()
        self._newest: datetime | None = None

    def nearest(self, picture_hash: bytes) -> list[tuple[str, int]]:
        """Lists the files that look like it and how many bits differ, the nearest first. Never call it inside a
        transaction: it reads what is new."""
        with self._lock:
            with read_only(self._factory) as session:
                query = select(MediaFile.id, MediaFile.picture_hash, MediaFile.created_at)
                if self._newest is not None:
                    query = query.where(MediaFile.created_at > self._newest - OVERLAP)
                rows = session.execute(query).all()
            fresh = [(file_id, found) for file_id, found, _ in rows if found is not None and file_id not in self._ids]
            self._hashes.extend(fresh)
            self._ids.update(file_id for file_id, _ in fresh)
            moments = [at for _, _, at in rows] + ([self._newest] if self._newest else [])
            self._newest = max(moments, default=None)
            return self._hashes.nearest(picture_hash, within=LIKE_PICTURE, most=NEAREST)


def look_up_file(
    factory: SessionFactory,
    search: SearchReader,
    embedder: QueryEmbedder,
    known: KnownHashes,
    file: FileFacts,
) -> tuple[Decision, Sequence[Candidate]]:
    """Compares a file with the articles, by its pixels and by its words. Never call it inside a transaction. Raises
    what `lookup.look_up` raises."""
    near = {file.id: 0}
    if file.picture_hash is not None:
        found = known.nearest(file.picture_hash)
        near |= {other: distance for other, distance in found if other != file.id}
    with read_only(factory) as session:
        alike = _articles_with(session, near, file.media_id)
    by_text, compared = NOTHING, list[Candidate]()
    has_words = not says_little(normalise(file.text))
    if has_words and not any(article.file_id == file.id for article, _ in alike):
        by_text, seen = look_up(factory, search, embedder, file.text)
        compared += seen
    with COMPARING:
        judged = [_judged(file, article, was_read, near) for article, was_read in alike]
    known_ids = {one.article_id for one in compared}
    compared += [candidate(article, Hit(article.id)) for article, _ in alike if article.id not in known_ids]
    return decide_file(judged, by_text), compared


def _articles_with(session: Session, near: Mapping[str, int], media_id: str) -> list[tuple[Article, bool]]:
    """Loads shown articles with one of these files, or (imported ones have no file of ours) with Cofacts' id of it;
    with their replies, and whether their text was read."""
    query = select(Article.id, MediaFile.was_read, Article.text).outerjoin(MediaFile, MediaFile.id == Article.file_id)
    same = or_(Article.file_id.in_(near), Article.attachment_hash == media_id)
    rows = session.execute(query.where(same, Article.status == Status.NORMAL)).all()
    was_read = {article_id: bool(read or text.strip()) for article_id, read, text in rows}
    return [(article, was_read[article.id]) for article in load_articles(session, list(was_read))]


def _judged(file: FileFacts, article: Article, was_read: bool, near: Mapping[str, int]) -> NearFile:
    is_picture = file.picture_hash is not None
    has_same_id = article.attachment_hash == file.media_id
    is_same = article.file_id == file.id or (has_same_id and not is_picture)
    distance = near.get(article.file_id or "", SAME_PICTURE if has_same_id else LIKE_PICTURE)
    agrees = is_same or (file.was_read and was_read and say_the_same(file.text, article.text))
    if agrees and not is_same and says_little(normalise(file.text)):
        agrees = file.picture_hash is not None and tells_apart(file.picture_hash)
    return NearFile(article.id, bool(replies_for(article)), distance, is_same, agrees)


def tells_apart(picture_hash: bytes) -> bool:
    """False for a picture that is nearly even: many are alike, and without words nothing else tells which it is."""
    return FEW_BITS <= int.from_bytes(picture_hash).bit_count() <= 8 * len(picture_hash) - FEW_BITS


def say_the_same(one: str, other: str) -> bool:
    """Tells whether two texts read in pictures say the same, or both nothing."""
    little, other_little = says_little(normalise(one)), says_little(normalise(other))
    if little or other_little:
        return little and other_little
    return decide(one, [Candidate("", other, False, Hit(""))]).outcome == Outcome.ANSWER
