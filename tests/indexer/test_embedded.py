"""What only the embedded index must do: files, processes, damage."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import tantivy

from factcheck.errors import EmbedderUnavailableError, SearchUnavailableError
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Hit, SearchQuery
from indexer.backends.embedded import backend, file, lists, vectors, words
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.backends.embedded.vectors import VectorFile
from indexer.backends.identity import Expected, ModelIdentity
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, QUAKE, document, query
from tests.indexer.processes import FORKED, SECONDS


def open_index(directory: Path) -> EmbeddedSearch:
    return EmbeddedSearch(directory, expecting())


def by_id(hits: list[Hit]) -> dict[str, Hit]:
    return {hit.article_id: hit for hit in hits}


def write_some(directory: Path, name: str) -> None:
    search = open_index(directory)
    for i in range(10):
        search.index([document(f"{name}-{i}", f"{FLOUR}{name}{i}")])


@pytest.mark.xdist_group("processes")
def test_two_real_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    writers = [FORKED.Process(target=write_some, args=(directory, name)) for name in ("one", "two")]
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
    search = EmbeddedSearch(tmp_path / "index", Expected(unknown, lambda: "of now"))
    assert [hit.article_id for hit in search.candidates(query(FLOUR, vector=False))] == ["a"]
    assert not search.status().matches
    with pytest.raises(EmbedderUnavailableError):
        EmbeddedSearch(tmp_path / "other", Expected(unknown, lambda: "of now")).index([document("a", FLOUR)])


def test_a_damaged_file_is_reported_and_a_rebuild_repairs_it(tmp_path: Path) -> None:
    search = open_index(tmp_path / "index")
    search.index([document("a", FLOUR)])
    (path,) = (tmp_path / "index").glob("index-*.sqlite")
    for part in (tmp_path / "index").glob("index-*"):
        if part.is_file():
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
        if part.is_file():
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
    assert [hit.article_id for hit in search.candidates(query(LEMON, vector=False))] == []
    search.index([document("c", LEMON)])
    hit = next(hit for hit in search.candidates(query(LEMON)) if hit.article_id == "c")
    assert (hit.bm25_rank, hit.cosine_rank) == (1, 1)
    assert hit.cosine == pytest.approx(1.0, abs=1e-3)


def beside(directory: Path, ending: str) -> Path:
    (path,) = directory.glob(f"index-*.sqlite-{ending}")
    return path


@pytest.mark.parametrize("ending", ["words", "vectors"])
def test_a_list_that_is_lost_is_made_again_by_the_next_process(tmp_path: Path, ending: str) -> None:
    directory = tmp_path / "index"
    search = open_index(directory)
    search.index([document("a", FLOUR), document("b", LEMON), document("c", QUAKE)])
    search.delete(["c"])  # its row, the last one, stays free
    path = beside(directory, ending)
    shutil.rmtree(path) if path.is_dir() else path.write_bytes(b"short")
    again = open_index(directory)
    for text, article_id in ((FLOUR, "a"), (LEMON, "b")):
        hit = by_id(again.candidates(query(text)))[article_id]
        assert (hit.bm25_rank, hit.cosine_rank) == (1, 1)
    again.index([document("c", QUAKE)])
    assert by_id(again.candidates(query(QUAKE)))["c"].bm25_rank == 1


def test_rows_of_forgotten_texts_are_used_again(tmp_path: Path) -> None:
    search = open_index(tmp_path / "index")
    search.index([document(f"a{i}", f"{FLOUR}{i}") for i in range(10)])
    size = beside(tmp_path / "index", "vectors").stat().st_size
    for version in range(2, 12):
        search.index([document("a3", f"{LEMON}{version}", version)])
        search.delete([f"a{version - 2}"])
        search.index([document(f"a{version - 2}", f"{FLOUR}{version}", version)])
    assert beside(tmp_path / "index", "vectors").stat().st_size <= size + 2 * 64


def test_rows_that_were_freed_hide_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VectorFile, "clear", lambda *_: None)  # as if killed before it
    search = open_index(tmp_path / "index")
    search.index([document(f"a{i}", FLOUR + "。" * i) for i in range(300)])
    search.index([document("b", LEMON)])
    search.delete([f"a{i}" for i in range(300)])
    (hit,) = search.candidates(query(FLOUR))
    assert (hit.article_id, hit.cosine_rank) == ("b", 1)


def test_the_scan_finds_what_a_full_comparison_finds() -> None:
    random = np.random.default_rng(1)
    rows = random.standard_normal((1050, 48)).astype(np.float32) + 2.0  # narrow, as sentence vectors are
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    codes = np.stack([vectors.encode(row) for row in rows])
    chunks = [codes[at : at + 100] for at in range(0, len(codes), 100)]
    moved = rows[:20] + 0.02
    for vector in moved / np.linalg.norm(moved, axis=1, keepdims=True):
        best = [int(row) for row in np.argsort(-(rows @ vector))[:20]]
        assert set(best) <= set(vectors.nearest(chunks, vector, 60))
    assert sorted(vectors.nearest(chunks, rows[0], 5000)) == list(range(1050))
    assert vectors.nearest([], rows[0], 5) == []


def write_until_killed(directory: Path, done: "multiprocessing.Queue[str]", name: str) -> None:
    search = open_index(directory)
    for i in range(1000):
        search.index([document(f"{name}-{i}", f"{LEMON}{name}{i}"), document(f"{name}-same", f"{QUAKE}{name}{i}", i)])
        done.put(f"{name}-{i}")


PLACES = {
    "rows written, nothing committed": (VectorFile, "write", False),
    "committed, rows not cleared": (VectorFile, "clear", True),
    "committed, words not written": (words, "update", True),
    "words written, still marked as pending": (file, "drop_pending", True),
}


def die_at(directory: Path, place: str) -> None:
    search = open_index(directory)
    search.index([document("before", FLOUR)])
    owner, name, _ = PLACES[place]
    real = getattr(owner, name)

    def die(*arguments: object) -> None:
        if place == "rows written, nothing committed":
            real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, die)
    search.index([document("after", LEMON), document("before", QUAKE, version=2)])


@pytest.mark.xdist_group("processes")
@pytest.mark.parametrize("place", PLACES)
def test_a_writer_that_is_killed_leaves_all_or_nothing(tmp_path: Path, place: str) -> None:
    committed = PLACES[place][2]
    writer = FORKED.Process(target=die_at, args=(tmp_path / "index", place))
    writer.start()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    search = open_index(tmp_path / "index")
    assert search.versions() == ({"before": 2, "after": 1} if committed else {"before": 1})
    for text, article_id in {QUAKE: "before", LEMON: "after"}.items() if committed else {FLOUR: "before"}.items():
        hit = by_id(search.candidates(query(text)))[article_id]
        assert (hit.bm25_rank, hit.cosine_rank) == (1, 1)
        assert hit.cosine == pytest.approx(1.0, abs=1e-3)
    if committed:
        assert search.candidates(query(FLOUR, vector=False)) == []  # the older text is forgotten
    search.index([document("after", LEMON), document("more", FLOUR)])
    hits = by_id(search.candidates(query(FLOUR)))
    assert hits["more"].bm25_rank
    assert hits["more"].cosine == pytest.approx(1.0, abs=1e-3)


@pytest.mark.xdist_group("processes")
def test_what_was_written_outlives_a_kill_at_any_moment(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    written: list[str] = []
    for name, wanted in (("one", 3), ("two", 5), ("three", 4)):
        done: multiprocessing.Queue[str] = FORKED.Queue()
        writer = FORKED.Process(target=write_until_killed, args=(directory, done, name))
        writer.start()
        written.extend(done.get(timeout=SECONDS) for _ in range(wanted))
        writer.kill()
        writer.join()
    search = open_index(directory)
    assert set(written) <= set(search.versions())
    for article_id in written:
        name, number = article_id.split("-")
        hit = by_id(search.candidates(query(f"{LEMON}{name}{number}")))[article_id]
        assert hit.same_fingerprint
        assert hit.cosine == pytest.approx(1.0, abs=1e-3)
        assert hit.bm25 is not None


def test_a_build_in_many_commits_of_the_word_index_holds_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "BATCH", 7)
    monkeypatch.setattr(lists, "BATCH", 3)
    search = open_index(tmp_path / "index")
    build = search.rebuild()
    for i in range(10):
        build.index([document(f"{i}-{j}", f"{FLOUR}{i}之{j}") for j in range(2)])
    build.finish()
    build.switch()
    hits = search.candidates(query(FLOUR, limit=40))
    assert len([hit for hit in hits if hit.bm25_rank and hit.cosine_rank]) == 20


def test_an_index_that_names_no_treatment_of_texts_is_served_until_it_is_rebuilt(tmp_path: Path) -> None:
    """As releases before made them."""
    search = EmbeddedSearch(tmp_path / "index", expecting())
    search.index([document("a", FLOUR)])
    (path,) = (tmp_path / "index").glob("index-*.sqlite")
    with closing(sqlite3.connect(path)) as connection, connection:
        identity = '{"name": "fake", "dimension": 64, "mapping": 4}'
        connection.execute("UPDATE meta SET value = ? WHERE key = 'identity'", (identity,))
    search = EmbeddedSearch(tmp_path / "index", expecting())
    assert search.candidates(query(FLOUR))[0].same_fingerprint
    assert search.status().differences == ("treatment of texts",)
    build = search.rebuild()
    build.index([document("a", FLOUR)])
    build.switch()
    assert search.status().matches


def documents_with(folder: Path, word: str) -> int:
    """Deleted ones count, too."""
    return int(tantivy.Index.open(str(folder)).searcher().doc_freq("tokens", word))


def test_nothing_of_what_was_deleted_is_left_after_a_purge(tmp_path: Path) -> None:
    """The word index keeps a deleted document's words until its files are merged, SQLite what is in its log."""
    directory = tmp_path / "index"
    search = open_index(directory)
    search.index([document("a", FLOUR), document("b", LEMON)])
    reader = open_index(directory)
    assert set(by_id(reader.candidates(query(FLOUR)))) == {"a", "b"}
    search.delete(["a"])
    word = next(token for token in bigrams(normalise(FLOUR)) if token not in bigrams(normalise(LEMON)))
    [folder] = directory.glob("*-words")
    assert documents_with(folder, word) == 1
    search.purge()
    assert documents_with(folder, word) == 0
    text = normalise(FLOUR).encode()
    assert not [path for path in directory.rglob("*") if path.is_file() and text in path.read_bytes()]
    for one in (search, reader):
        one.verify()
        assert set(by_id(one.candidates(query(LEMON)))) == {"b"}
