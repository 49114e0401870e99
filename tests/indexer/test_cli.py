"""The commands, on a small database and index."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.errors import SearchUnavailableError
from factcheck.matching.text import chatter, normalise
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import WEBSITE, App, Article, Status
from factcheck.ports import ClusterHealth, IndexStatus
from factcheck.settings import load_settings
from indexer import cli, commands, factory
from indexer.backends.identity import MAPPING_VERSION, IndexIdentity
from indexer.reindex import reindex
from indexer.status import Code, exit_code, lines, problems
from indexer.sync import Drift
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.documents import FLOUR, LEMON, document
from tests.indexer.elasticsearch import BACKENDS, own_prefix, server_url


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, fake_model: Path, sqlite_url: str) -> Path:
    """A machine with one article; gives the description of its model."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    engine = make_engine(sqlite_url)
    with transaction(make_session_factory(engine)) as session:
        session.add(App(id=WEBSITE))
        session.flush()
        session.add(Article(id="flour", text=FLOUR, app_id=WEBSITE, created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    engine.dispose()
    return fake_model


def test_status_asks_for_the_first_index_and_is_content_after_it(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["status"]) == Code.REBUILD
    assert "python -m indexer reindex" in capsys.readouterr().out
    assert cli.main(["reindex"]) == 0
    assert "1 articles are in the new index" in capsys.readouterr().out
    assert cli.main(["status"]) == 0
    output = capsys.readouterr().out
    assert "0 missing, 0 stale, 0 extra" in output
    assert "Documents: 1" in output


def test_sync_repairs_what_status_reports(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.build_search(load_settings()).rebuild().switch()
    assert cli.main(["status"]) == Code.DRIFT
    assert "python -m indexer sync" in capsys.readouterr().out
    assert cli.main(["sync"]) == 0
    assert cli.main(["status"]) == 0


def test_another_model_needs_a_reindex(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reindex"]) == 0
    machine.write_text('{"name": "newer", "dimension": 64, "query_prefix": "", "passage_prefix": "", "alone": true}')
    assert cli.main(["status"]) == Code.REBUILD
    output = capsys.readouterr().out
    assert "another model. Run: python -m indexer reindex" in output
    assert "mapping. Run" not in output
    assert cli.main(["reindex"]) == 0
    assert cli.main(["status"]) == 0


def test_another_mapping_needs_a_reindex(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["reindex"]) == 0
    monkeypatch.setattr(IndexIdentity.__init__, "__defaults__", (MAPPING_VERSION + 1,))
    assert cli.main(["status"]) == Code.REBUILD
    assert "another mapping. Run: python -m indexer reindex" in capsys.readouterr().out


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SEARCH_BACKEND", request.param)
    if request.param == "embedded":
        yield
        return
    with own_prefix(server_url()) as prefix:
        monkeypatch.setenv("ELASTICSEARCH_URL", server_url())
        monkeypatch.setenv("ELASTICSEARCH_PREFIX", prefix)
        yield


def test_texts_that_are_treated_otherwise_need_a_reindex(
    backend: None, machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["reindex"]) == 0
    with one_forwarding_word_less(monkeypatch):
        assert cli.main(["status"]) == Code.REBUILD
        assert "another treatment of texts. Run: python -m indexer reindex" in capsys.readouterr().out
        assert cli.main(["reindex", "--if-needed"]) == 0
        assert "1 articles" in capsys.readouterr().out
        assert cli.main(["status"]) == 0
    assert cli.main(["status"]) == Code.REBUILD


@contextmanager
def one_forwarding_word_less(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As after a change of the rules: nothing that was made of them is kept."""
    made_of_them = (normalise._chatter, factory._texts_embedded, factory._texts_elasticsearch)
    groups = chatter._word_groups()
    less = {**groups, "forward": [words.replace(" 擴散 ", " ") for words in groups["forward"]]}
    with monkeypatch.context() as patch:
        patch.setattr(chatter, "_word_groups", lambda: less)
        for made in made_of_them:
            made.cache_clear()
        yield
    for made in made_of_them:
        made.cache_clear()


def test_status_shows_an_unfinished_build_and_reindex_goes_on_with_it(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    search = commands.build_search(load_settings())
    search.rebuild().index([document("flour", FLOUR)])
    cli.main(["status"])
    assert "reindex goes on with it" in capsys.readouterr().out
    assert cli.main(["reindex", "--rate", "1000"]) == 0
    cli.main(["status"])
    assert "Unfinished" not in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["reindex", "--rate", "0"])


def test_status_names_missing_data_first() -> None:
    cluster = ClusterHealth("red", nodes=2, unassigned_shards=1)
    status = IndexStatus("elasticsearch", "m", "m", 1, True, cluster=cluster)
    found = problems(status, Drift(("a",), (), ()))
    assert [problem.code for problem in found] == [Code.DATA_MISSING, Code.DRIFT]
    assert exit_code(found) == Code.DATA_MISSING
    assert "red, 2 nodes" in "\n".join(lines(status, Drift((), (), ())))


def test_reindex_if_needed_leaves_a_fitting_index_alone(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reindex", "--if-needed"]) == 0  # none is there, though an article is
    assert commands.build_search(load_settings()).status().exists
    capsys.readouterr()
    assert cli.main(["reindex", "--if-needed"]) == 0
    assert "articles" not in capsys.readouterr().out
    machine.write_text('{"name": "newer", "dimension": 64, "query_prefix": "", "passage_prefix": "", "alone": true}')
    assert cli.main(["reindex", "--if-needed"]) == 0
    assert "1 articles" in capsys.readouterr().out


def test_reindex_if_needed_is_content_with_what_a_worker_built_meanwhile(
    machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*arguments: Any, **options: Any) -> int:
        reindex(*arguments, **options)  # that of the worker
        raise SearchUnavailableError("The index was put in use or removed by somebody else.")

    monkeypatch.setattr(commands, "reindex", overtaken)
    assert cli.main(["reindex", "--if-needed"]) == 0
    assert "Another process built the index" in capsys.readouterr().out
    assert cli.main(["reindex"]) != 0  # this one was wanted in any case


def test_reindex_stores_what_this_release_takes_for_the_same_text(machine: Path, sqlite_url: str) -> None:
    """Also of an article that is not shown now: it may be shown again."""
    sessions = make_session_factory(make_engine(sqlite_url))
    with transaction(sessions) as session:
        session.get_one(Article, "flour").fingerprint = "of an older release"
        session.add(Article(id="lemon", text=LEMON, app_id=WEBSITE, status=Status.BLOCKED, fingerprint="older, too"))
    assert cli.main(["reindex"]) == 0
    with transaction(sessions) as session:
        assert session.get_one(Article, "flour").fingerprint == fingerprint(FLOUR)
        assert session.get_one(Article, "lemon").fingerprint == fingerprint(LEMON)


def test_errors_are_one_line_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_MODEL", "nobody/knows")
    assert cli.main(["serve-model"]) == 1
    assert "python -m indexer model" in capsys.readouterr().err
    assert cli.main(["model"]) == 1
    assert "--from-hub" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["reindex", "sync", "status", "cluster"])
def test_a_database_that_was_not_migrated_is_named(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert cli.main([command]) == 1
    assert "python -m factcheck migrate" in capsys.readouterr().err


def test_a_second_model_server_stands_by_until_the_first_ends(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = commands.EmbeddingServer(load_settings().embedder_socket, FakeEmbedder())
    monkeypatch.setattr("indexer.machine.server.time.sleep", lambda _seconds: first.server_close())
    monkeypatch.setattr(FakeEmbedder, "load", lambda _self: None, raising=False)
    monkeypatch.setattr(commands, "LocalEmbedder", lambda *_arguments, **_options: FakeEmbedder())
    served: list[commands.EmbeddingServer] = []
    monkeypatch.setattr(commands, "serve_until_told", served.append)
    assert cli.main(["serve-model"]) == 0
    assert "Standing by" in capsys.readouterr().out
    served[0].server_close()
