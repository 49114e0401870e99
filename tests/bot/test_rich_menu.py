"""The command that makes the menus, against a LINE that checks them, and the jobs that give each person theirs."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.buttons.menu import Action, Called, decode
from bot.commands import set_up_menus
from bot.line.account import store_fact
from bot.line.client import LineError, LineUnreachableError
from bot.line.menus_client import LineMenus
from bot.outbound import rich_menu
from bot.outbound.rich_menu import FACT, PREFIX, load_menus, menu, picture, plan
from bot.simulator.testing import FakeLine
from bot.simulator.validation.requests import validate_rich_menu
from bot.simulator.world.menus import EVERYONE, image_size
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, read_only, transaction
from factcheck.jobs import queue
from factcheck.languages import TAGS
from factcheck.models import Job
from factcheck.settings import load_settings
from tests.bot.chatting import Chatting
from tests.conftest import MovableClock


@pytest.fixture
def line(tmp_path: Path) -> Iterator[FakeLine]:
    with FakeLine(tmp_path) as fake:
        yield fake


def set_up(line: FakeLine, factory: SessionFactory, clock: MovableClock, **options: Any) -> list[str]:
    said: list[str] = []
    client = LineMenus(line.base_url, line.base_url, options.pop("token", line.access_token))
    rich_menu.set_up(
        client, factory, clock, **{"default_locale": "zh-Hant", "dry_run": False, **options}, say=said.append
    )
    return said


def names(line: FakeLine) -> list[str]:
    return sorted(str(each.menu["name"]) for each in line.store.menus.all())


def known(factory: SessionFactory) -> dict[str, str]:
    with read_only(factory) as session:
        return load_menus(session)


@pytest.mark.parametrize("locale", TAGS)
def test_f28_a_menu_is_valid_in_every_language(locale: str) -> None:
    assert validate_rich_menu(menu(locale)) == []
    assert image_size(picture(locale)) == (rich_menu.WIDTH, rich_menu.HEIGHT)
    assert len(picture(locale)) < 150_000
    actions = [decode(area["action"]["data"]) for area in menu(locale)["areas"]]
    assert actions == [Called(each, ()) for each in (Action.TUTORIAL, Action.MINE, Action.SETTINGS, Action.SHARE)]


def test_f28_one_menu_a_language_and_the_default_one_for_everybody(
    line: FakeLine, factory: SessionFactory, clock: MovableClock
) -> None:
    assert set_up(line, factory, clock)[-1] == "done"
    menus = known(factory)
    assert sorted(menus) == sorted(TAGS)
    assert line.store.menus.linked(EVERYONE) == menus["zh-Hant"]
    assert all(each.image for each in line.store.menus.all())


def test_f28_a_second_run_changes_nothing(line: FakeLine, factory: SessionFactory, clock: MovableClock) -> None:
    set_up(line, factory, clock)
    before, calls = known(factory), len(line.calls("*/richmenu"))
    set_up(line, factory, clock)
    assert known(factory) == before
    assert len(line.calls("*/richmenu")) == calls


def test_f28_a_run_that_broke_off_is_finished_by_the_next(
    line: FakeLine, factory: SessionFactory, clock: MovableClock
) -> None:
    line.add_fault("*/content", "drop")
    with pytest.raises(LineUnreachableError):
        set_up(line, factory, clock)
    assert known(factory) == {}
    line.store.menus.add({**menu("en"), "name": f"{PREFIX}en-v0"})
    foreign = line.store.menus.add({**menu("en"), "name": "somebody else's"})
    set_up(line, factory, clock)
    assert names(line) == sorted(["somebody else's", *(menu(locale)["name"] for locale in TAGS)])
    assert line.store.menus.find(foreign)


def test_f28_the_command_waits_for_a_line_that_is_starting(
    line: FakeLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path / 'menus.sqlite'}"
    migrate(make_engine(database))
    settings = load_settings(trial=True, var_dir=tmp_path, database_url=database, line_api_base=line.base_url,
                             line_channel_access_token=line.access_token)  # fmt: skip
    waited: list[float] = []

    monkeypatch.setattr("bot.commands.time.sleep", waited.append)
    for patience, code in ((0.0, 1), (60.0, 0)):
        line.add_fault("*/richmenu/list", "drop")
        assert set_up_menus(settings, argparse.Namespace(dry_run=False, wait=patience)) == code
    assert len(waited) == 1
    assert line.store.menus.linked(EVERYONE)


def test_f28_a_dry_run_only_looks(line: FakeLine, factory: SessionFactory, clock: MovableClock) -> None:
    said = set_up(line, factory, clock, dry_run=True)
    assert sum("would be created" in each for each in said) == len(TAGS)
    assert (names(line), known(factory)) == ([], {})


def test_t11_a_wrong_token_is_an_error(line: FakeLine, factory: SessionFactory, clock: MovableClock) -> None:
    with pytest.raises(LineError) as refused:
        set_up(line, factory, clock, token="wrong")
    assert refused.value.status == 401


def test_what_to_make_keep_and_remove() -> None:
    wanted = {"en": "factline-en-2", "th": "factline-th-1", "ja": "factline-ja-1"}
    existing = {"1": "factline-en-1", "2": "factline-th-1", "3": "other", "4": "factline-ja-1"}
    found = plan(existing, {"en": "1", "th": "2", "zh-Hant": "9"}, wanted)
    assert (found.keep, found.create, found.remove) == ({"th": "2"}, ["en", "ja"], ["1", "4"])


def make_known(chat: Chatting) -> None:
    with transaction(chat.factory) as session:
        store_fact(session, FACT, {"en": "menu-en", "th": "menu-th", "zh-Hant": "menu-zh"}, now=chat.clock())


def test_a_new_friend_with_another_language_gets_that_menu(chat: Chatting) -> None:
    make_known(chat)
    chat.line.languages.update(Ua="th", Ub="en")
    chat.send(chat.event("follow"), chat.event("follow", "Ub"))
    assert chat.line.menus == {"Ua": "menu-th"}


def test_a_menu_that_line_refuses_is_let_go(chat: Chatting) -> None:
    chat.send(chat.event("follow"))
    make_known(chat)
    chat.line.failures = [LineError(404, "Not found")]
    with transaction(chat.factory) as session:
        rich_menu.link_menu_later(session, chat.user(), now=chat.clock())
    chat.worker.run_due_jobs()
    with read_only(chat.factory) as session:
        assert session.query(Job).where(Job.kind == rich_menu.LINK_MENU).count() == 0
    assert chat.line.menus == {}


def test_new_menus_reach_all_who_have_the_language(chat: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rich_menu, "PEOPLE_A_JOB", 2)
    chat.line.languages.update({f"U{number}": "th" for number in range(5)})
    for number in range(6):
        chat.send(chat.event("follow", f"U{number}"))
    make_known(chat)
    with transaction(chat.factory) as session:
        queue.enqueue(session, rich_menu.LINK_MENUS, {"locale": "th", "after": ""}, now=chat.clock())
    chat.worker.run_due_jobs()
    assert chat.line.menus == {f"U{number}": "menu-th" for number in range(5)}
