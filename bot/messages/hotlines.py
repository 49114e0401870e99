"""Says whom to call, to people who do not ask about a message."""

from collections.abc import Mapping

from bot.buttons.talk import Need
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.flex import Json

_CALLED = {
    Need.CHEATED: ("fraud", "police", "emergency"),
    Need.PERHAPS_CHEATED: ("fraud", "police", "emergency"),
    Need.DESPAIR: ("support", "emergency"),
    Need.PERSON: ("fraud", "police", "emergency", "support"),
}


def hotlines(t: Translate, need: Need, numbers: Mapping[str, str]) -> list[Json]:
    """Say whom to call. `numbers`: kind (`factcheck.settings.HOTLINE_KINDS`) -> number; may be empty."""
    numbers = {kind: numbers[kind] for kind in _CALLED[need] if kind in numbers}
    title, lines = _SAID[need](t, numbers)
    named = [f"📞 {number}  {_names(t)[kind]}" for kind, number in numbers.items()]
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text(lines[0]),
        *(flex.text(line, bold=True, size="lg") for line in named),
        *(flex.text(line) for line in lines[1:]),
    ]
    buttons = [
        flex.link_button(f"📞 {number} {_names(t)[kind]}", f"tel:{number}", style="primary")
        for kind, number in numbers.items()
    ]
    said = " ".join([title, lines[0], *named, *lines[1:]])
    return [flex.flex_message(said, flex.bubble(body=body, footer=buttons))]


def _cheated(t: Translate, numbers: Mapping[str, str]) -> tuple[str, list[str]]:
    call = t("Please tell your bank and the police at once. Money can sometimes still be stopped.")
    if numbers:
        call = t("Please call at once, it is answered by people. Money can sometimes still be stopped.")
    return t("I am sorry that this happened."), [
        call,
        t("Pay nothing more, tell your bank, and keep all messages as evidence."),
        t("I am a program and can only look messages up. If you want one checked, forward me the message itself."),
    ]


def _perhaps_cheated(t: Translate, numbers: Mapping[str, str]) -> tuple[str, list[str]]:
    title = t("If you were cheated or are in danger, people answer here:")
    if not numbers:
        title = t("Please tell your bank and the police at once. Money can sometimes still be stopped.")
    return title, [t("Pay nothing more, tell your bank, and keep all messages as evidence.")]


def _despair(t: Translate, numbers: Mapping[str, str]) -> tuple[str, list[str]]:
    call = t("Please tell somebody whom you trust, now. You need not be alone with this.")
    if numbers:
        call = t("Please call. Somebody listens there, at any hour, and it stays between you.")
    return t("I am sorry that it is so hard for you."), [call, t("I am a program, and cannot help as people can.")]


def _person(t: Translate, numbers: Mapping[str, str]) -> tuple[str, list[str]]:
    title = t("I am a program. No person reads along here.")
    forward = t("If you want volunteers to check a message, forward me the message itself.")
    call = t("If you were cheated or are in danger, people answer here:")
    return title, [call, forward] if numbers else [forward]


def _names(t: Translate) -> dict[str, str]:
    return {
        "fraud": t("Anti-fraud hotline"),
        "police": t("Police"),
        "emergency": t("Emergency call"),
        "support": t("Somebody who listens"),
    }


_SAID = {
    Need.CHEATED: _cheated,
    Need.PERHAPS_CHEATED: _perhaps_cheated,
    Need.DESPAIR: _despair,
    Need.PERSON: _person,
}
