"""Picture and text must agree for an answer, and a machine-read number decides none."""

import pytest

from factcheck.matching.decide.decision import Candidate, Decision, Outcome, Scored, Standing, decide
from factcheck.matching.decide.pictures import PictureHit, decide_picture, has_number
from factcheck.matching.decide.thresholds import MOST_CANDIDATES, READ_WELL, SAME_PICTURE, SIMILAR_PICTURE
from factcheck.ports import Hit

CLAIM = "燙到手的時候把手放進冷麵粉裡面，皮膚就不會起水泡，這是退休老醫師說的"
NUMBERED = "燙到手的時候把手放進冷麵粉裡面10分鐘，皮膚就不會起水泡，這是退休老醫師說的"


def by_text(read: str, article: str = CLAIM) -> Decision:
    return decide(read, [Candidate("a", article, True, Hit("a", cosine=0.95, same_fingerprint=read == article))])


def hit(article_id: str, distance: int = 3, *, same_file: bool = False, answerable: bool = True) -> PictureHit:
    return PictureHit(article_id, distance, same_file, answerable)


def ids(decision: Decision) -> list[str]:
    return [one.article_id for one in decision.candidates]


def test_the_same_file_is_answered_whatever_was_read() -> None:
    found = decide_picture(Decision(Outcome.UNKNOWN, ()), [hit("b"), hit("a", 0, same_file=True)], "", 0.0)
    assert (found.outcome, ids(found), found.confidence) == (Outcome.ANSWER, ["a", "b"], 1.0)


def test_picture_and_text_that_agree_are_answered() -> None:
    found = decide_picture(by_text(NUMBERED, NUMBERED), [hit("a", SAME_PICTURE)], NUMBERED, READ_WELL)
    assert (found.outcome, ids(found)) == (Outcome.ANSWER, ["a"])


def test_a_template_with_another_text_is_not_answered() -> None:
    other = "喝檸檬水可以治好近視，眼科不會告訴你"
    found = decide_picture(by_text(other), [hit("a", 0)], other, 0.99)
    assert (found.outcome, ids(found)) == (Outcome.CHOOSE, ["a"])


def test_a_text_in_another_picture_is_not_answered() -> None:
    for hits in ([hit("b")], [hit("a", SAME_PICTURE + 1)]):
        found = decide_picture(by_text(CLAIM), hits, CLAIM, 0.99)
        assert found.outcome is Outcome.CHOOSE
        assert ids(found)[0] == "a"


def test_a_text_that_came_without_a_picture_is_answered_if_no_number_could_be_misread() -> None:
    assert decide_picture(by_text(CLAIM), [], CLAIM, 0.99).outcome is Outcome.ANSWER
    assert decide_picture(by_text(NUMBERED, NUMBERED), [], NUMBERED, 0.99).outcome is Outcome.CHOOSE


def test_a_number_that_differs_is_not_said_to_differ() -> None:
    read = NUMBERED.replace("10", "40")
    assert by_text(read, NUMBERED).outcome is Outcome.DIFFERS
    found = decide_picture(by_text(read, NUMBERED), [hit("a")], read, 0.99)
    assert (found.outcome, found.difference, ids(found)) == (Outcome.CHOOSE, None, ["a"])


def test_what_was_read_badly_is_not_answered() -> None:
    assert decide_picture(by_text(CLAIM), [hit("a")], CLAIM, READ_WELL - 0.01).outcome is Outcome.CHOOSE


@pytest.mark.parametrize("distance", [0, SAME_PICTURE])
def test_a_picture_alone_is_a_question(distance: int) -> None:
    found = decide_picture(Decision(Outcome.UNKNOWN, ()), [hit("a", distance)], "", 0.0)
    assert (found.outcome, ids(found)) == (Outcome.CHOOSE, ["a"])
    assert found.candidates[0].standing is Standing.PROBABLY


def test_a_similar_picture_alone_is_only_perhaps_meant() -> None:
    found = decide_picture(Decision(Outcome.UNKNOWN, ()), [hit("a", SIMILAR_PICTURE)], "", 0.0)
    assert (found.outcome, ids(found), [one.article_id for one in found.perhaps]) == (Outcome.UNKNOWN, [], ["a"])


def test_nothing_is_unknown() -> None:
    assert decide_picture(Decision(Outcome.UNKNOWN, ()), [], "", 0.0) == Decision(Outcome.UNKNOWN, ())


def test_each_article_comes_once_and_what_both_name_comes_first() -> None:
    text = Decision(
        Outcome.CHOOSE, (Scored("a", 0.7, True), Scored("b", 0.6, True)), 0.0, perhaps=(Scored("c", 0.2, True),)
    )
    found = decide_picture(text, [hit("b"), hit("c"), hit("c", 1), hit("d", 30)], "…", 0.99)
    assert ids(found) == ["b", "a", "c"]
    assert [one.article_id for one in found.perhaps] == ["d"]
    many = decide_picture(text, [hit(str(number)) for number in range(30)], "…", 0.99)
    assert len(many.candidates) == MOST_CANDIDATES


def test_digits_of_every_script_are_numbers() -> None:
    assert all(map(has_number, ("10 分鐘", "１０", "๕๐ บาท", "4G")))
    assert not any(map(has_number, ("一定要看", "", "no")))
