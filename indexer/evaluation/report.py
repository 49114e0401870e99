from collections.abc import Iterable, Sequence
from typing import Any

from indexer.evaluation.report_cases import pairs, sizes
from indexer.evaluation.tables import cells, table
from indexer.evaluation.wanted import compared

Json = dict[str, Any]

RETRIEVAL = ("r1", "r5", "r20", "mrr10")
RESULTS = ("answered_right", "answered_wrong", "answered_other", "differs_right", "differs_wrong", "differs_other")
OTHER_RESULTS = ("offered_right", "offered_wrong", "unknown")
WORDINGS = ("large", "small", "quoted", "found_by_card", "found")
UNMATCHED = ("answered", "differs", "offered", "unknown", "quiet", "cards")
SAID = ("answered", "offered", "unknown")
RATES = ("0.01", "0.05")


def text(found: Json) -> str:
    """Shares with their 95 % intervals."""
    parts = [
        f"{found['articles']} articles, backend {found['backend']}, model {found['model']}",
        f"{found['processor_seconds']} processor seconds",
    ]
    if "decision" in found:
        parts += [shares(found), *_latency(found), *_baselines(found)]
    if "pairs" in found:
        parts.append(pairs(found["pairs"]))
    if "sizes" in found:
        parts.append(sizes(found["sizes"]))
    return "\n".join([*parts, wanted(found)])


def _latency(found: Json) -> list[str]:
    rows = [[stage, str(t["n"]), f"{t['median']:.1f}", f"{t['p95']:.1f}"] for stage, t in found["latency_ms"].items()]
    return [
        "\nMilliseconds a query (embedding and total: not from the cache), on "
        f"{found['machine']['cores']} cores at a load of {found['machine']['load']}",
        *table(rows, ("stage", "n", "median", "p95")),
    ]


def wanted(found: Json) -> str:
    """Puts what was asked for beside what is, and marks what misses it."""
    rows = []
    for what, one in compared(found).items():
        low, high = one.interval
        missed = "" if one.is_met else "x"
        rows.append([what, str(one.shares["n"]), one.shown, f"[{low:.3f} {high:.3f}]", one.bound, missed])
    header = ("", "n", "is", "share, 95 %", "wanted", "missed")
    return "\n".join(["\nWanted", *table(rows, header)])


def shares(found: Json) -> str:
    """Leaves out what only a whole evaluation knows."""
    parts = [
        "\nCandidates: share of queries whose article is among the first 1, 5, 20, and mean reciprocal rank",
        *table([*_retrieval_rows(found["retrieval"])], ("kind", "language", "n", *RETRIEVAL)),
        "\nDecision: shares of queries",
        decisions(found),
        "\nAnswered right at a rate of false answers on unmatched queries",
        *table(_far_rows(found), ("kind", "n", *RATES)),
        *_calibration(found["calibration"]),
    ]
    return "\n".join(parts)


def decisions(found: Json) -> str:
    parts = [
        *(line for names in (RESULTS, OTHER_RESULTS + WORDINGS) for line in _decision_table(found["decision"], names)),
        *table([["unmatched", *cells(found["unmatched"], UNMATCHED)]], ("kind", "n", *UNMATCHED)),
    ]
    return "\n".join(parts)


def live_text(found: Json) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in found["outcome"].items())
    names = ("n", "chosen", "refused", "submitted", "silent")
    rows = [
        [what, *(str(found[key][name]) for name in names), _share(found[key]["right"])]
        for what, key in (("shown without asking", "shown"), ("named as near", "named"), ("offered", "offered"))
    ]
    calibrated = found["calibration"]
    bins = "  ".join(f"{b['probability']:.2f}:{b['right']:.2f}" for b in calibrated["bins"])
    lines = [
        f"In use: {found['n']} messages looked up ({outcomes}); {found['unknown_submitted']} unknown ones published",
        *table(rows, ("", *names, "right, of those who said so")),
        f"Chosen, of those chosen or published as new after something was at hand: {_share(found['chosen_or_new'])}",
    ]
    if calibrated["n"]:
        lines.append(
            f"Calibration error over {calibrated['n']} judged candidates: {calibrated['error']:.3f}\n"
            f"in ten bins of equal size, mean probability:share that is right: {bins}"
        )
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _baselines(found: Json) -> list[str]:
    if "baselines" not in found:
        return []
    systems = {"factline": found, **found["baselines"]}
    lines = ["", "Beside others (n as above), by kind: R@5"]
    kinds = list(found["retrieval"])
    rows = [[name, *(_short(s["retrieval"][kind]["all"], "r5") for kind in kinds)] for name, s in systems.items()]
    lines += table(rows, ("", *kinds))
    for what, title in (("answered_right", "Answered right"), ("answered_wrong", "Answered wrong")):
        kinds = list(found["decision"])
        rows = [[name, *(_short(s["decision"][kind], what) for kind in kinds)] for name, s in systems.items()]
        lines += ["", title, *table(rows, ("", *kinds))]
    rows = [
        [
            name,
            *(_short(s["unmatched"], what) for what in SAID),
            *(_short(s["right_at_far"], rate) for rate in RATES),
            _share(s["calibration_error"]),
            f"{s['latency_ms']['search']['median'] + s['latency_ms']['decide']['median']:.1f}",
        ]
        for name, s in systems.items()
    ]
    header = (
        "",
        *(f"unmatched {what}" for what in SAID),
        *(f"right at {rate}" for rate in RATES),
        "calibration error",
        "ms without embedding",
    )
    return [*lines, "", "False answers, calibration of what is shown as likeness, time", *table(rows, header)]


def _short(shares: Json, name: str) -> str:
    return _share(shares.get(name))


def _retrieval_rows(retrieval: Json) -> Iterable[list[str]]:
    for kind, languages in retrieval.items():
        # One language alone is the same as all.
        names = list(languages) if len(languages) > 2 else ["all"]
        yield from ([kind, lang, *cells(languages[lang], RETRIEVAL)] for lang in names)


def _decision_table(decision: Json, names: Sequence[str]) -> list[str]:
    return [*table([[kind, *cells(shares, names)] for kind, shares in decision.items()], ("kind", "n", *names)), ""]


def _far_rows(found: Json) -> list[list[str]]:
    rows = {"all": found["right_at_far"], **found["right_at_far_by_kind"]}
    return [[kind, *cells(shares, RATES)] for kind, shares in rows.items()]


def _calibration(found: Json) -> list[str]:
    if not found["n"]:
        return ["\nCalibration: no query has a candidate"]
    low, high = found["interval"]
    bins = "  ".join(f"{b['probability']:.2f}:{b['right']:.2f}" for b in found["bins"])
    return [
        f"\nCalibration error of the first candidate: {found['error']:.3f} [{low:.3f} {high:.3f}], Brier score "
        f"{found['brier']:.3f}\nin ten bins of equal size, mean probability:share that is right: {bins}"
    ]
