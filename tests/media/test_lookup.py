"""What a file is compared with: what was published, however many copies nobody published."""

from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import MediaStoreUnavailableError
from factcheck.matching.decide.decision import Outcome
from factcheck.matching.decide.thresholds import LIKE_PICTURE, PERHAPS_PICTURE, SAME_PICTURE
from factcheck.media.folder import FolderStore
from factcheck.media.signs import FilmSigns, packed_scenes, packed_sound, signs_of
from factcheck.models import Article, ArticleType, MediaFile
from factcheck.services import media_lookup
from factcheck.services.media_articles import submit_file
from factcheck.services.media_lookup import FileFacts, KnownFiles, look_up_file
from tests.factcheck.world import NOW, user
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.pictures import FakeLooker
from tests.fakes.search import FakeSearch
from tests.pictures import kept

RANDOM = np.random.default_rng(2)
HASH = RANDOM.bytes(32)


class SharpEyed(FakeLooker):
    """Takes pictures for the same if their small ones are equal."""

    def is_same_picture(self, one: bytes, other: bytes) -> bool | None:
        return one == other


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media")


@pytest.fixture
def known(factory: SessionFactory, store: FolderStore) -> KnownFiles:
    return KnownFiles(factory, SharpEyed(), store)


def with_bits(count: int) -> bytes:
    return (int.from_bytes(HASH) ^ ((1 << count) - 1)).to_bytes(32)


def sound(seconds: float = 20.0) -> FilmSigns:
    return FilmSigns(seconds, tuple(RANDOM.integers(0, 2**32, round(seconds * 8.08), dtype=np.uint32).tolist()))


def add_file(session: Session, picture_hash: bytes | None = None, signs: FilmSigns | None = None) -> MediaFile:
    kind = ArticleType.IMAGE if signs is None else ArticleType.AUDIO
    file = MediaFile(
        id=RANDOM.bytes(32).hex(),
        type=kind,
        mime="image/jpeg",
        media_id=f"{kind.lower()}.{RANDOM.bytes(8).hex()}",
        picture_hash=picture_hash,
        seconds=signs.seconds if signs else 0.0,
        sound_print=packed_sound(signs.sound) if signs else None,
        scene_hashes=packed_scenes(signs.scenes) if signs else None,
        bytes=1,
        created_at=NOW,
    )
    session.add(file)
    session.flush()
    return file


def published(factory: SessionFactory, *, at: timedelta = timedelta(0), **what: object) -> str:
    with transaction(factory) as session:
        file = add_file(session, **what)  # type: ignore[arg-type]
        submit_file(session, file.id, user(session, "asker"), now=NOW + at)
        return file.id


def test_copies_that_nobody_published_hide_none_that_was(factory: SessionFactory, known: KnownFiles) -> None:
    with transaction(factory) as session:
        for _ in range(2 * media_lookup.NEAREST):
            add_file(session, HASH)
    file_id = published(factory, picture_hash=with_bits(9))
    assert known.nearest(HASH) == [(file_id, 9)]


def test_what_is_published_later_is_known_then_and_once(factory: SessionFactory, known: KnownFiles) -> None:
    first = published(factory, picture_hash=HASH)
    assert known.nearest(HASH) == [(first, 0)]
    second = published(factory, picture_hash=with_bits(3), at=timedelta(hours=1))
    assert known.nearest(HASH) == known.nearest(HASH) == [(first, 0), (second, 3)]


def look_up(factory: SessionFactory, known: KnownFiles, facts: FileFacts) -> tuple[str, list[str]]:
    decision, _ = look_up_file(factory, FakeSearch(), FakeEmbedder(), known, facts)
    return decision.outcome, [one.article_id for one in decision.candidates]


def facts(signs: FilmSigns) -> FileFacts:
    return FileFacts("f" * 64, "audio.another", None, "", was_read=False, signs=signs)


def test_a_copy_of_a_sound_is_answered_and_a_part_of_it_asked_about(factory: SessionFactory, known: KnownFiles) -> None:
    talk = sound()
    file_id = published(factory, signs=talk)
    published(factory, signs=sound())
    with read_only(factory) as session:
        article_id = session.scalars(select(Article.id).where(Article.file_id == file_id)).one()
    assert look_up(factory, known, facts(talk)) == (Outcome.ANSWER, [article_id])
    assert look_up(factory, known, facts(FilmSigns(9.0, talk.sound[:73]))) == (Outcome.CHOOSE, [article_id])
    assert look_up(factory, known, facts(sound())) == (Outcome.UNKNOWN, [])


def test_signs_survive_a_row(factory: SessionFactory) -> None:
    signs = FilmSigns(20.0, sound().sound, (HASH, with_bits(7)))
    with transaction(factory) as session:
        file_id = add_file(session, signs=signs).id
    with read_only(factory) as session:
        assert FileFacts.of(session.get_one(MediaFile, file_id)).signs == signs
    assert signs_of(1.0, packed_sound(()), packed_scenes(())) == FilmSigns(1.0)


def test_an_id_that_thousands_share_is_looked_up_for_some(
    factory: SessionFactory, known: KnownFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_lookup, "MOST", 3)
    with transaction(factory) as session:
        author = user(session, "asker")
        for number in range(5):
            article = Article(id=f"imported{number}", text="words", article_type=ArticleType.IMAGE, user_id=author.id)
            article.app_id, article.attachment_hash = author.app_id, "image.white"
            session.add(article)
    own = published(factory, picture_hash=HASH)
    wanted = FileFacts(own, "image.white", HASH, "", was_read=True)
    _, compared = look_up_file(factory, FakeSearch(), FakeEmbedder(), known, wanted)
    assert len(compared) == 3
    with read_only(factory) as session:
        assert session.get_one(Article, compared[0].article_id).file_id == own, "the very same file comes first"


def sent(picture_hash: bytes, small: bytes | None, text: str = "") -> FileFacts:
    return FileFacts("e" * 64, "image.another", picture_hash, text, was_read=True, small=small)


def test_a_closer_look_finds_marked_copies_and_tells_other_pictures_apart(
    factory: SessionFactory, known: KnownFiles, store: FolderStore, tmp_path: Path
) -> None:
    file_id = published(factory, picture_hash=HASH)
    far, near = with_bits(PERHAPS_PICTURE), with_bits(SAME_PICTURE)
    assert look_up(factory, known, sent(far, b"ours")) == (Outcome.UNKNOWN, []), "its small picture is not there"
    assert known.alike(sent(near, b"ours")) == {file_id: SAME_PICTURE}, "hashes decide then"
    store.put(f"{file_id}/thumbnail", kept(tmp_path / "small", b"ours"))
    with read_only(factory) as session:
        article_id = session.scalars(select(Article.id)).one()
    assert look_up(factory, known, sent(far, b"ours")) == (Outcome.CHOOSE, [article_id]), "nobody read the other one"
    assert look_up(factory, known, sent(far, b"another")) == (Outcome.UNKNOWN, [])
    assert look_up(factory, known, sent(near, b"another")) == (Outcome.UNKNOWN, []), "its template alone is the same"
    assert known.alike(sent(with_bits(PERHAPS_PICTURE + 1), b"ours")) == {}


def test_a_file_that_is_kept_is_compared_by_its_own_small_picture(
    factory: SessionFactory, known: KnownFiles, store: FolderStore, tmp_path: Path
) -> None:
    file_id = published(factory, picture_hash=HASH)
    with transaction(factory) as session:
        other = FileFacts.of(add_file(session, with_bits(60)))
    for name in (file_id, other.id):
        store.put(f"{name}/thumbnail", kept(tmp_path / "small", b"ours"))
    assert known.alike(other) == {file_id: SAME_PICTURE}


def test_a_store_that_is_away_leaves_it_to_the_hashes(factory: SessionFactory) -> None:
    class Away(FolderStore):
        def open(self, name: str) -> BinaryIO:
            raise MediaStoreUnavailableError(name)

    known = KnownFiles(factory, SharpEyed(), Away(Path("nowhere")))
    file_id = published(factory, picture_hash=HASH)
    assert known.alike(sent(with_bits(9), b"ours")) == {file_id: 9}
    assert known.alike(sent(with_bits(LIKE_PICTURE + 1), b"ours")) == {}
