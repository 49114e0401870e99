"""What `make chaos` counts."""

from collections import Counter

from tests.e2e.chaos import Report, compare
from tests.e2e.crowd import WAIT, Account


def test_the_account_tells_what_is_missing_came_twice_or_was_not_asked_for() -> None:
    account, report = Account(must=Counter(a=1, b=2, c=1), may=Counter(c=1, d=1, e=1)), Report()
    compare(report, "somebody", account, Counter({"a": 2, "b": 1, "c": 2, "d": 2, "f": 1, WAIT: 3}))
    assert report.missing == ["missing: somebody, b"]
    assert report.twice == ["too often: somebody, a", "too often: somebody, d"]
    assert report.strange == ["too often: somebody, f"]
    assert (report.wanted, report.once) == (4, 3)
    assert report.optional == {"answered": 2, "silent": 1, WAIT: 3}
    assert not report.is_good


def test_the_figures_are_those_of_the_account() -> None:
    report = Report(wanted=3, once=2, missing=["missing: somebody, b"], waits=[4.2, 1.0, 9.6])
    report.kills["web"] = 2
    report.deliveries["UNCERTAIN"] = 1
    figures = report.figures()
    assert (figures["wanted"], figures["once"], figures["missing"], figures["twice"]) == (3, 2, 1, 0)
    assert (figures["killed"], figures["deliveries"]) == ({"web": 2}, {"UNCERTAIN": 1})
    assert figures["waited_seconds"] == {"median": 4, "p99": 10}
