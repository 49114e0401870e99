"""Pictures, films and sounds that a disk or a hand has spoilt, in both stores: it is seen, said, and healed by nobody
but who has a copy."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from factcheck.cli import main
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.errors import NotFoundError
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.media.examining import examine, keep
from factcheck.media.folder import FolderStore
from factcheck.media.s3 import S3Store
from factcheck.media.whole import read_whole
from factcheck.models import MediaFile
from factcheck.ports import MediaStore
from factcheck.services import media_checks
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_checks import EVERY, PARTS, check_all, count_damaged, job_kinds
from tests.conftest import MovableClock
from tests.fakes.pictures import FakeLooker
from tests.indexer.damage import HARMS
from tests.media.s3 import NAME, bucket
from tests.pictures import jpeg, kept


class Shelf:
    """A store, and the hand of somebody who has to do with it past us."""

    def __init__(self, store: MediaStore, folder: Path) -> None:
        """`folder`: for a file that is in hand."""
        self.store, self._hand = store, folder / "hand"

    def content(self, name: str) -> bytes | None:
        try:
            with self.store.open(name) as file:
                return file.read()
        except NotFoundError:
            return None

    def put(self, name: str, content: bytes) -> None:
        self.store.put(name, kept(self._hand, content))

    def spoil(self, name: str, harm: str) -> None:
        HARMS[harm](kept(self._hand, self.content(name) or b""))
        if self._hand.exists():
            self.store.put(name, self._hand)
        else:
            self._remove(name)

    def _remove(self, name: str) -> None:
        if isinstance(self.store, FolderStore):
            self.store._path(name).unlink()
        elif isinstance(self.store, S3Store):
            self.store._client.delete_object(Bucket=NAME, Key=self.store._key(name))


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return Shelf(FolderStore(tmp_path / "media"), tmp_path)
    prefix = f"media-{secrets.token_hex(4)}"
    return Shelf(S3Store(bucket(request.getfixturevalue("endpoint"), prefix=prefix)), tmp_path)


def keep_picture(factory: SessionFactory, shelf: Shelf, folder: Path, seed: int) -> str:
    examined = examine(kept(folder / "sent", jpeg(seed)), folder, FakeLooker())
    keep(shelf.store, examined)
    with transaction(factory) as session:
        keep_row(session, row_of(examined), now=MovableClock()())
    return examined.id


def damaged(factory: SessionFactory) -> list[str]:
    with read_only(factory) as session:
        found = list(session.scalars(select(MediaFile.id).where(MediaFile.damaged_at.is_not(None))))
        assert count_damaged(session) == len(found)
    return found


def look(factory: SessionFactory, shelf: Shelf, clock: MovableClock) -> list[str]:
    return [one.id for one in check_all(factory, shelf.store, clock) if one.fault]


def test_every_file_is_looked_at_once_however_many_are_noted_together(
    factory: SessionFactory, shelf: Shelf, tmp_path: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_checks, "BATCH", 2)
    ids = [keep_picture(factory, shelf, tmp_path, seed) for seed in range(4)]
    assert [one.id for one in check_all(factory, shelf.store, clock)] == sorted(ids)


@pytest.mark.parametrize("variant", ["full", "thumbnail"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_file_is_seen_left_alone_and_whole_again_when_it_is_put_back(
    factory: SessionFactory, shelf: Shelf, clock: MovableClock, tmp_path: Path, harm: str, variant: str
) -> None:
    spoilt, sound = (keep_picture(factory, shelf, tmp_path, seed) for seed in (1, 2))
    assert look(factory, shelf, clock) == damaged(factory) == []
    name = f"{spoilt}/{variant}"
    before = shelf.content(name)
    assert before is not None
    shelf.spoil(name, harm)
    after = shelf.content(name)
    with read_only(factory) as session:
        digest = getattr(session.get_one(MediaFile, spoilt), f"{variant}_digest")
    with pytest.raises(NotFoundError):
        read_whole(shelf.store, name, digest)
    for _ in range(2):
        assert look(factory, shelf, clock) == damaged(factory) == [spoilt]
    assert shelf.content(name) == after != before
    shelf.put(name, before)
    assert look(factory, shelf, clock) == damaged(factory) == []
    assert read_whole(shelf.store, name, digest) == before
    assert shelf.content(f"{sound}/{variant}")


@pytest.mark.parametrize("harm", sorted(HARMS.keys() - {"garbled"}))
def test_what_was_kept_before_digests_were_is_known_by_its_length(
    factory: SessionFactory, shelf: Shelf, clock: MovableClock, tmp_path: Path, harm: str
) -> None:
    ids = [keep_picture(factory, shelf, tmp_path, seed) for seed in (1, 2)]
    with transaction(factory) as session:
        session.execute(update(MediaFile).values(full_digest=None, thumbnail_digest=None))
    shelf.spoil(f"{ids[0]}/full", harm)
    assert look(factory, shelf, clock) == damaged(factory) == [ids[0]]
    shelf.spoil(f"{ids[1]}/full", "garbled")
    assert sorted(look(factory, shelf, clock)) == sorted(ids), "its digest was noted when it was whole"


def test_the_same_file_sent_again_heals_it(
    factory: SessionFactory, shelf: Shelf, clock: MovableClock, tmp_path: Path
) -> None:
    file_id = keep_picture(factory, shelf, tmp_path, 1)
    shelf.spoil(f"{file_id}/full", "garbled")
    assert look(factory, shelf, clock) == [file_id]
    assert keep_picture(factory, shelf, tmp_path, 1) == file_id
    assert look(factory, shelf, clock) == damaged(factory) == []


def test_the_worker_looks_at_everything_within_eleven_days_and_at_what_is_damaged_each_hour(
    factory: SessionFactory, clock: MovableClock, tmp_path: Path
) -> None:
    shelf = Shelf(FolderStore(tmp_path / "media"), tmp_path)
    spoilt, sound = (keep_picture(factory, shelf, tmp_path, seed) for seed in (1, 2))
    whole = shelf.content(f"{spoilt}/full") or b""
    shelf.spoil(f"{spoilt}/full", "garbled")
    kinds = job_kinds(factory, shelf.store, clock)
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    worker = Worker(factory, handlers_of(kinds, clock), clock=clock)
    began = clock()
    while not damaged(factory):
        assert worker.run_due_jobs() == 1
        clock.advance(seconds=EVERY.total_seconds())
        assert clock() - began <= (PARTS + 1) * EVERY, "eleven days have gone by"
    assert damaged(factory) == [spoilt]
    assert timedelta(days=11) > (PARTS + 1) * EVERY
    shelf.put(f"{spoilt}/full", whole)
    worker.run_due_jobs()
    assert damaged(factory) == []
    assert sound != spoilt


def test_the_command_says_which_and_what_to_do(
    sqlite_url: str,
    clock: MovableClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = make_engine(sqlite_url)
    factory = make_session_factory(engine)
    for name, value in (("DATABASE_URL", sqlite_url), ("VAR_DIR", str(tmp_path)), ("MEDIA_STORE", "")):
        monkeypatch.setenv(name, value)
    shelf = Shelf(FolderStore(tmp_path / "media"), tmp_path)
    spoilt = keep_picture(factory, shelf, tmp_path, 1)
    assert main(["check-media"]) == 0
    assert "1 files were looked at, 0 are damaged or gone." in capsys.readouterr().out
    shelf.spoil(f"{spoilt}/full", "removed")
    assert main(["check-media"]) == 1
    said = capsys.readouterr().out
    assert f"{spoilt}: full is not there" in said
    assert "Put them back from your copy of MEDIA_STORE" in said
    assert damaged(factory) == [spoilt]
    engine.dispose()
