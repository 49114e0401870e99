"""The menu below the chat, one for each language. `python -m bot rich-menu` makes them in LINE."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.buttons.menu import Action, encode
from bot.context import BotContext
from bot.i18n import translator
from bot.line.account import load_fact, store_fact
from bot.line.client import LineError
from bot.line.menus_client import LineMenus
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.languages import TAGS
from factcheck.models import LINE_BOT, User

log = structlog.get_logger()

LINK_MENU, LINK_MENUS = "link_menu", "link_menus"
"""One person's menu; everybody's of a language, PEOPLE_A_JOB at a time."""
PEOPLE_A_JOB = 100

FACT = "menus"
PREFIX = "factline-"
PICTURES = Path(__file__).parent / "menu_pictures"
WIDTH, HEIGHT = 1200, 810
"""Pixels of the pictures (`menu_pictures/draw.py`). LINE takes 800 to 2500 wide, and a ratio of at least 1.45."""


@dataclass(frozen=True)
class Plan:
    keep: dict[str, str]
    """Locale -> id of the menu that stands already."""
    create: list[str]
    """Locales."""
    remove: list[str]
    """Ids of ours from an older release, or a run that broke off."""


def menu(locale: str) -> dict[str, Any]:
    """Return a menu for LINE's API. Its name changes with its contents and picture."""
    t = translator(locale)
    half_width, half_height = WIDTH // 2, HEIGHT // 2
    buttons = (
        (0, 0, Action.TUTORIAL, t("How it works")),
        (half_width, 0, Action.MINE, t("My messages")),
        (0, half_height, Action.SETTINGS, t("Settings")),
        (half_width, half_height, Action.SHARE, t("📣 Tell friends")),
    )
    definition: dict[str, Any] = {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "chatBarText": t("Menu"),
        "areas": [
            {
                "bounds": {"x": x, "y": y, "width": half_width, "height": half_height},
                "action": {"type": "postback", "label": label[:20], "data": encode(action), "displayText": label},
            }
            for x, y, action, label in buttons
        ],
    }
    digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode() + picture(locale)).hexdigest()
    return {**definition, "name": f"{PREFIX}{locale}-v1-{digest[:12]}"}


def picture(locale: str) -> bytes:
    return (PICTURES / f"{locale}.png").read_bytes()


def plan(existing: Mapping[str, str], known: Mapping[str, str], wanted: Mapping[str, str]) -> Plan:
    """Plan which menus stay. `existing`: LINE's, id -> name. `known`: locale -> id of completed ones; any other may
    lack its picture and is made anew. `wanted`: locale -> name."""
    keep = {locale: known[locale] for locale in wanted if existing.get(known.get(locale, "")) == wanted[locale]}
    ours = [menu_id for menu_id, name in existing.items() if name.startswith(PREFIX)]
    return Plan(
        keep=keep,
        create=[locale for locale in wanted if locale not in keep],
        remove=[menu_id for menu_id in ours if menu_id not in keep.values()],
    )


def set_up(
    line: LineMenus,
    factory: SessionFactory,
    clock: Clock,
    *,
    default_locale: str,
    dry_run: bool,
    say: Callable[[str], None],
) -> None:
    """Keep what is complete; safe to run again. Raises LineError, LineUnreachableError."""
    menus = {locale: menu(locale) for locale in TAGS}
    with read_only(factory) as session:
        known = load_menus(session)
    todo = plan(line.list_menus(), known, {locale: each["name"] for locale, each in menus.items()})
    for locale in todo.keep:
        say(f"{menus[locale]['name']}: there already")
    standing = dict(todo.keep)
    for locale in todo.create:
        say(f"{menus[locale]['name']}: {'would be created' if dry_run else 'creating'}")
        if not dry_run:
            standing[locale] = line.create_menu(menus[locale])
            line.upload_picture(standing[locale], picture(locale))
            _store(factory, {**known, **standing}, locale, default_locale, clock())
    say(f"default: {menus[default_locale]['name']}")
    say(f"older menus of ours {'that would be' if dry_run else 'to be'} removed: {len(todo.remove)}")
    if dry_run:
        return
    line.make_default(standing[default_locale])
    for menu_id in todo.remove:
        line.delete_menu(menu_id)
    say("done")


def _store(factory: SessionFactory, menus: dict[str, str], locale: str, default_locale: str, now: datetime) -> None:
    with transaction(factory) as session:
        store_fact(session, FACT, menus, now=now)
        if locale != default_locale:  # the old menu goes, and with it the links to it
            queue.enqueue(session, LINK_MENUS, {"locale": locale, "after": ""}, now=now)


def load_menus(session: Session) -> dict[str, str]:
    """Return locale -> menu id; {} before the command has run."""
    return load_fact(session, FACT) or {}


def link_menu_later(session: Session, user: User, *, now: datetime) -> None:
    if user.locale in load_menus(session):
        queue.enqueue(session, LINK_MENU, {"user_id": user.id}, now=now, key=f"menu:{user.id}")


def job_kinds(context: BotContext) -> tuple[JobKind, ...]:
    return (
        JobKind(LINK_MENU, lambda payload: link_one(context, str(payload["user_id"]))),
        JobKind(LINK_MENUS, lambda payload: link_many(context, str(payload["locale"]), str(payload["after"]))),
    )


def link_one(context: BotContext, user_id: str) -> Effects:
    """Raises LineUnreachableError when LINE gives no answer."""
    with read_only(context.factory) as session:
        user = session.get(User, user_id)
        menu_id = load_menus(session).get(user.locale or "") if user is not None else None
        line_id = user.app_user_id if user is not None and user.is_friend else None
    if menu_id and line_id:
        _link(context, line_id, menu_id)
    return no_effects


def link_many(context: BotContext, locale: str, after: str) -> Effects:
    """Continue with the users behind `after`, a user id. Raises LineUnreachableError."""
    people = select(User.id, User.app_user_id).where(
        User.app_id == LINE_BOT, User.locale == locale, User.is_friend, User.id > after
    )
    with read_only(context.factory) as session:
        menu_id = load_menus(session).get(locale)
        rows = session.execute(people.order_by(User.id).limit(PEOPLE_A_JOB)).all()
    if menu_id is None:
        return no_effects
    for row in rows:
        _link(context, row.app_user_id or "", menu_id)

    def effects(session: Session) -> None:
        if len(rows) == PEOPLE_A_JOB:
            queue.enqueue(session, LINK_MENUS, {"locale": locale, "after": rows[-1].id}, now=context.clock())

    return effects


def _link(context: BotContext, line_id: str, menu_id: str) -> None:
    """A refusal is not worth another try: the default menu works as well."""
    try:
        context.line.link_menu(line_id, menu_id)
    except LineError as error:
        log.info("menu_not_linked", status=error.status, request_id=error.request_id)
