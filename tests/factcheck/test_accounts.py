from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import InvalidInputError
from factcheck.ids import published_user_id
from factcheck.limits import MAX_NAME_LENGTH
from factcheck.models import LINE_BOT, WEBSITE, LoginToken, User
from factcheck.services.accounts import (
    LINK_LIFE,
    MAX_OPEN_LINKS,
    finish_login,
    normalise_email,
    rename,
    start_login,
)
from factcheck.services.users import get_or_create_line_user
from tests.conftest import MovableClock
from tests.factcheck.world import at_once

EMAIL = "anna@example.org"


def start(factory: SessionFactory, clock: MovableClock, email: str = EMAIL) -> str:
    with transaction(factory) as session:
        return start_login(session, email, now=clock())


def finish(factory: SessionFactory, clock: MovableClock, token: str) -> User:
    with transaction(factory) as session:
        return finish_login(session, token, secret_key="k", locale="zh-Hant", now=clock())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Anna@Example.ORG ", EMAIL),
        ("a.b+c@mail.example.co", "a.b+c@mail.example.co"),
        ("anna@例子.台灣", "anna@例子.台灣"),
        ("!#$%&'*+/=^_`{|}~-.9@x-y.example.org", "!#$%&'*+/=^_`{|}~-.9@x-y.example.org"),
    ],
)
def test_addresses_are_compared_in_one_form(given: str, kept: str) -> None:
    assert normalise_email(given) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "anna@@example.org",
        "anna@example.org, ben@example.org",
        "Anna <anna@example.org>",
        "anna@example.org\nBcc: ben@example.org",
        "a\x00nna@example.org",
        "anna\x1b@example.org",
        "a" * 250 + "@example.org",
        "anna@example.",
        "=?utf-8?q?x?=@example.org",
        "anna@=?utf-8?q?x?=.org",
        "a[b]@example.org",
        "anna@x[y].org",
        "anna@x\\y.org",
        "anna@x..org",
        "anna@exa\u200bmple.org",
        "anna@" + "x" * 64 + ".org",
        "李@example.org",
        "ſam@example.org",
    ],
)
def test_what_is_not_one_address_is_refused(bad: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        normalise_email(bad)
    assert caught.value.field == "email"


def test_a_hostile_address_is_refused_without_delay() -> None:
    with pytest.raises(InvalidInputError):
        normalise_email("a@" + "." * 100_000)


def test_the_first_log_in_makes_a_volunteer_with_a_pseudonym(factory: SessionFactory, clock: MovableClock) -> None:
    user = finish(factory, clock, start(factory, clock))
    assert (user.email, user.app_id, user.locale) == (EMAIL, WEBSITE, "zh-Hant")
    assert user.published_id == published_user_id("k", user.id)
    assert "anna" not in user.name.lower()
    assert len(user.name.split()) == 3
    clock.advance(days=1)
    again = finish(factory, clock, start(factory, clock))
    assert (again.id, again.name, again.last_active_at) == (user.id, user.name, clock())


def test_a_link_works_once(factory: SessionFactory, clock: MovableClock) -> None:
    token = start(factory, clock)
    finish(factory, clock, token)
    with pytest.raises(InvalidInputError) as caught:
        finish(factory, clock, token)
    assert caught.value.field == "token"


def test_a_link_works_for_half_an_hour(factory: SessionFactory, clock: MovableClock) -> None:
    early, late = start(factory, clock), start(factory, clock)
    clock.advance(seconds=LINK_LIFE.total_seconds() - 1)
    finish(factory, clock, early)
    clock.advance(seconds=1)
    with pytest.raises(InvalidInputError):
        finish(factory, clock, late)


@pytest.mark.parametrize("token", ["", "nothing", "\x00", "\ud800", "長" * 10_000])
def test_tokens_that_we_did_not_make(factory: SessionFactory, clock: MovableClock, token: str) -> None:
    with pytest.raises(InvalidInputError):
        finish(factory, clock, token)


def test_only_a_digest_of_the_token_is_kept(factory: SessionFactory, clock: MovableClock) -> None:
    token = start(factory, clock)
    with read_only(factory) as session:
        assert token not in session.scalars(select(LoginToken.token_hash)).one()


def test_one_link_opened_twice_at_once_logs_in_once(factory: SessionFactory, clock: MovableClock) -> None:
    finish(factory, clock, start(factory, clock))
    token = start(factory, clock)
    results = at_once(*[lambda: finish(factory, clock, token)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["InvalidInputError", "InvalidInputError", "User"]


@pytest.mark.parametrize("known_app", [True, False])
def test_two_links_of_a_new_address_opened_at_once(
    known_app: bool, factory: SessionFactory, clock: MovableClock
) -> None:
    if known_app:
        finish(factory, clock, start(factory, clock, "ben@example.org"))
    tokens = at_once(*[partial(start, factory, clock)] * MAX_OPEN_LINKS)
    results = at_once(*[partial(finish, factory, clock, token) for token in tokens])
    assert [type(result) for result in results] == [User] * MAX_OPEN_LINKS
    assert len({result.id for result in results if isinstance(result, User)}) == 1
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(User).where(User.email == EMAIL)) == 1
        assert session.scalar(select(func.count()).where(LoginToken.used_at.is_(None))) == 0


def test_a_line_user_met_twice_at_once(factory: SessionFactory, clock: MovableClock) -> None:
    def meet() -> str:
        with transaction(factory) as session:
            return get_or_create_line_user(session, "U1", secret_key="k", locale=None, now=clock()).id

    results = at_once(*[meet] * 4)
    assert len(set(results)) == 1
    assert isinstance(results[0], str)


def test_a_mailbox_is_not_flooded(factory: SessionFactory, clock: MovableClock) -> None:
    tokens = [start(factory, clock) for _ in range(MAX_OPEN_LINKS)]
    assert len(set(tokens)) == MAX_OPEN_LINKS
    with pytest.raises(InvalidInputError) as caught:
        start(factory, clock)
    assert caught.value.field == "email"
    start(factory, clock, "ben@example.org")
    finish(factory, clock, tokens[0])
    start(factory, clock)
    clock.advance(seconds=LINK_LIFE.total_seconds())
    start(factory, clock)


def test_old_links_are_forgotten(factory: SessionFactory, clock: MovableClock) -> None:
    start(factory, clock)
    clock.advance(days=2)
    start(factory, clock)
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(LoginToken)) == 1


def test_names(factory: SessionFactory, clock: MovableClock) -> None:
    user = finish(factory, clock, start(factory, clock))
    rename(user, "  小 \n 明  ")
    assert user.name == "小 明"
    rename(user, "名" * MAX_NAME_LENGTH)
    for bad in ("", " \n\t　", "名" * (MAX_NAME_LENGTH + 1)):
        with pytest.raises(InvalidInputError) as caught:
            rename(user, bad)
        assert caught.value.field == "name"
    assert user.name == "名" * MAX_NAME_LENGTH


def test_a_line_user_is_made_once_and_keeps_the_first_language(factory: SessionFactory, clock: MovableClock) -> None:
    def seen(locale: str | None) -> User:
        with transaction(factory) as session:
            return get_or_create_line_user(session, "U1", secret_key="k", locale=locale, now=clock())

    first = seen("en")
    clock.advance(seconds=timedelta(days=1).total_seconds())
    again = seen("zh-Hant")
    assert (again.id, again.locale, again.app_id, again.last_active_at) == (first.id, "en", LINE_BOT, clock())
    assert "U1" not in again.name + again.id + again.published_id
