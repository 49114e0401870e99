"""Which votes count."""

from datetime import UTC, datetime, timedelta

from factcheck.models import Apart
from factcheck.votes.evidence import Link, Log, Vote, tallies, weigh
from factcheck.votes.status import Tally

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def vote(voter: str, reply: str = "r", value: float = 1.0, *, days_ago: float = 1, **values: object) -> Vote:
    at = NOW - days_ago * DAY
    return Vote(("a", reply), voter, value, at, at, **values)  # type: ignore[arg-type]


def link(reply: str, author: str = "", **values: object) -> Link:
    return Link(("a", reply), frozenset({author or f"author of {reply}"}), **values)  # type: ignore[arg-type]


def earlier(voter: str) -> list[Vote]:
    """Makes an established voter of them."""
    return [vote(voter, f"e{n}", days_ago=9 - n) for n in range(3)]


EARLIER = [link(f"e{n}") for n in range(3)]


def why(log: Log, reply: str = "r", accepted: frozenset[str] = frozenset()) -> dict[str, Apart | None]:
    return {one.voter: apart for one, apart in weigh(log, accepted, at=NOW) if one.key == ("a", reply)}


def test_who_came_on_three_days_counts_and_a_newcomer_does_not() -> None:
    votes = [*earlier("old"), vote("old"), vote("new"), *(vote("busy", f"e{n}") for n in range(3)), vote("busy")]
    log = Log(votes, [*EARLIER, link("r")])
    assert why(log) == {"old": None, "new": Apart.NEWCOMER, "busy": Apart.NEWCOMER}
    assert tallies(weigh(log, (), at=NOW))["a", "r"] == Tally(helpful=1)


def test_who_wrote_something_accepted_counts_at_once() -> None:
    log = Log([vote("writer")], [link("r")])
    assert why(log, accepted=frozenset({"writer"})) == {"writer": None}


def test_three_days_in_a_night_are_none() -> None:
    votes = [vote("quick", f"e{n}", days_ago=n * 0.1) for n in range(3)]
    assert set(why(Log(votes, EARLIER), "e0").values()) == {Apart.NEWCOMER}


def test_votes_after_the_moment_and_on_hidden_replies_are_not_there() -> None:
    log = Log([*earlier("old"), vote("old", days_ago=-1), vote("old", "hidden")], [*EARLIER, link("r")])
    assert why(log) == {}
    assert why(log, "hidden") == {}


def test_against_a_reply_without_a_reason() -> None:
    votes = [*earlier("a"), *earlier("b"), vote("a", value=0.0), vote("b", value=0.0, is_reasoned=True)]
    assert why(Log(votes, [*EARLIER, link("r")])) == {"a": Apart.NO_REASON, "b": None}


def test_what_was_said_of_other_words() -> None:
    votes = [*earlier("a"), *earlier("b"), vote("a", days_ago=2), vote("b", days_ago=0.5)]
    assert why(Log(votes, [*EARLIER, link("r", words_since=NOW - DAY)])) == {"a": Apart.OLD_WORDS, "b": None}


def test_a_mailbox_counts_once_and_never_for_its_own_reply() -> None:
    votes = [*earlier("a"), *earlier("b"), vote("a", days_ago=2), vote("b", days_ago=1)]
    log = Log(votes, [*EARLIER, link("r", "writer")], mailboxes={"a": "x@y", "b": "x@y"})
    assert why(log) == {"a": None, "b": Apart.SAME_MAILBOX}
    own = Log(votes, [*EARLIER, link("r", "writer")], mailboxes={"a": "x@y", "writer": "x@y"})
    assert why(own) == {"a": Apart.SAME_MAILBOX, "b": None}


def test_who_is_here_for_one_author_alone() -> None:
    """Of all votes the ring's author gets a few; that one account meets only that author is no chance."""
    crowd = [vote(f"p{n}", f"c{n % 20}", days_ago=n % 7) for n in range(100)]
    links = [link(f"c{n}") for n in range(20)] + [link(f"own{n}", "ringleader") for n in range(5)]
    ring = [vote("puppet", f"own{n}", days_ago=6 - n) for n in range(4)]
    fan = [*(vote("fan", f"own{n}", days_ago=6 - n) for n in range(4)), vote("fan", "c3")]
    log = Log([*crowd, *ring, *fan], links)
    assert why(log, "own1") == {"puppet": Apart.ONE_AUTHOR, "fan": None}


def test_where_one_author_writes_everything_nobody_is_suspected() -> None:
    votes = [vote(f"v{n}", f"own{k}", days_ago=6 - k) for n in range(6) for k in range(4)]
    log = Log(votes, [link(f"own{k}", "the only one") for k in range(4)])
    assert set(why(log, "own1").values()) == {None}


def test_what_was_seen_when_it_was_cast_stays() -> None:
    log = Log([*earlier("a"), vote("a", marked=Apart.SAME_NETWORK)], [*EARLIER, link("r")])
    assert why(log) == {"a": Apart.SAME_NETWORK}
