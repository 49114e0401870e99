"""Whatever people write, in any language and any length: LINE never refuses what the bot builds.

The builders are found by themselves: every public function of `bot.messages` that returns messages. Their arguments
are invented by name and type, so a new builder is tested without a word here, unless it takes something new.
"""

import ast
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import bot.messages
from bot.i18n import translator
from bot.inbound.events import storable
from bot.messages import questions
from bot.messages.candidates import CardText, card_text
from bot.messages.flex import Json
from bot.messages.limits import MAX_MESSAGES
from bot.outbound.error_policy import plain_text
from bot.outbound.outbox import Address, send
from bot.simulator.validation.messages import validate_messages
from factcheck.languages import TAGS
from factcheck.models import ArticleType, ReplyType, VoteStatus
from factcheck.settings import HOTLINE_KINDS

EXAMPLES = 25
TOOLS = ("excerpts", "flex", "limits")
"""Modules that messages are put together with."""

PARTS = frozenset(
    {
        "candidates.candidate_lines",
        "differing.same_button",
        "files.personal_lines",
        "preferences.turn_on_button",
        "questions.publishing_lines",
        "questions.submitted_buttons",
    }
)
"""What is put into messages, and is none by itself."""

Builder = Callable[..., list[Json] | Json]

PIECES = (
    *(
        "a",
        " ",
        "\n",
        "字",
        "\U0001f600",
        "กำ้",
        "\U00020bb7",
        "ß",
        "\u202e",
        "\u200b",
        "\x07",
        "\\",
        '"',
        "%s",
        "{x}",
        "<b>",
    ),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",  # a family: eleven units, one character
    "\U0001f1f9\U0001f1fc",  # a flag
    "\U0001f44d\U0001f3fd",
    "e" + "\u0301" * 400,  # one character that is longer than a label
    "z" + "\u0336\u0489" * 30,
    "העתיקו את זה ",
    "ข้อความนี้สำคัญมาก",
    "消息\r\n",
    "https://例え.jp/ä b?q=1&r=%zz ",
    "\x00",
    "\ud800",
)


def repeated() -> st.SearchStrategy[str]:
    """Up to 7,000 code points of the same."""
    return st.builds(
        lambda piece, count: piece * max(1, min(count, 7_000 // len(piece))),
        st.sampled_from(PIECES),
        st.sampled_from((1, 2, 39, 41, 160, 301, 1501, 5001, 7_000)),
    )


def keys_of(function: Callable[..., Any]) -> list[str]:
    """Of the one dictionary that is written in this function."""
    tree = ast.parse(inspect.getsource(function))
    (found,) = (node for node in ast.walk(tree) if isinstance(node, ast.Dict))
    return [key.value for key in found.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


TEXTS = st.one_of(
    repeated(),
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.just(""),
).map(storable)
IDS = st.text("0123456789abcdefghijklmnopqrstuvwxyzABC-_", min_size=1, max_size=100)
NUMBERS = st.one_of(st.integers(0, 30), st.integers(0, 10**12))
URLS = st.one_of(IDS.map(lambda one: f"https://factline.example/article/{one}"), st.just("https://例え.jp/ä b"))
MOMENTS = st.integers(1_451_606_400, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "dialogue_id": st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=12, max_size=12),
    "article_id": IDS,
    "reply_id": IDS,
    "article_url": URLS,
    "about_url": URLS,
    "url": URLS,
    "bot_link": URLS,
    "share_uri": URLS,
    "article_type": st.sampled_from(ArticleType),
    "vote_status": st.sampled_from(VoteStatus),
    "reply_type": st.sampled_from(ReplyType),
    "type": st.sampled_from(ReplyType),
    "file_type": st.sampled_from(("", ArticleType.IMAGE, ArticleType.VIDEO, ArticleType.AUDIO)),
    "thumbnail": st.just("") | URLS,
    "why": st.just("You told us this message before."),  # ours
    "key": st.sampled_from(keys_of(questions.hint)),
    "more": st.lists(st.just("Their notices are off, so they will look here again."), max_size=3),  # ours
    "first_reported": st.sampled_from(("March 1, 2026", "2026年3月1日", "1 มีนาคม ค.ศ. 2026", "date unknown")),
    "locale": st.sampled_from(TAGS),
}
BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: NUMBERS,
    bool: st.booleans(),
    float: st.floats(0, 1),
    datetime: MOMENTS,
    Mapping[str, str]: st.dictionaries(st.sampled_from(HOTLINE_KINDS), st.just("165")),
    CardText: st.builds(card_text, TEXTS, TEXTS),  # what it marks must be a part of it
}


def builders() -> dict[str, Builder]:
    found: dict[str, Builder] = {}
    for module in pkgutil.iter_modules(bot.messages.__path__):
        if module.name in TOOLS:
            continue
        loaded = importlib.import_module(f"bot.messages.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if own and typing.get_type_hints(function).get("return") in (Json, list[Json]):
                found[f"{module.name}.{name}"] = function
    return found


BUILDERS = {name: builder for name, builder in builders().items() if name not in PARTS}


def strategy_of(name: str, hint: Any) -> st.SearchStrategy[Any]:
    """What an argument of this name and type may be. Raises KeyError for something new: add it to the tables above."""
    options = typing.get_args(hint)
    if type(None) in options:
        (inner,) = (option for option in options if option is not type(None))
        return st.none() | strategy_of(name, inner)
    if name in BY_NAME and hint is not datetime:
        return BY_NAME[name]
    if typing.get_origin(hint) in (Sequence, list, tuple) and options:
        return st.lists(strategy_of("", options[0]), min_size=1, max_size=14)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint) and hint not in BY_TYPE:
        kinds = typing.get_type_hints(hint)
        return st.builds(hint, **{field.name: strategy_of(field.name, kinds[field.name]) for field in fields(hint)})  # type: ignore[arg-type]
    return BY_TYPE[hint]


@st.composite
def built(draw: st.DrawFn, builder: Builder) -> list[Json]:
    kinds = typing.get_type_hints(builder)
    names = [name for name in inspect.signature(builder).parameters if name not in ("t", "locale")]
    arguments = {name: draw(strategy_of(name, kinds[name]), label=name) for name in names}
    locale = draw(BY_NAME["locale"])
    if "locale" in kinds:
        arguments["locale"] = locale
    if "t" in kinds:
        arguments["t"] = translator(locale)
    messages = builder(**arguments)
    return messages if isinstance(messages, list) else [messages]


def refused(messages: list[Json]) -> list[str]:
    return [f"{problem.property}: {problem.message}" for problem in validate_messages(messages, to_group=True)]


def test_the_parts_exist() -> None:
    assert set(builders()) >= PARTS
    assert len(BUILDERS) > 30
    assert "gone" in keys_of(questions.hint)


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_nothing_that_is_built_is_refused(name: str) -> None:
    # Making a failing example smaller takes minutes; the message says which part is wrong.
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
    @given(built(BUILDERS[name]))
    def check(messages: list[Json]) -> None:
        assert 1 <= len(messages) <= MAX_MESSAGES
        assert refused(messages) == []
        assert refused(plain_text(messages)) == []  # what is sent in their place if LINE does refuse them

    check()


@pytest.mark.parametrize("count", [0, MAX_MESSAGES + 1])
def test_more_than_line_takes_is_an_error_where_it_is_said(count: int) -> None:
    with pytest.raises(ValueError, match="LINE takes"):
        send(None, Address("U1"), [{}] * count, now=datetime.now(UTC), priority=0)  # type: ignore[arg-type]
