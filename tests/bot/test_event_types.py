"""What is known of each type of event is said once."""

import pytest

from bot.groups import router as groups
from bot.i18n import translator
from bot.inbound.event_types import COUNTED, EVENTS, MEDIA, EventType, MessageType, Traits, traits_of
from bot.messages import questions
from bot.private import router as private


def test_every_type_has_its_line() -> None:
    assert set(EVENTS) == set(EventType)
    assert set(COUNTED) == {"message", "messageEdited", "postback"}


@pytest.mark.parametrize("event_type", EVENTS)
def test_a_hint_can_be_said(event_type: EventType) -> None:
    hint = traits_of(event_type.value).hint_when_given_up
    assert bool(hint) == (event_type in (EventType.MESSAGE, EventType.POSTBACK))
    if hint:
        assert questions.hint(translator("en"), hint)


@pytest.mark.parametrize("invented", ["", "somethingNew", "Message"])
def test_what_line_invents_is_nothing_special(invented: str) -> None:
    assert traits_of(invented) == Traits()


def test_routers_name_types_that_there_are() -> None:
    assert {*private.EVENTS, *groups.EVENTS} <= set(EventType)
    assert {*private.MESSAGES} == set(MessageType)
    assert {*groups.MESSAGES, *MEDIA} <= set(MessageType)
