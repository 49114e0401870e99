"""Pictures of one template with other words in it: they look alike, and are no copies."""

from collections.abc import Sequence
from dataclasses import replace

from indexer.evaluation.media.drawing import Plan, plans

FEW = 3
"""Letters in which what was altered a little differs."""


def with_other_words(plan: Plan) -> Plan:
    """Gives the same picture with as many letters of another text."""
    words = _next(plan).text
    while len(words) < len(plan.text):
        words += f" {words}"
    return replace(plan, text=words[: len(plan.text)].strip() or words)


def with_few_other_letters(plan: Plan) -> Plan:
    """Gives the same picture, altered in the middle of its text."""
    middle = len(plan.text) // 2
    return replace(plan, text=plan.text[:middle] + _next(plan).text[:FEW] + plan.text[middle + FEW :])


def _next(plan: Plan) -> Plan:
    """Gives another plan of the language."""
    same: Sequence[Plan] = [one for one in plans() if one.language == plan.language]
    return same[(next(at for at, one in enumerate(same) if one.name == plan.name) + 1) % len(same)]
