from bot.buttons.menu import Action, encode
from bot.buttons.question import Choice
from bot.buttons.question import encode as encode_choice
from bot.i18n import Translate
from bot.messages import flex
from bot.messages.flex import Json
from factcheck.languages import BY_TAG, LANGUAGES


def settings_card(t: Translate, locale: str, *, wants_notices: bool, messages: int, new: int) -> Json:
    """`messages` is the length of the person's list, `new` of them with a reply not seen yet."""
    title = t("Settings")
    state = t("Notices: on") if wants_notices else t("Notices: off")
    listed = t("My messages: %(count)d (new replies: %(new)d)") % {"count": messages, "new": new}
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text("🌐 " + t("Language: %(language)s") % {"language": _own_name(locale)}),
        flex.text("🔔 " + state),
        flex.text("📋 " + listed),
    ]
    switch = (
        flex.postback_button(t("Turn notices off"), encode(Action.NOTICES, "off"))
        if wants_notices
        else turn_on_button(t)
    )
    buttons = [
        flex.postback_button(t("My messages"), encode(Action.MINE), style="primary", colour=flex.ACCENT),
        switch,
        flex.postback_button("🌐 " + t("Change the language"), encode(Action.LANGUAGE)),
        flex.postback_button(t("Help to check"), encode(Action.VOLUNTEER)),
        flex.postback_button(t("Delete what I sent"), encode(Action.ERASE), style="link"),
    ]
    return flex.flex_message(f"{title}. {state}. {listed}", flex.bubble(body=body, footer=buttons))


def volunteer_link(t: Translate, url: str, minutes: int) -> Json:
    title = t("Help to check messages")
    body = [
        flex.text(title, bold=True, size="lg"),
        flex.text(
            t(
                "On our page you can rate replies and write some yourself, under the pseudonym that you have here. "
                "Often a minute is enough."
            )
        ),
        flex.text(
            t("The button is for you alone and works once, within %(minutes)d minutes. Please do not forward it.")
            % {"minutes": minutes}
        ),
    ]
    return flex.flex_message(title, flex.bubble(body=body, footer=[flex.link_button(t("Open the page"), url)]))


def turn_on_button(t: Translate) -> Json:
    return flex.postback_button(t("Turn notices on"), encode(Action.NOTICES, "on"))


def ask_language(t: Translate, locale: str) -> list[Json]:
    """Each language has its own name, so that everybody finds theirs."""
    question = t("Which language shall I speak with you?")
    buttons = [
        flex.postback_button(
            language.name,
            encode(Action.LANGUAGE, language.tag),
            style="primary" if language.tag == locale else "secondary",
            colour=flex.ACCENT if language.tag == locale else "",
        )
        for language in LANGUAGES
    ]
    card = flex.bubble(body=[flex.text("🌐 " + question, bold=True, size="lg")], footer=buttons)
    return [flex.flex_message(question, card)]


def language_changed(t: Translate, locale: str) -> Json:
    said = t("From now on I speak %(language)s with you.") % {"language": _own_name(locale)}
    return flex.text_message(said)


def _own_name(locale: str) -> str:
    return BY_TAG[locale].name if locale in BY_TAG else locale


def notices_changed(t: Translate, *, wants_notices: bool) -> Json:
    if wants_notices:
        return flex.text_message(
            t("Notices are on: when a message that you asked about gets a reply, I tell you here.")
        )
    return flex.text_message(
        t(
            "Notices are off: new replies are marked in “My messages”. I still write if a reply that I showed you is "
            "taken back, so that you do not rely on it."
        )
    )


def ask_to_erase(t: Translate, dialogue_id: str) -> list[Json]:
    question = t("Delete everything that you sent me?")
    body = [
        flex.text(question, bold=True, size="lg"),
        flex.text(t("I will forget your messages, your questions and the list “My messages”.")),
        flex.text(
            t(
                "What you published is deleted, too, unless somebody else has asked about it or answered it: then it "
                "stays, without any link to you."
            )
        ),
        flex.text(
            t(
                "Your ratings of replies stay, without comments and without any link to you. Your settings and your "
                "LINE id are forgotten, unless you write to me again within minutes. This cannot be undone."
            )
        ),
    ]
    buttons = [
        flex.postback_button(t("Yes, delete it all"), encode_choice(dialogue_id, Choice.YES)),
        flex.postback_button(
            t("No, keep it"), encode_choice(dialogue_id, Choice.NO), style="primary", colour=flex.ACCENT
        ),
    ]
    return [flex.flex_message(question, flex.bubble(body=body, footer=buttons))]


def erased(t: Translate, *, deleted: int, kept: int) -> list[Json]:
    lines = [t("Done: I have deleted what you sent me.")]
    if deleted:
        lines.append(t("Published messages that are deleted: %(count)d.") % {"count": deleted})
    if kept:
        lines.append(
            t(
                "Published messages that stay, without any link to you, because others have asked about them or "
                "answered them: %(count)d."
            )
            % {"count": kept}
        )
    lines.append(t("Your ratings of replies stay. You can send me messages again at any time."))
    return [flex.text_message("\n\n".join(lines))]


def nothing_erased(t: Translate) -> list[Json]:
    return [flex.text_message(t("All right: I have deleted nothing."))]


def too_fast(t: Translate) -> list[Json]:
    return [
        flex.text_message(t("That is more than I can read at once. Please wait a minute, then send me the rest again."))
    ]


def welcome_back(t: Translate, *, wants_notices: bool) -> Json:
    lines = [t("Welcome back! Send me any message that looks suspicious, and I will look for a fact-check.")]
    if not wants_notices:
        lines.append(t("Notices are still off, as you chose before."))
    return flex.text_message("\n\n".join(lines))
