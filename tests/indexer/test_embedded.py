"""What only the embedded index must do: files, processes, damage."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from factcheck.errors import EmbedderUnavailableError, SearchUnavailableError
from factcheck.ports import SearchQuery
from indexer.backends.embedded import EmbeddedSearch
from indexer.backends.identity import Expected, ModelIdentity
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, document, query


def open_index(directory: Path) -> EmbeddedSearch:
    return EmbeddedSearch(directory, expecting())


def write_some(directory: Path, name: str) -> None:
    search = open_index(directory)
    for i in range(10):
        search.index([document(f"{name}-{i}", f"{FLOUR}{name}{i}")])


def test_two_real_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_some, args=(directory, name)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    search = open_index(directory)
    assert len(search.versions()) == 20
    assert len({hit.article_id for hit in search.candidates(query(FLOUR, limit=20))}) == 20


def test_a_switch_leaves_one_file(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    search = open_index(directory)
    search.index([document("a", FLOUR)])
    for _ in range(3):
        search.rebuild().switch()
    abandoned = search.rebuild()
    abandoned.abort()
    search.ping()
    assert len(list(directory.glob("index-*.sqlite"))) == 1


def test_many_changes_keep_the_matrix_right(tmp_path: Path) -> None:
    reader, writer = open_index(tmp_path / "index"), open_index(tmp_path / "index")
    for version in range(1, 40):
        writer.index([document(f"a{i}", f"{FLOUR}{i}之{version}", version) for i in range(60)])
        reader.candidates(query(FLOUR))  # takes in each version, so that most of its rows are gone at the end
    writer.delete([f"a{i}" for i in range(30)])
    wanted = query(f"{FLOUR}45之39", limit=40)
    hits = {hit.article_id: hit for hit in reader.candidates(wanted)}
    assert set(hits) == {f"a{i}" for i in range(30, 60)}
    assert hits["a45"].cosine == pytest.approx(1.0, abs=1e-3)
    fresh = {hit.article_id: hit for hit in open_index(tmp_path / "index").candidates(wanted)}
    assert {key: hit.cosine for key, hit in fresh.items()} == pytest.approx({k: h.cosine for k, h in hits.items()})


def test_the_rarest_words_of_a_long_text_decide(tmp_path: Path) -> None:
    search = open_index(tmp_path / "index")
    filler = "".join(chr(0x4E00 + i) for i in range(300))
    search.index([document(f"filler{i}", filler + str(i)) for i in range(30)])
    search.index([document("lemon", LEMON)])
    hits = {hit.article_id: hit for hit in search.candidates(query(filler + LEMON, vector=False))}
    assert hits["lemon"].bm25_rank == 1


def test_search_by_words_works_while_no_model_is_known(tmp_path: Path) -> None:
    def unknown() -> ModelIdentity:
        raise EmbedderUnavailableError("no model")

    open_index(tmp_path / "index").index([document("a", FLOUR)])
    search = EmbeddedSearch(tmp_path / "index", Expected(unknown))
    assert [hit.article_id for hit in search.candidates(query(FLOUR, vector=False))] == ["a"]
    assert not search.status().matches
    with pytest.raises(EmbedderUnavailableError):
        EmbeddedSearch(tmp_path / "other", Expected(unknown)).index([document("a", FLOUR)])


def test_a_damaged_file_is_reported_and_a_rebuild_repairs_it(tmp_path: Path) -> None:
    search = open_index(tmp_path / "index")
    search.index([document("a", FLOUR)])
    (path,) = (tmp_path / "index").glob("index-*.sqlite")
    for part in (tmp_path / "index").glob("index-*"):
        part.write_bytes(b"no database " * 500)
    damaged = open_index(tmp_path / "index")
    for call in (damaged.versions, damaged.ping, lambda: damaged.candidates(SearchQuery("a"))):
        with pytest.raises(SearchUnavailableError):
            call()
    build = damaged.rebuild()
    build.index([document("a", FLOUR)])
    build.switch()
    assert damaged.versions() == {"a": 1}
    assert not path.exists()


def test_a_lost_file_is_reported(tmp_path: Path) -> None:
    open_index(tmp_path / "index").index([document("a", FLOUR)])
    for part in (tmp_path / "index").glob("index-*"):
        part.unlink()
    with pytest.raises(SearchUnavailableError, match="lost"):
        open_index(tmp_path / "index").ping()


def test_a_failing_write_leaves_nothing_of_itself(tmp_path: Path) -> None:
    search = open_index(tmp_path / "index")
    search.index([document("a", FLOUR)])
    broken = document("c", LEMON)
    object.__setattr__(broken, "version", "no number" * 3)
    object.__setattr__(broken, "article_id", None)
    with pytest.raises(SearchUnavailableError):
        search.index([document("b", LEMON), broken])
    assert search.versions() == {"a": 1}
    with sqlite3.connect(next((tmp_path / "index").glob("index-*.sqlite"))) as connection:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    connection.close()
