from factcheck.matching.decide.fusion import HEAD, STRONG_BY_MEANING, STRONG_BY_WORDS, fuse, merge
from factcheck.ports import Hit


def ids(hits: list[Hit]) -> list[str]:
    return [hit.article_id for hit in hits]


def test_identities_come_first_and_are_never_cut_off() -> None:
    hits = [Hit(f"w{i}", bm25=9.0, bm25_rank=i, cosine=0.9, cosine_rank=i) for i in range(1, 6)]
    same, linked = Hit("same", same_fingerprint=True), Hit("linked", shared_urls=1)
    assert set(ids(fuse([*hits, same, linked], 2))) == {"same", "linked"}
    assert len(fuse([*hits, same, linked], 1)) == 2


def test_the_head_of_either_list_stays_in() -> None:
    both = [Hit(f"b{i}", bm25=5.0, bm25_rank=i + 3, cosine=0.88, cosine_rank=i + 3) for i in range(1, 10)]
    far_in_words = Hit("meaning", cosine=0.93, cosine_rank=1)
    far_in_meaning = Hit("words", bm25=30.0, bm25_rank=1, cosine=0.8)
    assert set(ids(fuse([*both, far_in_words, far_in_meaning], 3))) > {"meaning", "words"}


def test_the_last_of_each_head_stays_before_what_both_lists_have_lower() -> None:
    both = Hit("both", bm25_rank=HEAD + 1, cosine_rank=HEAD + 1)
    for last in (Hit("last", bm25_rank=HEAD), Hit("last", cosine_rank=HEAD)):
        assert ids(fuse([both, last], 1)) == ["last"]
    weak = Hit("weak", bm25_rank=STRONG_BY_WORDS + 1, cosine_rank=STRONG_BY_MEANING + 1)
    for strong in (Hit("strong", bm25_rank=STRONG_BY_WORDS), Hit("strong", cosine_rank=STRONG_BY_MEANING)):
        assert ids(fuse([weak, strong], 1)) == ["strong"]


def test_the_others_are_ordered_by_reciprocal_rank() -> None:
    hits = [
        Hit("late", bm25_rank=18, cosine_rank=19),
        Hit("one list", bm25_rank=10),
        Hit("both", bm25_rank=12, cosine_rank=11),
    ]
    assert ids(fuse(hits, 10)) == ["both", "late", "one list"]
    assert fuse([], 5) == []


def test_merge_keeps_the_best_of_each_value() -> None:
    first = [Hit("a", bm25=1.0, bm25_rank=4, cosine=0.9, cosine_rank=2), Hit("b", shared_urls=1)]
    second = [Hit("a", bm25=3.0, bm25_rank=1), Hit("b", same_fingerprint=True, cosine=0.8)]
    merged = {hit.article_id: hit for hit in merge([first, second])}
    assert merged["a"] == Hit("a", bm25=3.0, bm25_rank=1, cosine=0.9, cosine_rank=2)
    assert merged["b"] == Hit("b", cosine=0.8, same_fingerprint=True, shared_urls=1)


def test_merge_remembers_the_nearest_window() -> None:
    whole, first, second = Hit("a", cosine=0.3), Hit("a", cosine=0.7, window=1), Hit("a", bm25=9.0, window=2)
    assert [hit.window for hit in merge([[whole], [first], [second]])] == [1]
