from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

import babel.dates
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, Response, g, request
from flask_babel import Babel, Domain, get_locale, gettext, lazy_gettext, to_user_timezone
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from werkzeug.datastructures import Accept
from werkzeug.wrappers import Response as BaseResponse

from editor_ui.auth import viewer
from editor_ui.dependencies import parts
from editor_ui.time_zones import SITE, page_time_zone
from factcheck import languages
from factcheck.errors import ForbiddenError, GoneError, InvalidInputError
from factcheck.languages import Language
from factcheck.services.feedback import AGAINST, FOR
from factcheck.services.pseudonyms import name_in
from factcheck.translations import load_catalogue
from factcheck.wording import age_words, verdict_word, vote_reason_words, vote_status_words, years_old

TRANSLATIONS = Path(__file__).parent / "translations"


def catalogue_path(language: Language) -> Path:
    return TRANSLATIONS / language.locale / "LC_MESSAGES" / "messages.po"


LANGUAGES = {
    language.tag: language
    for language in languages.LANGUAGES
    if language == languages.FALLBACK or catalogue_path(language).exists()
}
"""English, and those with a catalogue."""

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
MOMENTS = 2_000
"""Days, and minutes of a day, that are kept as Babel writes them."""

VERDICTS = {
    kind: (LazyString(verdict_word, gettext, kind), explanation)
    for kind, explanation in (
        ("RUMOR", lazy_gettext("The message says something that is not true.")),
        ("NOT_RUMOR", lazy_gettext("What the message says is true.")),
        ("OPINIONATED", lazy_gettext("The message states views; the reply shows that others see it differently.")),
        ("NOT_ARTICLE", lazy_gettext("A greeting, an advertisement, a test: nothing that could be true or false.")),
    )
}
"""The word and what it means, in the page's language."""


def match_language(wanted: Iterable[str]) -> str | None:
    found = (languages.spoken(tag, LANGUAGES.values()) for tag in wanted)
    return next((language.tag for language in found if language is not None), None)


def choose_language() -> str:
    person = viewer()
    chosen = (request.args.get("lang"), request.cookies.get(COOKIE), person.locale if person else None)
    return first_language(chosen, wanted(request.accept_languages), parts().settings.default_locale)


def wanted(accepted: Accept) -> list[str]:
    """Leaves out what a browser refuses (`th;q=0`)."""
    return [value for value, quality in accepted if quality]


def first_language(chosen: Iterable[str | None], accepted: Iterable[str], of_site: str) -> str:
    """Takes what was chosen (by `?lang=`, its cookie, the person's setting), then the browser's, then the site's."""
    for tag in chosen:
        if tag in LANGUAGES:
            return tag
    if found := match_language(accepted):
        return found
    return of_site if of_site in LANGUAGES else languages.FALLBACK.tag  # the bot speaks more than these pages


def page_language() -> str:
    try:
        return cast(str, g.page_language)  # a page asks a hundred times
    except AttributeError:
        g.page_language = choose_language()
        return cast(str, g.page_language)


def remember_language(response: Response) -> Response:
    """Keeps `?lang=`, except where the page is everybody's; `pages/languages.py` is for those."""
    tag = request.args.get("lang")
    if tag in LANGUAGES and not response.cache_control.public:
        set_language_cookie(response, tag)
    return response


def set_language_cookie(response: BaseResponse, tag: str) -> None:
    secure = parts().settings.base_url.startswith("https:")
    response.set_cookie(COOKIE, tag, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")


def message_of(error: InvalidInputError | ForbiddenError | GoneError) -> str:
    values = error.values if isinstance(error, InvalidInputError) else {}
    return str(gettext(error.reason, **values))


def age(moment: datetime | None) -> str:
    """Warns of a reply written long ago; else gives ''."""
    return age_words(gettext, years_old(moment, parts().clock()))


def language_name(tag: str) -> str:
    """Names a language in that of the page."""
    return str(Locale.parse(tag, sep="-").get_display_name(get_locale()) or tag)


def shown_name(name: str) -> str:
    """Says a person's pseudonym in the page's language."""
    return name_in(name, page_language())


def format_moment(moment: datetime) -> str:
    local = to_user_timezone(moment)
    return f"{_day_in(page_language(), local.date())} {_time_in(page_language(), local.hour, local.minute)}"


@lru_cache(maxsize=MOMENTS)
def _time_in(tag: str, hour: int, minute: int) -> str:
    past = time(hour, minute, 1)  # midnight itself has a name of its own, which hardly any moment of 0:00 is
    return babel.dates.format_time(past, "short", locale=LANGUAGES[tag].locale)


@lru_cache(maxsize=MOMENTS)
def _day_in(tag: str, day: date) -> str:
    """Counts years as the language does, which Babel does not."""
    locale, calendar = LANGUAGES[tag].locale, LANGUAGES[tag].calendar
    if calendar is None:
        return babel.dates.format_date(day, "medium", locale=locale)
    return f"{babel.dates.format_date(day, 'd MMM', locale=locale)} {calendar.era} {day.year + calendar.years_ahead}"


class Catalogues(Domain):
    """Flask-Babel's domain, read from .po files. It calls `get_translations` for every text."""

    def get_translations(self) -> NullTranslations:
        return catalogue_of(page_language())


@cache
def catalogue_of(tag: str) -> NullTranslations:
    return load_catalogue(catalogue_path(LANGUAGES[tag]))


def _vote_status(status: str) -> str:
    return vote_status_words(gettext, status)


def _vote_reason(reason: str) -> str:
    return vote_reason_words(gettext, reason)


def said(text: str, **values: object) -> Markup:
    """Translates a text of a template. A page has dozens, and Flask-Babel's way takes ten times as long."""
    translated = _said(page_language(), text)
    return translated % values if values else translated


def counted(singular: str, plural: str, num: int, **values: object) -> Markup:
    """Translates a text of a template that depends on a number."""
    return Markup(catalogue_of(page_language()).ungettext(singular, plural, num)) % {"num": num, **values}  # noqa: S704


@cache
def _said(tag: str, text: str) -> Markup:
    return Markup(catalogue_of(tag).ugettext(text))  # noqa: S704 - texts are ours


def init_language(app: Flask) -> None:
    babel = Babel(
        app,
        default_timezone=SITE,
        locale_selector=lambda: LANGUAGES[page_language()].locale,
        timezone_selector=page_time_zone,
    )
    babel.domain_instance = Catalogues()
    app.after_request(remember_language)
    app.jinja_env.globals.update(
        _=said,
        ngettext=counted,
        LANGUAGES=LANGUAGES,
        VERDICTS=VERDICTS,
        REASONS_FOR=FOR,
        REASONS_AGAINST=AGAINST,
        page_language=page_language,
        get_locale=get_locale,
    )
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # half the size in Chinese, Japanese, Thai
    app.jinja_env.filters.update(age=age, moment=format_moment, language_name=language_name, shown_name=shown_name)
    app.jinja_env.filters.update(vote_status=_vote_status, vote_reason=_vote_reason)
