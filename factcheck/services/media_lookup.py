"""Comparing a file with those of the articles. By what all of them are known is kept in memory: 32 bytes of a picture,
some kilobytes of a film."""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, decide
from factcheck.matching.decide.pictures import NearFile, decide_file
from factcheck.matching.decide.thresholds import LIKE_PICTURE, SAME_PICTURE
from factcheck.matching.text.length import says_little
from factcheck.matching.text.normalise import normalise
from factcheck.media.examining import Examined
from factcheck.media.signs import FilmCopy, FilmSigns, signs_of
from factcheck.models import Article, ArticleType, MediaFile, Status
from factcheck.ports import Hit, Looker, QueryEmbedder, SearchReader
from factcheck.services.articles import load_articles
from factcheck.services.lookup import COMPARING, look_up
from factcheck.services.matching import candidate
from factcheck.services.replies import replies_for

OVERLAP = timedelta(minutes=2)
"""Rows that a slow transaction writes after later ones are read again."""
HASH_BITS = 256
NEAREST = 10
MOST = 50
"""Articles whose file is compared closer: empty screenshots share an id by the thousand."""
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
    signs: FilmSigns | None = None

    @classmethod
    def of(cls, file: MediaFile | Examined) -> Self:
        if isinstance(file, Examined):
            signs = file.signs
        else:
            signs = signs_of(file.seconds, file.sound_print, file.scene_hashes)
        return cls(file.id, file.media_id, file.picture_hash, file.text, file.was_read, signs)


class KnownFiles:
    """Signs of the file of every article: what may be shown, the database says. What nobody has published is not among
    them, so that a thousand copies of a viral picture do not hide the one that was checked. Threads share it."""

    def __init__(self, factory: SessionFactory, looker: Looker) -> None:
        self._lock = threading.Lock()
        self._new_pictures = _New(factory, MediaFile.picture_hash.is_not(None), MediaFile.picture_hash)
        self._pictures = looker.hashes()
        signs = (MediaFile.seconds, MediaFile.sound_print, MediaFile.scene_hashes)
        self._new_films = _New(factory, MediaFile.type != ArticleType.IMAGE, *signs)
        self._films = looker.films()

    def nearest(self, picture_hash: bytes) -> list[tuple[str, int]]:
        """Lists the files that look like it and how many bits differ, the nearest first. Never call it inside a
        transaction: it reads what is new."""
        with self._lock:
            self._pictures.extend((row.id, row.picture_hash) for row in self._new_pictures.rows())
            return self._pictures.nearest(picture_hash, within=LIKE_PICTURE, most=NEAREST)

    def copies_of(self, signs: FilmSigns) -> list[FilmCopy]:
        """Lists the films and sounds that are the same, a part of it, or contain it. As `nearest` otherwise."""
        with self._lock:
            self._films.extend(
                (row.id, signs_of(row.seconds, row.sound_print, row.scene_hashes)) for row in self._new_films.rows()
            )
            return self._films.copies_of(signs)


class _New:
    """Tells which files were published since it was last asked, each once."""

    def __init__(
        self, factory: SessionFactory, which: ColumnElement[bool], *columns: InstrumentedAttribute[Any]
    ) -> None:
        self._factory = factory
        self._query = (
            select(MediaFile.id, *columns, Article.created_at)
            .join(Article, Article.file_id == MediaFile.id)
            .where(which, Article.file_id.is_not(None), Article.created_at.is_not(None))
        )
        self._seen: set[str] = set()
        self._newest: datetime | None = None

    def rows(self) -> list[Row[Any]]:
        query = self._query
        if self._newest is not None:
            query = query.where(Article.created_at > self._newest - OVERLAP)
        with read_only(self._factory) as session:
            rows = session.execute(query).all()
        self._newest = max([*(row.created_at for row in rows), *([self._newest] if self._newest else [])], default=None)
        fresh = {row.id: row for row in rows if row.id not in self._seen}
        self._seen.update(fresh)
        return list(fresh.values())


def look_up_file(
    factory: SessionFactory,
    search: SearchReader,
    embedder: QueryEmbedder,
    known: KnownFiles,
    file: FileFacts,
) -> tuple[Decision, Sequence[Candidate]]:
    """Compares a file with the articles, by its pixels and by its words. Never call it inside a transaction. Raises
    what `lookup.look_up` raises."""
    near, whole = _like(known, file)
    with read_only(factory) as session:
        alike = _articles_with(session, near, file.media_id)
    by_text, compared = NOTHING, list[Candidate]()
    has_words = not says_little(normalise(file.text))
    if has_words and not any(article.file_id == file.id for article, _ in alike):
        by_text, seen = look_up(factory, search, embedder, file.text)
        compared += seen
    with COMPARING:
        judged = [_judged(file, article, was_read, near, whole) for article, was_read in alike]
    known_ids = {one.article_id for one in compared}
    compared += [candidate(article, Hit(article.id)) for article, _ in alike if article.id not in known_ids]
    return decide_file(judged, by_text), compared


def similar_articles(factory: SessionFactory, known: KnownFiles, file: FileFacts) -> dict[str, float]:
    """Maps articles with a file like this one to how like they are: 1 for the same file, and at least
    1 - LIKE_PICTURE / 256. Never call it inside a transaction."""
    near, _ = _like(known, file)
    with read_only(factory) as session:
        alike = _articles_with(session, near, file.media_id)
    return {article.id: 1 - near.get(article.file_id or "", SAME_PICTURE) / HASH_BITS for article, _ in alike}


def _like(known: KnownFiles, file: FileFacts) -> tuple[dict[str, int], set[str]]:
    """Maps files that are like this one to the bits in which they differ, and names those that are the same sound as a
    whole. A copy of a film may show other words, or lack what it was about, so it counts as a picture that looks the
    same: asked about."""
    near, whole = dict[str, int](), set[str]()
    if file.picture_hash is not None:
        near |= known.nearest(file.picture_hash)
    elif file.signs is not None and (file.signs.sound or file.signs.scenes):
        copies = known.copies_of(file.signs)
        near |= dict.fromkeys((copy.key for copy in copies), SAME_PICTURE)
        whole |= {copy.key for copy in copies if copy.is_whole}
    return near | {file.id: 0}, whole


def _articles_with(session: Session, near: Mapping[str, int], media_id: str) -> list[tuple[Article, bool]]:
    """Loads shown articles with one of these files, or (imported ones have no file of ours) with Cofacts' id of it;
    with their replies, and whether their text was read."""
    query = select(Article.id, MediaFile.was_read, Article.text).outerjoin(MediaFile, MediaFile.id == Article.file_id)
    same = or_(Article.file_id.in_(near), and_(Article.attachment_hash == media_id, Article.attachment_hash != ""))
    best_first = (Article.file_id.in_(near).is_(true()).desc(), Article.cluster_reply_count.desc(), Article.id)
    rows = session.execute(query.where(same, Article.status == Status.NORMAL).order_by(*best_first).limit(MOST)).all()
    was_read = {article_id: bool(read or text.strip()) for article_id, read, text in rows}
    return [(article, was_read[article.id]) for article in load_articles(session, list(was_read))]


def _judged(
    file: FileFacts, article: Article, was_read: bool, near: Mapping[str, int], whole: Collection[str]
) -> NearFile:
    is_picture = file.picture_hash is not None
    has_same_id = article.attachment_hash == file.media_id
    is_same = article.file_id == file.id or (has_same_id and not is_picture)
    distance = near.get(article.file_id or "", SAME_PICTURE if has_same_id else LIKE_PICTURE)
    agrees = is_same or article.file_id in whole
    agrees = agrees or (is_picture and file.was_read and was_read and say_the_same(file.text, article.text))
    if agrees and file.picture_hash is not None and not is_same and says_little(normalise(file.text)):
        agrees = tells_apart(file.picture_hash)
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
