"""What people did with what they were shown or offered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.matching.decide.decision import Outcome
from factcheck.models import Match
from factcheck.services.matching import ADDITION
from indexer.evaluation.metrics import calibration_error, reliability

Json = dict[str, Any]

PAGE = 1000


@dataclass(frozen=True)
class LiveMatch:
    outcome: str
    candidates: tuple[tuple[str, float], ...]
    """(article id, probability), best first."""
    shown: str | None
    chosen: str | None
    refused: bool
    submitted: bool


def read_matches(session: Session) -> list[LiveMatch]:
    rows = session.execute(
        select(
            Match.outcome,
            Match.candidates,
            Match.shown_article_id,
            Match.chosen_article_id,
            Match.refused,
            Match.submitted,
        )
        .where(Match.outcome != ADDITION)
        .execution_options(yield_per=PAGE)
    )
    return [LiveMatch(row[0], tuple((c["article_id"], c["probability"]) for c in row[1]), *row[2:]) for row in rows]


def measure_live(matches: Sequence[LiveMatch]) -> Json:
    """Shares are of those who said something; None where nobody did."""
    named = [match for match in matches if match.outcome == Outcome.DIFFERS]
    shown = [match for match in matches if match.shown and match.outcome != Outcome.DIFFERS]
    offered = [match for match in matches if not match.shown and match.outcome == Outcome.CHOOSE]
    presented = [*shown, *named, *offered]
    return {
        "n": len(matches),
        "outcome": {str(outcome): sum(match.outcome == outcome for match in matches) for outcome in Outcome},
        "shown": _said(shown),
        "named": _said(named),
        "offered": _said(offered),
        # Cofacts' measure: of the messages for which something was at hand, how many were it.
        "chosen_or_new": _share(
            sum(bool(match.chosen) for match in presented),
            sum(match.submitted and not match.chosen for match in presented),
        ),
        "unknown_submitted": sum(m.submitted for m in matches if m.outcome == Outcome.UNKNOWN),
        "calibration": _calibration(matches),
    }


def _said(matches: Sequence[LiveMatch]) -> Json:
    chosen = sum(bool(match.chosen) for match in matches)
    refused = sum(match.refused for match in matches)
    return {
        "n": len(matches),
        "chosen": chosen,
        "refused": refused,
        "submitted": sum(match.submitted for match in matches),
        "silent": len(matches) - chosen - refused,
        "right": _share(chosen, refused),
    }


def _share(yes: int, no: int) -> float | None:
    return round(yes / (yes + no), 6) if yes + no else None


def _calibration(matches: Iterable[LiveMatch]) -> Json:
    """Counts every candidate that a person judged: whoever chose one or refused also rejected the others."""
    pairs = [pair for match in matches for pair in _judged(match)]
    if not pairs:
        return {"n": 0, "error": None, "bins": []}
    probability, right = np.array(pairs, dtype=np.float64).T
    error = round(calibration_error(probability, right), 6)
    return {"n": len(pairs), "error": error, "bins": reliability(probability, right)}


def _judged(match: LiveMatch) -> list[tuple[float, float]]:
    seen = [c for c in match.candidates if c[0] == match.shown] if match.shown else list(match.candidates)
    if match.chosen:
        return [(probability, float(article_id == match.chosen)) for article_id, probability in seen]
    return [(probability, 0.0) for _, probability in seen] if match.refused else []
