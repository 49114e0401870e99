"""Comparing a file with those of the articles. By what all of them are known is kept in memory: 32 bytes of a picture,
some kilobytes of a film."""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.errors import MediaStoreUnavailableError, NotFoundError
from factcheck.matching.decide.decision import Candidate, Decision, Outcome, decide
from factcheck.matching.decide.pictures import HASH_BITS, NearFile, bits_after_look, decide_file, tells_apart
from factcheck.matching.decide.thresholds import LIKE_PICTURE, PERHAPS_PICTURE, SAME_PICTURE
from factcheck.matching.text.length import says_little
from factcheck.matching.text.normalise import normalise
from factcheck.media.examining import THUMBNAIL, Examined
from factcheck.media.signs import FilmCopy, FilmSigns, signs_of
from factcheck.media.whole import read_whole
from factcheck.models import Article, ArticleType, MediaFile, Status
from factcheck.ports import Hit, Looker, MediaStore, QueryEmbedder, SearchReader
from factcheck.services.articles import load_articles
from factcheck.services.lookup import COMPARING, compare
from factcheck.services.matching import candidate
from factcheck.services.replies import replies_for

OVERLAP = timedelta(minutes=2)
"""Rows that a slow transaction writes after later ones are read again."""
NEAREST = 10
"""Files looked at closer."""
MOST = 50
"""Articles whose file is compared closer: empty screenshots share an id by the thousand."""

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
    small: bytes | None = field(default=None, repr=False)
    """The small picture of one that is not kept."""

    @classmethod
    def of(cls, file: MediaFile | Examined) -> Self:
        """Reads the small picture of what was examined: it must still be there."""
        known = (file.id, file.media_id, file.picture_hash, file.text, file.was_read)
        if isinstance(file, MediaFile):
            return cls(*known, signs_of(file.seconds, file.sound_print, file.scene_hashes))
        is_picture = file.picture_hash is not None and file.thumbnail is not None
        return cls(*known, file.signs, file.thumbnail.read_bytes() if is_picture and file.thumbnail else None)


class KnownFiles:
    """Signs of the file of every article: what may be shown, the database says. What nobody has published is not among
    them, so that a thousand copies of a viral picture do not hide the checked one. Threads share it."""

    def __init__(self, factory: SessionFactory, looker: Looker, store: MediaStore) -> None:
        """Takes from the store the small pictures by which what looks alike is looked at closer."""
        self._factory, self._looker, self._store = factory, looker, store
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
            return self._pictures.nearest(picture_hash, within=PERHAPS_PICTURE, most=NEAREST)

    def alike(self, file: FileFacts) -> dict[str, int]:
        """Maps pictures that look like this one, also when looked at closer, to the bits in which they differ. As
        `nearest` otherwise."""
        found = self.nearest(file.picture_hash) if file.picture_hash is not None else []
        others = [(key, bits) for key, bits in found if key != file.id]
        digests = self._digests([file.id, *(key for key, _ in others)]) if others else {}
        small = (file.small or self._small(file.id, digests)) if others else None
        looked = {key: bits_after_look(bits, self._is_same(small, key, digests)) for key, bits in others}
        return {key: bits for key, bits in looked.items() if bits is not None}

    def _is_same(self, small: bytes | None, key: str, digests: Mapping[str, bytes | None]) -> bool | None:
        other = self._small(key, digests) if small is not None else None
        return self._looker.is_same_picture(small, other) if small is not None and other is not None else None

    def _digests(self, file_ids: Collection[str]) -> Mapping[str, bytes | None]:
        with read_only(self._factory) as session:
            query = select(MediaFile.id, MediaFile.thumbnail_digest).where(MediaFile.id.in_(file_ids))
            return {row.id: row.thumbnail_digest for row in session.execute(query)}

    def _small(self, file_id: str, digests: Mapping[str, bytes | None]) -> bytes | None:
        """Reads the small picture of a file. None where the store has none, or a damaged one, or does not answer: then
        hashes decide."""
        try:
            return read_whole(self._store, f"{file_id}/{THUMBNAIL}", digests.get(file_id))
        except (NotFoundError, MediaStoreUnavailableError, OSError):
            return None

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
    what `lookup.compare` raises."""
    near, whole = _like(known, file)
    with read_only(factory) as session:
        alike = _articles_with(session, near, file.media_id)
    by_text, compared = NOTHING, list[Candidate]()
    has_words = not says_little(normalise(file.text))
    if has_words and not any(article.file_id == file.id for article, _ in alike):
        by_text, seen = compare(factory, search, embedder, file.text)
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
        near |= known.alike(file)
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


def say_the_same(one: str, other: str) -> bool:
    """Tells whether two texts read in pictures say the same, or both nothing."""
    little, other_little = says_little(normalise(one)), says_little(normalise(other))
    if little or other_little:
        return little and other_little
    return decide(one, [Candidate("", other, False, Hit(""))]).outcome == Outcome.ANSWER
