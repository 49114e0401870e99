"""Another instance with Cofacts' API is crawled, and followed from then on."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.elsewhere import cofacts
from factcheck.elsewhere.reading import read_source
from factcheck.fetching.calls import WebCaller
from factcheck.models import ELSEWHERE, Article, OutsideCheck, OutsideSource, Status
from factcheck.services import elsewhere
from tests.api.elsewhere.feeds import LEMON
from tests.conftest import MovableClock
from tests.fakes.service import Sent, Service

PAGE = "https://other.example/article/{id}"


class OtherInstance:
    """Answers as Cofacts' API does for what was asked."""

    def __init__(self) -> None:
        self.texts = {f"id{number}": f"{LEMON} {number}" for number in range(120)}
        self.asked: list[dict[str, Any]] = []

    def __call__(self, sent: Sent) -> tuple[int, dict[str, str], bytes]:
        asked = json.loads(sent.body)["variables"]
        self.asked.append(asked)
        if "ids" in asked:
            keys, start = [one for one in asked["ids"] if one in self.texts], 0
        else:
            keys, start = list(self.texts), int(asked["after"] or 0)
        edges = [{"cursor": str(at + 1), "node": self.node(key)} for at, key in enumerate(keys)][start : start + 50]
        return 200, {}, json.dumps({"data": {"ListArticles": {"edges": edges}}}).encode()

    def node(self, key: str) -> dict[str, Any]:
        reply = {"id": "r", "type": "NOT_RUMOR", "text": "It is so.", "reference": "https://example.org"}
        link = {"replyId": "r", "createdAt": "2026-02-01T00:00:00.000Z", "reply": reply}
        return {"id": key, "text": self.texts[key], "status": "NORMAL", "articleReplies": [link]}


def test_another_instance_is_crawled_and_followed(
    factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller
) -> None:
    other = server.answer = OtherInstance()
    with transaction(factory) as session:
        elsewhere.add_source(
            session,
            "other",
            kind="COFACTS",
            url=server.url("/graphql"),
            publisher="Others",
            licence="CC BY-SA 4.0",
            page=PAGE,
            now=clock(),
        )
    assert read_source(factory, caller, "other", clock).new_or_changed == 120
    assert [asked["after"] for asked in other.asked if "after" in asked] == [None, "50", "100"]
    del other.texts["id7"]
    clock.advance(days=1)
    outcome = read_source(factory, caller, "other", clock)
    assert (outcome.new_or_changed, outcome.withdrawn, outcome.error) == (0, 1, "")
    assert next(asked["since"] for asked in other.asked[::-1] if "since" in asked).startswith("2026-03-01T11:00")
    server.answer = lambda _sent: (200, {}, b'{"errors": [{"message": "no"}], "data": null}')
    assert "not that of Cofacts" in read_source(factory, caller, "other", clock).error
    with transaction(factory) as session:
        check = session.scalars(select(OutsideCheck)).first()
        assert check is not None
        assert check.url.startswith("https://other.example/article/id")
        assert elsewhere.remove_source(session, "other", now=clock()) == 119
    with read_only(factory) as session:
        left = select(func.count()).select_from(Article).where(Article.status == Status.NORMAL)
        assert session.scalar(left.where(Article.app_id == ELSEWHERE)) == 0


def test_a_long_crawl_goes_on_where_it_ended(
    factory: SessionFactory,
    clock: MovableClock,
    server: Service,
    caller: WebCaller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cofacts, "MOST_PAGES", 1)
    other = server.answer = OtherInstance()
    values = {"kind": "COFACTS", "url": server.url(), "publisher": "O", "licence": "CC0", "page": PAGE, "now": clock()}
    with transaction(factory) as session:
        elsewhere.add_source(session, "other", **values)
    assert read_source(factory, caller, "other", clock).new_or_changed == 50
    with read_only(factory) as session:
        assert session.get_one(OutsideSource, "other").tried_at is None, "it is due again at once"
    read_source(factory, caller, "other", clock)
    assert [asked["since"] for asked in other.asked if "since" in asked][1] == "2026-02-01T00:00:00+00:00"


@pytest.fixture
def other(factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller) -> OtherInstance:
    """An instance that was read, with ids of Cofacts' first years."""
    found = OtherInstance()
    found.texts = {f"sample{number} copy/line-rumor": text for number, text in enumerate(found.texts.values())}
    server.answer = found
    values = {"kind": "COFACTS", "url": server.url(), "publisher": "O", "licence": "CC0", "page": PAGE, "now": clock()}
    with transaction(factory) as session:
        elsewhere.add_source(session, "other", **values)
    assert read_source(factory, caller, "other", clock).new_or_changed == len(found.texts)
    clock.advance(days=1)
    return found


def test_ids_with_blanks_are_asked_about_as_they_are(
    factory: SessionFactory, clock: MovableClock, caller: WebCaller, other: OtherInstance
) -> None:
    outcome = read_source(factory, caller, "other", clock)
    assert (outcome.withdrawn, outcome.error) == (0, "")
    asked = {one for call in other.asked for one in call.get("ids", ())}
    assert asked == set(other.texts)
    with read_only(factory) as session:
        urls = session.scalars(select(OutsideCheck.url)).all()
    assert "https://other.example/article/sample7%20copy%2Fline-rumor" in urls


def test_an_instance_that_has_lost_most_of_its_data_takes_nothing_away(
    factory: SessionFactory, clock: MovableClock, caller: WebCaller, other: OtherInstance
) -> None:
    everything = other.texts
    other.texts = {}
    outcome = read_source(factory, caller, "other", clock)
    assert outcome.withdrawn == 0
    assert "until it is whole again" in outcome.error
    other.texts = everything
    clock.advance(days=1)
    assert read_source(factory, caller, "other", clock).error == ""


def test_another_address_of_pages_takes_nothing_away(
    factory: SessionFactory, clock: MovableClock, server: Service, caller: WebCaller, other: OtherInstance
) -> None:
    page = "https://moved.example/{id}/"
    values = {"kind": "COFACTS", "url": server.url(), "publisher": "O", "licence": "CC0", "page": page, "now": clock()}
    with transaction(factory) as session:
        elsewhere.add_source(session, "other", **values)
    assert read_source(factory, caller, "other", clock).withdrawn == 0
