"""Pictures that came while the text reader was away are read when it is back."""

from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.media.examining import examine, keep
from factcheck.media.folder import FolderStore
from factcheck.models import Article, MediaFile, TranscriptRevision
from factcheck.services import reading
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_articles import submit_file
from factcheck.services.transcripts import write_transcript
from tests.factcheck.world import NOW, user
from tests.fakes.pictures import FakeLooker
from tests.pictures import jpeg, kept

WORDS = "Boil garlic with water and drink it before nine, a doctor from far away says."


@pytest.fixture
def looker() -> FakeLooker:
    looker = FakeLooker()
    looker.available = False
    looker.write(jpeg(1), WORDS)
    return looker


def publish(factory: SessionFactory, store: FolderStore, looker: FakeLooker, folder: Path, seed: int) -> str:
    examined = examine(kept(folder / "sent", jpeg(seed)), folder, looker)
    keep(store, examined)
    with transaction(factory) as session:
        keep_row(session, row_of(examined), now=NOW)
        return submit_file(session, examined.id, user(session, "asker"), now=NOW).id


def read_later(
    factory: SessionFactory, store: FolderStore, looker: FakeLooker, clock: Clock, folder: Path
) -> dict[str, str]:
    """Returns the articles' texts."""
    [kind] = reading.job_kinds(factory, store, looker, folder / "incoming", clock)
    effects = kind.handler({})
    with transaction(factory) as session:
        effects(session)
    assert list((folder / "incoming").iterdir()) == []
    with read_only(factory) as session:
        return {row.id: row.text for row in session.execute(select(Article.id, Article.text))}


def test_what_was_not_read_is_read_later_once(
    factory: SessionFactory, looker: FakeLooker, clock: Clock, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path / "media")
    article_id = publish(factory, store, looker, tmp_path, 1)
    assert read_later(factory, store, looker, clock, tmp_path) == {article_id: ""}
    looker.available = True
    for _ in range(2):
        assert read_later(factory, store, looker, clock, tmp_path) == {article_id: WORDS}
    with read_only(factory) as session:
        assert session.scalars(select(MediaFile)).one().text == WORDS
        assert [one.by_machine for one in session.scalars(select(TranscriptRevision))] == [True]


def test_what_people_wrote_meanwhile_stays_and_lost_bytes_stop_nothing(
    factory: SessionFactory, looker: FakeLooker, clock: Clock, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path / "media")
    first = publish(factory, store, looker, tmp_path, 1)
    lost = publish(factory, store, looker, tmp_path, 2)
    with transaction(factory) as session:
        author = user(session, "volunteer")
        author.created_at = None
        write_transcript(session, first, "by hand", "", author, seen=0, now=NOW)
        store.delete(session.get_one(Article, lost).file_id or "")
    looker.available = True
    assert read_later(factory, store, looker, clock, tmp_path) == {first: "", lost: ""}
    with read_only(factory) as session:
        assert session.scalars(select(MediaFile.text).where(MediaFile.was_read)).all() == [WORDS]
