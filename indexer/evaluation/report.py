from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]

RETRIEVAL = ("r1", "r5", "r20", "mrr10")
DECISION = ("answered_right", "answered_wrong", "answered_other", "offered_right", "offered_wrong", "unknown")
UNMATCHED = ("answered", "offered", "unknown")
RATES = ("0.01", "0.05")


def text(found: Json) -> str:
    """Shares with their 95 % intervals."""
    parts = [
        f"{found['articles']} articles, backend {found['backend']}, model {found['model']}",
        shares(found),
        "\nMilliseconds a query (embedding and total: not from the cache), on "
        f"{found['machine']['cores']} cores at a load of {found['machine']['load']}",
        *_table(
            [[stage, str(t["n"]), f"{t['median']:.1f}", f"{t['p95']:.1f}"] for stage, t in found["latency_ms"].items()],
            ("stage", "n", "median", "p95"),
        ),
    ]
    return "\n".join([*parts, *_baselines(found)])


def shares(found: Json) -> str:
    """Leaves out what only a whole evaluation knows."""
    parts = [
        "\nCandidates: share of queries whose article is among the first 1, 5, 20, and mean reciprocal rank",
        *_table([*_retrieval_rows(found["retrieval"])], ("kind", "language", "n", *RETRIEVAL)),
        "\nDecision: shares of queries",
        decisions(found),
        "\nAnswered right at a rate of false answers on unmatched queries",
        *_table(_far_rows(found), ("kind", "n", *RATES)),
        *_calibration(found["calibration"]),
    ]
    return "\n".join(parts)


def decisions(found: Json) -> str:
    parts = [
        *_table(_decision_rows(found["decision"]), ("kind", "n", *DECISION)),
        *_table([["unmatched", *_cells(found["unmatched"], UNMATCHED)]], ("kind", "n", *UNMATCHED)),
    ]
    return "\n".join(parts)


def live_text(found: Json) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in found["outcome"].items())
    names = ("n", "chosen", "refused", "submitted", "silent")
    rows = [
        [what, *(str(found[key][name]) for name in names), _share(found[key]["right"])]
        for what, key in (("shown without asking", "shown"), ("offered", "offered"))
    ]
    calibrated = found["calibration"]
    bins = "  ".join(f"{b['probability']:.2f}:{b['right']:.2f}" for b in calibrated["bins"])
    lines = [
        f"In use: {found['n']} messages looked up ({outcomes}); {found['unknown_submitted']} unknown ones published",
        *_table(rows, ("", *names, "right, of those who said so")),
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
    lines += _table(rows, ("", *kinds))
    for what, title in (("answered_right", "Answered right"), ("answered_wrong", "Answered wrong")):
        kinds = list(found["decision"])
        rows = [[name, *(_short(s["decision"][kind], what) for kind in kinds)] for name, s in systems.items()]
        lines += ["", title, *_table(rows, ("", *kinds))]
    rows = [
        [
            name,
            *(_short(s["unmatched"], what) for what in UNMATCHED),
            *(_short(s["right_at_far"], rate) for rate in RATES),
            _share(s["calibration_error"]),
            f"{s['latency_ms']['search']['median'] + s['latency_ms']['decide']['median']:.1f}",
        ]
        for name, s in systems.items()
    ]
    header = (
        "",
        *(f"unmatched {what}" for what in UNMATCHED),
        *(f"right at {rate}" for rate in RATES),
        "calibration error",
        "ms without embedding",
    )
    return [*lines, "", "False answers, calibration of what is shown as likeness, time", *_table(rows, header)]


def _short(shares: Json, name: str) -> str:
    return _share(shares.get(name))


def _retrieval_rows(retrieval: Json) -> Iterable[list[str]]:
    for kind, languages in retrieval.items():
        # One language alone is the same as all.
        names = list(languages) if len(languages) > 2 else ["all"]
        yield from ([kind, lang, *_cells(languages[lang], RETRIEVAL)] for lang in names)


def _decision_rows(decision: Json) -> list[list[str]]:
    return [[kind, *_cells(shares, DECISION)] for kind, shares in decision.items()]


def _far_rows(found: Json) -> list[list[str]]:
    rows = {"all": found["right_at_far"], **found["right_at_far_by_kind"]}
    return [[kind, *_cells(shares, RATES)] for kind, shares in rows.items()]


def _calibration(found: Json) -> list[str]:
    if not found["n"]:
        return ["\nCalibration: no query has a candidate"]
    low, high = found["interval"]
    bins = "  ".join(f"{b['probability']:.2f}:{b['right']:.2f}" for b in found["bins"])
    return [
        f"\nCalibration error of the first candidate: {found['error']:.3f} [{low:.3f} {high:.3f}], Brier score "
        f"{found['brier']:.3f}\nin ten bins of equal size, mean probability:share that is right: {bins}"
    ]


def _cells(shares: Json, names: Sequence[str]) -> list[str]:
    return [str(shares["n"]), *(_cell(shares, name) for name in names)]


def _cell(shares: Json, name: str) -> str:
    value, interval = shares.get(name), shares["interval"].get(name)
    if value is None:
        return "-"
    return f"{value:.3f} [{interval[0]:.2f} {interval[1]:.2f}]" if interval else f"{value:.3f}"


def _table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> list[str]:
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(header))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
