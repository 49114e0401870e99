from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Status
from factcheck.ports import Part
from factcheck.services import searching
from factcheck.services.articles import load_articles
from factcheck.services.filters import Tab
from factcheck.services.queue import Order, Page, Wanted, list_articles, totals
from tests.factcheck.world import NOW, add_article, add_reply

DAY = timedelta(days=1)


def counts(session: Session) -> tuple[int, int, int]:
    """Waiting, answered, all."""
    found = totals(session)
    return found[Tab.WAITING], found[Tab.ANSWERED], found[Tab.ALL]


def fill(session: Session) -> dict[str, Article]:
    """'hot' was asked for by three, 'fresh' is the newest, 'old' the oldest, 'done' has a reply, 'bad' is blocked."""
    made = {
        "old": add_article(session, "old", now=NOW - 9 * DAY),
        "hot": add_article(session, "hot", "one", now=NOW - 5 * DAY),
        "done": add_article(session, "done", now=NOW - 4 * DAY),
        "fresh": add_article(session, "fresh", now=NOW - DAY),
        "bad": add_article(session, "bad", now=NOW),
    }
    for asker in ("two", "three"):
        add_article(session, "hot", asker, now=NOW - 3 * DAY)
    add_reply(session, made["done"])
    made["bad"].status = Status.BLOCKED
    session.flush()
    return made


def texts(page: Page) -> list[str]:
    return [article.text for article in page.articles]


@pytest.mark.parametrize(
    ("which", "order", "expected"),
    [
        (Tab.WAITING, Order.WANTED, ["hot", "fresh", "old"]),
        (Tab.WAITING, Order.RECENT, ["fresh", "hot", "old"]),
        (Tab.WAITING, Order.OLDEST, ["old", "hot", "fresh"]),
        (Tab.ANSWERED, Order.WANTED, ["done"]),
        (Tab.ALL, Order.RECENT, ["fresh", "hot", "done", "old"]),
    ],
)
def test_lists_and_orders(factory: SessionFactory, which: Tab, order: Order, expected: list[str]) -> None:
    with transaction(factory) as session:
        fill(session)
    with read_only(factory) as session:
        page = list_articles(session, Wanted(NOW, which, order), 1)
        assert texts(page) == expected
        assert (page.total, page.number, page.pages) == (len(expected), 1, 1)


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("which", [Tab.WAITING, Tab.ANSWERED, Tab.ALL])
def test_a_page_is_read_from_an_index_in_its_order(factory: SessionFactory, which: Tab, order: Order) -> None:
    query = Wanted(NOW, which, order).in_order(select(Article.id)).limit(20)
    with read_only(factory) as session:
        dialect = session.get_bind().dialect
        explain = "EXPLAIN QUERY PLAN"
        if dialect.name == "postgresql":
            explain = "EXPLAIN"
            for other in ("seqscan", "bitmapscan", "sort"):  # in an empty table nothing else would pay
                session.execute(text(f"SET LOCAL enable_{other} = off"))
        statement = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        plan = str(session.execute(text(f"{explain} {statement}".replace(":", r"\:"))).all())
    assert "ix_articles_" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_totals_leave_out_what_is_hidden(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        fill(session)
        assert counts(session) == (3, 1, 4)


def test_an_empty_list_has_one_page(factory: SessionFactory) -> None:
    with read_only(factory) as session:
        assert list_articles(session, Wanted(NOW, Tab.ALL, Order.WANTED), 7) == Page([], 0, 1, 1)
        assert totals(session) == dict.fromkeys(Tab, 0)


@pytest.mark.parametrize("order", list(Order))
def test_pages_hold_every_article_once_also_when_all_are_alike(factory: SessionFactory, order: Order) -> None:
    with transaction(factory) as session:
        wanted = {add_article(session, f"message {number}").id for number in range(7)}
        for article in session.query(Article).limit(2):  # imported without times
            article.created_at = article.last_requested_at = None
    with read_only(factory) as session:
        pages = [list_articles(session, Wanted(NOW, Tab.ALL, order), number, size=3) for number in (1, 2, 3)]
    assert [(page.number, page.pages, len(page.articles)) for page in pages] == [(1, 3, 3), (2, 3, 3), (3, 3, 1)]
    found = [article.id for page in pages for article in page.articles]
    assert len(found) == 7
    assert set(found) == wanted


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (3, 3), (4, 3), (10**9, 3), (10**30, 3)])
def test_a_page_number_outside_of_the_list_gives_its_end(factory: SessionFactory, asked: int, given: int) -> None:
    with transaction(factory) as session:
        for number in range(7):
            add_article(session, f"message {number}")
        assert list_articles(session, Wanted(NOW, Tab.ALL, Order.WANTED), asked, size=3).number == given


def literal_texts(session: Session, words: str) -> list[str]:
    found = load_articles(session, searching.literally(session, words, Part.MESSAGE))
    return [article.text for article in found]


def test_words_are_found_literally(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for number, text in enumerate(["100% sure", "100 percent", "snake_case", "snakescase", r"a\b", "大蒜 Water"]):
            add_article(session, text, now=NOW + number * DAY)
        hidden = add_article(session, "100% hidden")
        hidden.status = Status.BLOCKED
    with read_only(factory) as session:
        for words, found in [
            ("100%", ["100% sure"]),
            ("snake_", ["snake_case"]),
            ("a\\b", [r"a\b"]),
            ("\\", [r"a\b"]),
            ("大蒜 wATER", ["大蒜 Water"]),
            ("'; --", []),
        ]:
            assert literal_texts(session, words) == found


def test_the_newest_request_is_found_first_and_undated_ones_last(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(factory) as session:
        add_article(session, "message undated").last_requested_at = None
        add_article(session, "message old", now=NOW)
        add_article(session, "message new", now=NOW + DAY)
    with read_only(factory) as session:
        expected = ["message new", "message old", "message undated"]
        assert literal_texts(session, "message") == expected
        monkeypatch.setattr(searching, "MOST_FOUND", 1)
        assert literal_texts(session, "message") == expected[:1]
        monkeypatch.setattr(searching, "MOST_READ", 2)
        assert literal_texts(session, "undated") == [], "only the newest are read"
