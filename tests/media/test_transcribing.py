"""Speech of published films and sounds is written down by a service, if one is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.worker import RetryJobError
from factcheck.media.examining import examine, keep
from factcheck.media.folder import FolderStore
from factcheck.models import Article, RevisionState, Status, TranscriptRevision
from factcheck.services import transcribing
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_articles import submit_file
from factcheck.services.transcripts import write_transcript
from factcheck.settings import Settings
from indexer.factory import build_transcriber
from tests.factcheck.world import NOW, user
from tests.fakes.pictures import FakeLooker
from tests.fakes.transcriber import FakeTranscriber, transcriber_on_loopback
from tests.indexer.media.films import film, melody, needs_ffmpeg

SPOKEN = "各位鄰居大家好，明天早上八點到下午五點停水，請先儲水備用。"
pytestmark = needs_ffmpeg


@pytest.fixture
def service() -> Iterator[FakeTranscriber]:
    with transcriber_on_loopback() as fake:
        fake.answer = {"text": SPOKEN}
        yield fake


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media")


def publish(factory: SessionFactory, store: FolderStore, path: Path, folder: Path) -> str:
    examined = examine(path, folder, FakeLooker())
    keep(store, examined)
    with transaction(factory) as session:
        keep_row(session, row_of(examined), now=NOW)
        return submit_file(session, examined.id, user(session, "asker"), now=NOW).id


def transcribe(
    factory: SessionFactory, store: FolderStore, service: FakeTranscriber, clock: Clock, folder: Path, article_id: str
) -> None:
    transcriber = build_transcriber(Settings(transcribe_url=service.url, transcribe_key=service.key))
    [kind] = transcribing.job_kinds(factory, store, transcriber, folder / "incoming", clock)
    effects = kind.handler({"article_id": article_id})
    with transaction(factory) as session:
        effects(session)


def text_of(factory: SessionFactory, article_id: str) -> str:
    with read_only(factory) as session:
        return session.get_one(Article, article_id).text


@pytest.mark.parametrize("is_film", [True, False])
def test_what_is_said_becomes_the_text_as_a_machines(
    factory: SessionFactory, store: FolderStore, service: FakeTranscriber, clock: Clock, tmp_path: Path, is_film: bool
) -> None:
    sound = melody(tmp_path / "a.wav", 6, 1)
    sent = film(tmp_path / "a.mp4", 2, seed=1, sound=sound) if is_film else sound
    article_id = publish(factory, store, sent, tmp_path)
    transcribe(factory, store, service, clock, tmp_path, article_id)
    assert text_of(factory, article_id) == SPOKEN
    [heard] = service.files
    assert len(heard) < 40_000, "the sound alone, and small"
    with read_only(factory) as session:
        [version] = session.scalars(select(TranscriptRevision))
        assert (version.by_machine, version.state) == (True, RevisionState.SHOWN)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_what_people_wrote_meanwhile_stays(
    factory: SessionFactory, store: FolderStore, service: FakeTranscriber, clock: Clock, tmp_path: Path
) -> None:
    article_id = publish(factory, store, melody(tmp_path / "a.wav", 6, 1), tmp_path)
    with transaction(factory) as session:
        write_transcript(session, article_id, "by hand", "", user(session, "volunteer"), seen=0, now=clock())
    before = text_of(factory, article_id)
    transcribe(factory, store, service, clock, tmp_path, article_id)
    assert text_of(factory, article_id) == before


def test_what_is_hidden_goes_nowhere(
    factory: SessionFactory, store: FolderStore, service: FakeTranscriber, clock: Clock, tmp_path: Path
) -> None:
    article_id = publish(factory, store, melody(tmp_path / "a.wav", 6, 1), tmp_path)
    with transaction(factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    transcribe(factory, store, service, clock, tmp_path, article_id)
    assert service.files == []


def test_a_service_that_is_away_is_asked_again(
    factory: SessionFactory, store: FolderStore, service: FakeTranscriber, clock: Clock, tmp_path: Path
) -> None:
    article_id = publish(factory, store, melody(tmp_path / "a.wav", 6, 1), tmp_path)
    service.status = 503
    with pytest.raises(RetryJobError):
        transcribe(factory, store, service, clock, tmp_path, article_id)
