"""What a picture gets: one that is known answers if its words agree, and words that a machine has read never answer by
themselves."""

import pytest

from factcheck.matching.decide.decision import Decision, Outcome, decide
from factcheck.matching.decide.pictures import (
    FEW_BITS,
    HASH_BITS,
    NearFile,
    bits_after_look,
    decide_file,
    tells_apart,
)
from factcheck.matching.decide.thresholds import (
    AGREES_WITH_TEXT,
    LIKE_PICTURE,
    LOOKS_THE_SAME,
    READ_BY_MACHINE,
    SAME_PICTURE,
)
from factcheck.services.media_lookup import say_the_same
from tests.matching.deciding import FLOUR, LEMON, OTHERS, candidate, first

NOTHING = Decision(Outcome.UNKNOWN, ())
WORDS = decide(FLOUR, [candidate("flour", FLOUR, 0.99), *OTHERS])


def near(
    distance: int = 0,
    *,
    agrees: bool = True,
    is_same_file: bool = False,
    answerable: bool = True,
    article_id: str = "picture",
) -> NearFile:
    return NearFile(article_id, answerable, distance, is_same_file, agrees)


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        (near(0, agrees=False, is_same_file=True), Outcome.ANSWER),
        (near(SAME_PICTURE), Outcome.ANSWER),
        (near(0, agrees=False), Outcome.CHOOSE),
        (near(SAME_PICTURE + 1), Outcome.CHOOSE),
        (near(LIKE_PICTURE), Outcome.CHOOSE),
        (near(LIKE_PICTURE, agrees=False), Outcome.UNKNOWN),
        (near(LIKE_PICTURE + 1), Outcome.UNKNOWN),
    ],
)
def test_picture_and_words_must_agree(file: NearFile, outcome: Outcome) -> None:
    decision = decide_file([file], NOTHING)
    assert decision.outcome == outcome
    assert [one.article_id for one in decision.candidates] == ["picture"][: outcome != Outcome.UNKNOWN]


def test_a_picture_that_is_just_the_same_is_called_so() -> None:
    for bits, probability in ((SAME_PICTURE, LOOKS_THE_SAME), (SAME_PICTURE + 1, AGREES_WITH_TEXT)):
        (offered,) = decide_file([near(bits, agrees=bits > SAME_PICTURE)], NOTHING).candidates
        assert offered.probability == probability


def test_bits_that_nobody_looked_at_closer_count_up_to_like_pictures() -> None:
    assert bits_after_look(LIKE_PICTURE, None) == LIKE_PICTURE
    assert bits_after_look(LIKE_PICTURE + 1, None) is None


def test_a_picture_with_just_enough_to_see_tells_articles_apart() -> None:
    for bits in (FEW_BITS - 1, HASH_BITS - FEW_BITS + 1):
        assert not tells_apart(((1 << bits) - 1).to_bytes(HASH_BITS // 8))
    for bits in (FEW_BITS, HASH_BITS - FEW_BITS):
        assert tells_apart(((1 << bits) - 1).to_bytes(HASH_BITS // 8))


def test_words_that_a_machine_has_read_are_asked_about() -> None:
    assert WORDS.outcome == Outcome.ANSWER, "had somebody typed them"
    decision = decide_file([], WORDS)
    assert (decision.outcome, first(decision)) == (Outcome.CHOOSE, "flour")
    assert all(one.probability <= READ_BY_MACHINE for one in decision.candidates)


def test_the_very_picture_answers_whatever_is_read_in_it() -> None:
    decision = decide_file([near(3)], WORDS)
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "picture")


def test_of_copies_the_one_with_a_reply_answers() -> None:
    files = [near(0, is_same_file=True, answerable=False), near(9, article_id="replied")]
    assert first(decide_file(files, NOTHING)) == "replied"


def test_words_and_pixels_of_different_articles_are_both_offered() -> None:
    decision = decide_file([near(5, agrees=False)], WORDS)
    assert decision.outcome == Outcome.CHOOSE
    assert {"picture", "flour"} <= {one.article_id for one in decision.candidates}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (FLOUR, FLOUR, True),
        (FLOUR, FLOUR.replace("，", " "), True),
        (FLOUR, FLOUR.replace("10分鐘", "16分鐘"), False),
        (FLOUR, LEMON, False),
        (FLOUR, "", False),
        ("", "OK", True),
    ],
    ids=["the same", "marks", "a number", "other words", "nothing read", "nothing in both"],
)
def test_a_number_that_differs_is_no_agreement(one: str, other: str, same: bool) -> None:
    """It may be misread, and it may be another claim on the same template."""
    assert say_the_same(one, other) is same
    assert say_the_same(other, one) is same
