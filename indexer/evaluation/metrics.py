"""Measures of matching, as pure functions of labelled queries, with 95 % intervals."""

from typing import Any

import numpy as np

from indexer.evaluation.data import CHANGED, HARDNEG, UNMATCHED
from indexer.evaluation.intervals import RESAMPLES, SEED, around, interval_of, number, with_intervals
from indexer.evaluation.labels import (
    ANSWERED_OTHER,
    ANSWERED_RIGHT,
    ANSWERED_WRONG,
    DIFFERS_OTHER,
    DIFFERS_RIGHT,
    DIFFERS_WRONG,
    OFFERED_RIGHT,
    OFFERED_WRONG,
    UNKNOWN,
    Booleans,
    Floats,
    Labelled,
)

BINS = 10
FALSE_ANSWER_RATES = (0.01, 0.05)
RECALL_AT = (1, 5, 20)
MRR_AT = 10
ALL = "all"

Json = dict[str, Any]


def measure(rows: Labelled) -> Json:
    """All measures of one system. A share of nothing is None; intervals are [low, high] beside each share."""
    return {
        "retrieval": retrieval(rows),
        "decision": decision(rows),
        "unmatched": unmatched(rows),
        "right_at_far": right_at_far(rows),
        "right_at_far_by_kind": {
            kind: right_at_far(_kind_or_unmatched(rows, kind)) for kind in _kinds(rows.answerable)
        },
        "curve": curve(rows),
    }


def retrieval(rows: Labelled) -> Json:
    """[kind][lang], and lang "all". Leaves out hardneg, whose source should not be found."""
    found: Json = {}
    for kind in _kinds(rows.matched):
        of_kind = rows.where(rows.kind == kind)
        languages = {str(lang): of_kind.where(of_kind.lang == lang) for lang in np.unique(of_kind.lang) if lang}
        found[kind] = {lang: _retrieval(some) for lang, some in {**languages, ALL: of_kind}.items()}
    return found


def _retrieval(rows: Labelled) -> Json:
    shares = {f"r{k}": (rows.rank > 0) & (rows.rank <= k) for k in RECALL_AT}
    return with_intervals({**shares, f"mrr{MRR_AT}": reciprocal_ranks(rows)})


def reciprocal_ranks(rows: Labelled) -> Floats:
    """1 / rank within the first ten, else 0."""
    near = (rows.rank > 0) & (rows.rank <= MRR_AT)
    return np.where(near, 1 / np.maximum(rows.rank, 1), 0.0)


def decision(rows: Labelled) -> Json:
    """[kind] -> shares. The results add up to 1; for hardneg, `answered_wrong` and `differs_wrong` are its source.
    Beside them: both wordings of a difference, how the source can be found, and of queries with a turned word how
    often that is quoted."""
    return {kind: _decision(rows.where(rows.kind == kind)) for kind in _kinds(rows.where(rows.kind != UNMATCHED))}


def _decision(rows: Labelled) -> Json:
    names = [ANSWERED_RIGHT, ANSWERED_WRONG, DIFFERS_RIGHT, DIFFERS_WRONG, OFFERED_RIGHT, OFFERED_WRONG, UNKNOWN]
    names += [ANSWERED_OTHER, DIFFERS_OTHER] if HARDNEG in rows.kind else []
    named = is_named(rows)
    more = {
        "answered": is_answered(rows),
        "named": named,
        "answered_or_named_right": np.isin(rows.result, (ANSWERED_RIGHT, DIFFERS_RIGHT)),
        "large": named & rows.is_large,
        "small": named & ~rows.is_large,
        "found_by_card": rows.by_card,
        "found": rows.by_card | rows.by_quiet_way,
    }
    quotes = {} if np.isnan(rows.quotes).any() else {"quoted": rows.quotes}
    return with_intervals({**{name: rows.result == name for name in names}, **more, **quotes})


def is_answered(rows: Labelled) -> Booleans:
    """Tells which are answered plainly."""
    return np.isin(rows.result, (ANSWERED_RIGHT, ANSWERED_WRONG, ANSWERED_OTHER))


def is_named(rows: Labelled) -> Booleans:
    return np.isin(rows.result, (DIFFERS_RIGHT, DIFFERS_WRONG, DIFFERS_OTHER))


def unmatched(rows: Labelled) -> Json:
    """Shares; `offered`: with cards; `cards`: so many each, of those with cards; `quiet`: with a quiet way."""
    rows = rows.unmatched
    offered = rows.cards > 0
    shares = {
        "answered": is_answered(rows),
        "differs": is_named(rows),
        "answered_or_differs": is_answered(rows) | is_named(rows),
        "offered": offered,
        "unknown": rows.result == UNKNOWN,
        "quiet": rows.has_quiet_way,
    }
    found, each = with_intervals(shares), with_intervals({"cards": rows.where(offered).cards})
    return {**found, "cards": each["cards"], "interval": {**found["interval"], **each["interval"]}}


def right_at_far(rows: Labelled) -> Json:
    """Share of matched queries answered right with the lowest cut that answers at most this share of the unmatched,
    chosen on the same queries. None without unmatched queries."""
    right, none = rows.answerable, rows.unmatched
    found: Json = {"n": len(right), "n_unmatched": len(none), "interval": {}, "cut": {}, "achieved": {}}
    for rate in FALSE_ANSWER_RATES:
        key = f"{rate:.2f}"
        if not len(right) or not len(none):
            found[key] = None
            continue
        cut = cut_at(none.confidence, rate)
        found[key] = number(np.mean((right.confidence > cut) & right.first_is_source))
        found["cut"][key] = number(cut)
        found["achieved"][key] = number(np.mean(none.confidence > cut))
        found["interval"][key] = _right_at_far_interval(right, none, rate)
    return found


def cut_at(confidence: Floats, rate: float) -> float:
    """The lowest cut with at most `rate` of the confidences (one or more) above it. Never below 0: at 0 no cut would
    answer."""
    allowed = int(rate * len(confidence) + 1e-9)
    if allowed >= len(confidence):
        return 0.0
    return max(0.0, float(np.sort(confidence)[::-1][allowed]))


def _right_at_far_interval(right: Labelled, none: Labelled, rate: float) -> list[float]:
    """Draws both kinds of queries and chooses the cut anew in each resample."""
    random = np.random.default_rng(SEED)
    allowed = int(rate * len(none) + 1e-9)
    drawn = none.confidence[random.integers(len(none), size=(RESAMPLES, len(none)))]
    cuts = np.zeros(RESAMPLES)
    if allowed < len(none):
        cuts = np.maximum(0.0, np.sort(drawn, axis=1)[:, ::-1][:, allowed])
    rows = random.integers(len(right), size=(RESAMPLES, len(right)))
    shares = ((right.confidence[rows] > cuts[:, None]) & right.first_is_source[rows]).mean(axis=1)
    return interval_of(shares)


def curve(rows: Labelled) -> dict[str, list[float]]:
    """Columns with a row for each cut that changes something, strictest first. `hardneg_answered`: with their source;
    `risk`: share of answers that are wrong."""
    rows = rows.where(~np.isin(rows.kind, CHANGED))
    matched, none, hard = rows.matched, rows.unmatched, rows.where(rows.kind == HARDNEG)
    cuts = np.unique(rows.confidence[rows.confidence > 0])[::-1]
    wrong_hard = hard.first_is_source
    columns = {
        "answered_right": _counts(matched.confidence[matched.first_is_source], cuts),
        "answered_wrong": _counts(matched.confidence[~matched.first_is_source], cuts),
        "unmatched_answered": _counts(none.confidence, cuts),
        "hardneg_answered": _counts(hard.confidence[wrong_hard], cuts),
        "hardneg_other": _counts(hard.confidence[~wrong_hard], cuts),
    }
    wrong = sum(values for name, values in columns.items() if name != "answered_right")
    risk = wrong / np.maximum(1, wrong + columns["answered_right"])
    sizes = {"answered_right": len(matched), "answered_wrong": len(matched), "unmatched_answered": len(none)}
    shares = {name: values / max(1, sizes.get(name, len(hard))) for name, values in columns.items()}
    table = {"cut": cuts, **shares, "coverage": shares["answered_right"] + shares["answered_wrong"], "risk": risk}
    return {name: [number(value) for value in values] for name, values in table.items()}


def _counts(confidence: Floats, cuts: Floats) -> Floats:
    """Counts the values at or above each of the cuts."""
    ordered = np.sort(confidence)
    return (len(ordered) - np.searchsorted(ordered, cuts, side="left")).astype(np.float64)


def calibration(rows: Labelled) -> Json:
    """Expected calibration error of first candidates over bins of equal mass. For hardneg and unmatched the source is
    never right. Changed copies are left out: that they have their source's claim is neither right nor wrong."""
    known = rows.where(~np.isnan(rows.probability) & ~np.isin(rows.kind, CHANGED))
    right = (known.top_is_source & (known.kind != HARDNEG)).astype(np.float64)
    found: Json = {"n": len(known), "error": None, "interval": None, "brier": None, "bins": []}
    if not len(known):
        return found
    found["bins"] = reliability(known.probability, right)
    found["error"] = number(calibration_error(known.probability, right))
    found["brier"] = number(np.mean((known.probability - right) ** 2))
    random = np.random.default_rng(SEED)
    draws = random.integers(len(known), size=(RESAMPLES, len(known)))
    errors = np.array([calibration_error(known.probability[d], right[d]) for d in draws])
    found["interval"] = around(found["error"], errors)
    return found


def calibration_error(probability: Floats, right: Floats) -> float:
    probability, right = _by_probability(probability, right)
    parts = np.array_split(np.arange(len(probability)), BINS)
    return float(sum(abs(probability[p].sum() - right[p].sum()) for p in parts) / len(probability))


def reliability(probability: Floats, right: Floats) -> list[Json]:
    """Ten bins of equal mass: mean probability, and the share that is right."""
    probability, right = _by_probability(probability, right)
    parts = [part for part in np.array_split(np.arange(len(probability)), BINS) if len(part)]
    return [
        {"n": len(p), "probability": number(probability[p].mean()), "right": number(right[p].mean())} for p in parts
    ]


def _by_probability(probability: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Sorts by rising probability. Equal ones get their mean, so that the order of the input does not matter."""
    values, place, counts = np.unique(probability, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=right, minlength=len(values)) / counts
    return np.repeat(values, counts), np.repeat(means, counts)


def _kinds(rows: Labelled) -> list[str]:
    return [str(kind) for kind in dict.fromkeys(rows.kind)]


def _kind_or_unmatched(rows: Labelled, kind: str) -> Labelled:
    return rows.where((rows.kind == kind) | (rows.kind == UNMATCHED))
