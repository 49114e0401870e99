"""An index that is built beside the one in use: both kinds of index, and what happens at the switch."""

import threading

import pytest

from factcheck.errors import IndexMismatchError, SearchUnavailableError
from factcheck.ports import SearchBackend
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.conftest import Opener
from tests.indexer.documents import FLOUR, LEMON, QUAKE, document, query


def test_an_unfinished_build_is_taken_up_again(open_search: Opener) -> None:
    open_search().index([document("old", QUAKE)])
    open_search().rebuild().index([document("a", FLOUR, version=2)])  # and its process is gone
    again = open_search().rebuild()
    assert again.versions() == {"a": 2}
    again.index([document("a", LEMON), document("b", LEMON)])
    assert again.versions() == {"a": 2, "b": 1}
    assert open_search().versions() == {"old": 1}
    again.finish()
    again.switch()
    search = open_search()
    assert search.versions() == {"a": 2, "b": 1}
    assert search.candidates(query(FLOUR))[0].same_fingerprint
    assert search.rebuild().versions() == {}


def test_a_fresh_build_forgets_the_unfinished_one(search: SearchBackend) -> None:
    search.rebuild().index([document("a", FLOUR)])
    build = search.rebuild(fresh=True)
    assert build.versions() == {}
    assert len(search.status().unfinished) == 1


def test_a_build_of_another_model_is_left_alone(open_search: Opener) -> None:
    one, other = open_search(), open_search(name="other", dimension=32)
    one.rebuild().index([document("a", FLOUR)])
    build = other.rebuild()
    assert build.versions() == {}
    build.index([document("b", LEMON, embedder=FakeEmbedder("other", 32))])
    found = {unfinished.documents: unfinished for unfinished in one.status().unfinished}
    assert sorted(unfinished.resumable for unfinished in one.status().unfinished) == [False, True]
    assert len(found) == 1
    assert one.rebuild().versions() == {"a": 1}
    with pytest.raises(IndexMismatchError):
        build.index([document("c", QUAKE)])


def test_two_rebuilds_at_once_work_on_the_same_index(open_search: Opener) -> None:
    one, other = open_search(), open_search()
    first, second = one.rebuild(), other.rebuild()
    first.index([document("a", FLOUR)])
    second.index([document("b", LEMON)])
    first.switch()
    second.switch()
    assert open_search().versions() == {"a": 1, "b": 1}
    assert one.status().unfinished == ()


def test_a_build_that_was_removed_says_so(open_search: Opener) -> None:
    search = open_search()
    search.index([document("old", QUAKE)])
    build = search.rebuild()
    open_search().rebuild(fresh=True)
    with pytest.raises(SearchUnavailableError):
        build.switch()
    assert search.versions() == {"old": 1}


def test_searches_and_writes_go_on_during_switches(open_search: Opener) -> None:
    search = open_search()
    search.index([document("a", FLOUR)])
    errors: list[BaseException] = []
    stop = threading.Event()

    def guarded(instance: SearchBackend, number: int) -> None:
        version = 1
        try:
            while not stop.is_set():
                assert "a" in {hit.article_id for hit in instance.candidates(query(FLOUR))}
                version += 1
                instance.index([document(f"w{number}", LEMON, version)])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(open_search(), number)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            build = search.rebuild()
            build.index([document("a", FLOUR)])
            build.finish()
            build.switch()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
