"""What every search backend must do. Runs against the embedded index, a real Elasticsearch if one is given, and the
fake that other tests have in their place."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import IndexLostError, IndexMismatchError
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.tokens import wanted_words
from factcheck.ports import Hit, Part, SearchBackend, SearchDocument, SearchQuery, WordQuery
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.conftest import DIMENSION, Opener, opener
from tests.indexer.documents import FLOUR, LEMON, QUAKE, document, query
from tests.indexer.elasticsearch import BACKENDS


@pytest.fixture(params=[*BACKENDS, "fake"])
def open_search(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    with opener(request.param, tmp_path) as open_search:
        yield open_search


def by_id(hits: list[Hit]) -> dict[str, Hit]:
    assert len({hit.article_id for hit in hits}) == len(hits), "one Hit an article"
    return {hit.article_id: hit for hit in hits}


def test_an_index_that_was_never_written_answers_with_nothing(search: SearchBackend) -> None:
    assert search.candidates(query(FLOUR)) == []
    assert search.versions() == {}
    assert search.vectors("a") is None
    search.delete(["a"])
    search.ping()
    status = search.status()
    assert (status.exists, status.documents, status.matches) == (False, 0, False)


def test_an_index_that_is_gone_is_no_empty_one(open_search: Opener) -> None:
    search = open_search(articles=lambda: 2)
    calls = [
        lambda: search.candidates(query(FLOUR)),
        lambda: search.index([document("flour", FLOUR)]),
        search.versions,
        search.ping,
        search.verify,
    ]
    for call in calls:
        with pytest.raises(IndexLostError, match="there are 2 articles"):
            call()
    assert "2 articles" in search.status().fault
    build = search.rebuild(salvage=True)
    build.index([document("flour", FLOUR)])
    build.switch()
    search.verify()
    assert search.status().fault == ""
    assert [hit.article_id for hit in search.candidates(query(FLOUR))] == ["flour"]


def test_the_first_article_makes_the_index(open_search: Opener) -> None:
    search = open_search(articles=lambda: 1)
    search.index([document("flour", FLOUR)])
    assert search.versions() == {"flour": 1}


def test_finds_by_words_and_by_meaning_with_ranks(search: SearchBackend) -> None:
    search.index([document("flour", FLOUR), document("lemon", LEMON), document("quake", QUAKE)])
    hits = by_id(search.candidates(query("手燙到放進冷麵粉")))
    assert hits["flour"].bm25_rank == 1
    assert hits["flour"].cosine_rank == 1
    assert hits["flour"].bm25 is not None
    assert hits["flour"].bm25 > 0
    assert not hits["flour"].same_fingerprint


def test_cosines_are_exact_and_known_for_every_candidate_with_vectors(search: SearchBackend) -> None:
    texts = {"flour": FLOUR, "lemon": LEMON, "quake": QUAKE}
    search.index([document(key, text) for key, text in texts.items()])
    wanted = query(FLOUR + LEMON, limit=1)
    assert wanted.vector is not None
    hits = search.candidates(wanted)
    assert len(hits) >= 1
    for hit in hits:
        row = FakeEmbedder().embed_passages([normalise(texts[hit.article_id])])[0]
        assert hit.cosine == pytest.approx(float(row @ wanted.vector), abs=1e-3)


def containing(search: SearchBackend, words: str, part: Part = Part.MESSAGE, limit: int = 100) -> tuple[int, set[str]]:
    found = search.containing(WordQuery(wanted_words(normalise(words)), part, limit))
    return found.total, set(found.article_ids)


def test_words_find_all_that_contain_them_and_count_them(search: SearchBackend) -> None:
    assert containing(search, "檸檬") == (0, set()), "never written"
    search.index([document("lemon", LEMON), document("flour", FLOUR), document("tea", "喝檸檬茶 can cure a cold")])
    search.index([replace(document("quake", QUAKE), replies=normalise("檸檬 is no cure. 氣象局沒有這樣說"))])
    assert containing(search, "檸檬") == (2, {"lemon", "tea"})
    assert containing(search, "癌細胞　檸檬") == (1, {"lemon"}), "words need not stand beside each other"
    assert containing(search, "Cure 檸檬") == (1, {"tea"})
    assert containing(search, "檸檬 地震") == (0, set())
    assert containing(search, "") == (0, set())
    assert containing(search, "檸檬 cure", Part.REPLIES) == (1, {"quake"})
    assert containing(search, "檸檬", limit=1)[0] == 2
    assert len(containing(search, "檸檬", limit=1)[1]) == 1
    search.index([document("quake", QUAKE, version=2)])
    search.delete(["tea"])
    assert containing(search, "檸檬", Part.REPLIES) == (0, set())
    assert containing(search, "檸檬") == (1, {"lemon"})


def test_one_character_finds_all_that_have_it(search: SearchBackend) -> None:
    texts = {
        "salt": "多吃鹽會長高",
        "sugar": "少喝糖水",
        "line": "Salt is\n鹽\nin Chinese",
        "last": "海水有鹽",
        "w": "water",
    }
    for number, (key, text) in enumerate(texts.items(), 1):
        search.index([document(key, text, version=number)])
    assert containing(search, "鹽") == (3, {"salt", "line", "last"}), "first, alone and last in a line"
    assert containing(search, "盐") == (3, {"salt", "line", "last"}), "as it is written elsewhere"
    assert containing(search, "鹽 水") == (1, {"last"})
    assert containing(search, "鹽 長高") == (1, {"salt"}), "beside a word"
    assert containing(search, "鹽 salt") == (1, {"line"})
    assert containing(search, "鯨") == (0, set())
    assert containing(search, "a") == (0, set()), "words with spaces are whole"
    assert containing(search, "鹽", limit=1) == (3, {"last"}), "the last indexed first"


def test_the_best_window_counts(search: SearchBackend) -> None:
    long = "天氣很好適合出門散步" * 60 + FLOUR + "明天要開會請準時到場" * 60
    search.index([document("long", long), document("lemon", LEMON)])
    stored = search.vectors("long")
    assert stored is not None
    assert len(stored) > 2
    wanted = query(FLOUR)
    hit = by_id(search.candidates(wanted))["long"]
    assert hit.cosine == pytest.approx(float(np.max(stored @ wanted.vector)), abs=1e-3)


def test_finds_by_fingerprint_and_by_url(search: SearchBackend) -> None:
    search.index(
        [
            document("flour", FLOUR),
            document("link", "https://example.com/a?utm_source=line https://example.com/b"),
            document("other", "https://example.com/c"),
        ]
    )
    same = by_id(search.candidates(query("【轉傳】" + FLOUR + "！！")))
    assert same["flour"].same_fingerprint
    shared = by_id(search.candidates(query("大家看 https://EXAMPLE.com/a/ 和 https://example.com/b#x")))
    assert shared["link"].shared_urls == 2
    assert "other" not in shared or shared["other"].shared_urls == 0


def test_an_empty_fingerprint_matches_nothing(search: SearchBackend) -> None:
    search.index([SearchDocument("empty", 1, "", ""), document("flour", FLOUR)])
    assert search.versions() == {"empty": 1, "flour": 1}
    assert search.candidates(SearchQuery("")) == []


def test_documents_and_queries_without_vectors(search: SearchBackend) -> None:
    search.index([document("flour", FLOUR, vectors=False), document("lemon", LEMON)])
    assert search.vectors("flour") is None
    by_words = by_id(search.candidates(query(FLOUR, vector=False)))
    assert by_words["flour"].bm25_rank == 1
    assert by_words["flour"].cosine is None
    with_vector = by_id(search.candidates(query(FLOUR)))
    assert with_vector["flour"].cosine is None
    assert with_vector["lemon"].cosine_rank == 1


def test_the_limit_holds_for_each_list(search: SearchBackend) -> None:
    search.index([document(f"a{i}", f"{FLOUR} {i}") for i in range(12)])
    hits = search.candidates(query(FLOUR + " x", limit=3))
    assert sorted(hit.bm25_rank for hit in hits if hit.bm25_rank) == [1, 2, 3]
    assert sorted(hit.cosine_rank for hit in hits if hit.cosine_rank) == [1, 2, 3]


def test_an_older_version_never_overwrites_a_newer_one(search: SearchBackend) -> None:
    search.index([document("a", FLOUR, version=3)])
    search.index([document("a", LEMON, version=2)])
    assert search.versions() == {"a": 3}
    assert by_id(search.candidates(query(FLOUR)))["a"].same_fingerprint


def test_a_newer_version_replaces_all_of_the_older_one(search: SearchBackend) -> None:
    search.index([document("a", FLOUR + " https://example.com/old", version=1)])
    search.index([document("a", LEMON + " https://example.com/new", version=2)])
    assert search.versions() == {"a": 2}
    assert search.candidates(query(FLOUR + " https://example.com/old", vector=False)) == []
    hit = by_id(search.candidates(query(LEMON + " https://example.com/new")))["a"]
    assert (hit.same_fingerprint, hit.shared_urls, hit.bm25_rank) == (True, 1, 1)
    assert hit.cosine == pytest.approx(1.0, abs=1e-3)


def test_the_same_version_may_be_written_again(search: SearchBackend) -> None:
    search.index([document("a", FLOUR, vectors=False)])
    search.index([document("a", FLOUR)])
    assert search.vectors("a") is not None


def test_deleted_articles_are_gone_from_every_list(search: SearchBackend) -> None:
    text = FLOUR + " https://example.com/a"
    search.index([document("a", text), document("b", LEMON)])
    assert "a" in by_id(search.candidates(query(text)))
    search.delete(["a", "never there"])
    assert search.versions() == {"b": 1}
    assert "a" not in by_id(search.candidates(query(text)))
    assert search.vectors("a") is None


def test_a_deleted_article_can_come_back_under_the_same_version(search: SearchBackend) -> None:
    search.index([document("a", FLOUR, version=5)])
    search.delete(["a"])
    search.index([document("a", FLOUR, version=5)])
    assert search.versions() == {"a": 5}
    assert by_id(search.candidates(query(FLOUR)))["a"].cosine == pytest.approx(1.0, abs=1e-3)


def test_another_process_sees_writes_and_deletions(open_search: Opener) -> None:
    one, other = open_search(), open_search()
    one.index([document("a", FLOUR)])
    assert "a" in by_id(other.candidates(query(FLOUR)))
    one.index([document("b", LEMON)])
    assert by_id(other.candidates(query(LEMON)))["b"].cosine_rank == 1
    one.delete(["a"])
    assert "a" not in by_id(other.candidates(query(FLOUR)))
    one.index([document("b", QUAKE, version=2)])
    assert by_id(other.candidates(query(QUAKE)))["b"].cosine == pytest.approx(1.0, abs=1e-3)


def test_writers_in_many_threads_lose_nothing(open_search: Opener) -> None:
    instances = [open_search() for _ in range(4)]  # the first writes race to make the index
    errors: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for i in range(5):
                instances[number].index([document(f"{number}-{i}", f"{FLOUR}{number}之{i}")])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(open_search().versions()) == {f"{number}-{i}" for number in range(4) for i in range(5)}


@pytest.mark.parametrize(
    "text",
    [
        '" OR *',
        "NEAR(a b, 3) AND NOT c",
        "tokens : x ^ - + ( ) { } [ ]",
        "'; DROP TABLE documents; --",
        '*:* +version:1 /.*/ ~2 \\ "',
        "\u0000 \u200b %_ ''",
        "a" * 9000,
        "𠮷𰻞 ก็ 1,000.5 12:30",
    ],
)
def test_no_character_of_a_query_is_an_operator(search: SearchBackend, text: str) -> None:
    search.index([document("flour", FLOUR), document("odd", text, vectors=False)])
    hits = by_id(search.candidates(query(text, vector=False)))
    assert "flour" not in hits
    assert search.versions() == {"flour": 1, "odd": 1}


def test_a_very_long_message_is_searched(search: SearchBackend) -> None:
    filler = "".join(chr(0x4E00 + (i * 7919) % 20000) for i in range(9000))
    search.index([document("flour", FLOUR), document("lemon", LEMON)])
    hits = by_id(search.candidates(query(filler[:500] + FLOUR + filler[500:])))
    assert hits["flour"].bm25_rank == 1


def test_an_index_of_another_model_is_refused(open_search: Opener) -> None:
    open_search().index([document("a", FLOUR)])
    for other in (open_search(name="other"), open_search(dimension=32)):
        with pytest.raises(IndexMismatchError, match="python -m indexer reindex"):
            other.candidates(query(FLOUR, vector=False))
        with pytest.raises(IndexMismatchError, match="python -m indexer reindex"):
            other.index([document("b", LEMON, vectors=False)])
        status = other.status()
        assert status.exists
        assert not status.matches
        assert status.identity != status.expected_identity
    assert open_search().versions() == {"a": 1}


def test_an_index_of_texts_treated_otherwise_is_searched_and_not_written(open_search: Opener) -> None:
    """Searching it costs some recall. A document treated in another way than the others would never be noticed."""
    before, now = open_search(texts="of before"), open_search(texts="of now")
    before.index([document("a", FLOUR)])
    assert now.candidates(query(FLOUR))[0].same_fingerprint
    assert now.vectors("a") is not None
    with pytest.raises(IndexMismatchError, match=r"texts of before, .* texts of now. Run: python -m indexer reindex"):
        now.index([document("b", LEMON)])
    assert now.status().differences == ("treatment of texts",)
    build = now.rebuild()
    build.index([document("a", FLOUR), document("b", LEMON)])
    before.index([document("c", QUAKE)])
    build.switch()
    assert now.status().matches
    now.index([document("c", QUAKE)])
    assert before.versions() == {"a": 1, "b": 1, "c": 1}
    assert before.candidates(query(FLOUR))[0].same_fingerprint
    with pytest.raises(IndexMismatchError):
        before.index([document("d", QUAKE)])


def test_an_unfinished_build_of_texts_treated_otherwise_is_left_alone(open_search: Opener) -> None:
    open_search(texts="of before").rebuild().index([document("a", FLOUR)])
    build = open_search(texts="of now").rebuild()
    assert build.versions() == {}


def test_vectors_of_another_dimension_are_refused(search: SearchBackend) -> None:
    search.index([document("a", FLOUR)])
    small = FakeEmbedder(dimension=32)
    with pytest.raises(IndexMismatchError):
        search.index([document("b", LEMON, embedder=small)])
    with pytest.raises(IndexMismatchError):
        search.candidates(query(LEMON, embedder=small))
    assert search.versions() == {"a": 1}


def test_status_counts_and_names_the_identity(search: SearchBackend) -> None:
    search.index([document("a", FLOUR), document("b", LEMON)])
    status = search.status()
    assert (status.documents, status.exists, status.matches) == (2, True, True)
    assert "fake" in status.identity
    assert str(DIMENSION) in status.identity
    assert status.size_bytes


def test_a_rebuild_is_invisible_until_the_switch(open_search: Opener) -> None:
    one, other = open_search(), open_search()
    one.index([document("old", FLOUR)])
    assert "old" in by_id(other.candidates(query(FLOUR)))
    build = one.rebuild()
    build.index([document("new", LEMON)])
    assert set(other.versions()) == {"old"}
    build.switch()
    for search in (one, other):
        assert set(search.versions()) == {"new"}
        assert set(by_id(search.candidates(query(LEMON)))) == {"new"}
        assert search.candidates(query(FLOUR, vector=False)) == []
    other.index([document("later", QUAKE)])
    assert set(one.versions()) == {"new", "later"}


def test_a_rebuild_moves_to_another_model(open_search: Opener) -> None:
    open_search().index([document("a", FLOUR)])
    other = open_search(name="other", dimension=32)
    build = other.rebuild()
    build.index([document("a", FLOUR, embedder=FakeEmbedder("other", 32))])
    build.switch()
    assert other.status().matches
    with pytest.raises(IndexMismatchError):
        open_search().candidates(query(FLOUR))


def test_the_first_index_can_come_from_a_rebuild_and_be_empty(search: SearchBackend) -> None:
    search.rebuild().switch()
    assert search.candidates(query(FLOUR)) == []
    assert search.status().exists


@pytest.mark.parametrize("article_id", ["7853社區轉化line-rumor", "sample7 copy-rumor", "社" * 33])
def test_ids_as_cofacts_has_published_them(search: SearchBackend, article_id: str) -> None:
    search.index([document(article_id, FLOUR), document("lemon", LEMON)])
    assert by_id(search.candidates(query(FLOUR)))[article_id].bm25_rank == 1
    assert search.vectors(article_id) is not None
    assert set(search.versions()) == {article_id, "lemon"}
    search.delete([article_id])
    assert set(search.versions()) == {"lemon"}
