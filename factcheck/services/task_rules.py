"""Rules: when independent answers decide, and how many people are asked at once.

An answer decides when it is ahead of the next by a margin. If each person is right with probability p and answers
independently of the others, the right answer wins with p^m / (p^m + (1 - p)^m) of a margin m (the gambler's ruin): for
p = 0.85, 97.0 % with a margin of 2 and 99.5 % with 3. Nobody is asked whose answer is not needed for that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from factcheck.models.enums import TaskAnswer, TaskKind
from factcheck.services.needs import ENOUGH_VOTES

MARGINS: Mapping[str, int] = {TaskKind.SAME: 3, TaskKind.TOPIC: 2, TaskKind.REFERENCE: 2}
"""Two messages that are taken for one share replies and reach everybody who asked, so that takes one more."""
MOST_ANSWERS = 9
"""People who do not agree by then will not."""
SAYS_NOTHING = (TaskAnswer.UNSURE, TaskAnswer.SKIPPED)


@dataclass(frozen=True)
class Standing:
    """`outcome`: what was agreed upon, '' for nothing yet; `split`: nothing will be; `wanted`: people who may have it
    at once besides."""

    outcome: str = ""
    split: bool = False
    wanted: int = 0


def standing(kind: str, answers: Iterable[str]) -> Standing:
    """Takes the answers of people who count, in any order."""
    given = list(answers)
    counted = Counter(answer for answer in given if answer not in SAYS_NOTHING)
    first, second = (*counted.most_common(2), ("", 0), ("", 0))[:2]
    lead = first[1] - second[1]
    if lead >= MARGINS[kind]:
        return Standing(outcome=first[0])
    if sum(answer != TaskAnswer.SKIPPED for answer in given) >= MOST_ANSWERS:
        return Standing(split=True)
    return Standing(wanted=MARGINS[kind] - lead)


def rating_standing(votes: int) -> Standing:
    """Tells how many more votes a reply needs so that they say more than one person's view."""
    if votes >= ENOUGH_VOTES:
        return Standing(outcome=TaskAnswer.RATED)
    return Standing(wanted=ENOUGH_VOTES - votes)
