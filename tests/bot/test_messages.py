"""Nothing the bot builds is refused by LINE, whatever people wrote: checked with the simulator's strict validator."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.buttons.state import Purpose
from bot.i18n import translator
from bot.inbound.events import storable
from bot.messages import additions, flex, group, introductions, notices, questions, several
from bot.messages.additions import Problem
from bot.messages.answers import ReplyView, answer_messages, local_date
from bot.messages.candidates import CandidateView, candidates_messages
from bot.messages.notices import ReplyExcerpt
from bot.messages.questions import Asked
from bot.messages.sharing import share_uri
from bot.simulator.validation.messages import validate_messages
from factcheck.languages import TAGS
from factcheck.matching.decide.decision import Standing
from factcheck.models import ReplyType
from factcheck.wording import standing_words
from tests.bot.chatting import words

ID = "a" * 12
URL = "https://example.org/article/3abc"


class Long(str):
    """A long text that a failing test does not print whole."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Long({self[:8]!r}... {len(self)})"


texts = st.text(min_size=1, max_size=300).map(storable).filter(str.strip)
long_texts = st.one_of(
    texts,
    st.sampled_from(["字", "👨‍👩‍👧‍👦", "กำ", "e\u0301", "\u202e", "{{x}}<b>%s %(x)s"]).map(
        lambda piece: Long(piece * 6000)
    ),
)
locales = st.sampled_from(TAGS)
dates = st.one_of(st.none(), st.just(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)))


def assert_valid(messages: list[dict[str, Any]]) -> None:
    assert validate_messages(messages) == []


def view(**changes: Any) -> ReplyView:
    plain: dict[str, Any] = {
        "article_id": "3abc",
        "reply_id": "r" * 20,
        "type": ReplyType.RUMOR,
        "text": "It is not true.",
        "reference": "See https://example.org",
        "created_at": datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
        "helpful": 3,
        "not_helpful": 1,
        "other_replies": 0,
        "article_text": "Drink this",
        "first_reported": datetime(2026, 1, 30, 12, 0, tzinfo=UTC),
        "article_url": URL,
    }
    return ReplyView(**{**plain, **changes})


@settings(max_examples=60)
@given(
    locale=locales,
    kind=st.sampled_from(list(ReplyType)),
    reply=long_texts,
    reference=st.one_of(st.just(""), long_texts),
    article=long_texts,
    at=dates,
    counts=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 50)),
    resubmit=st.booleans(),
)
def test_any_reply_can_be_shown(
    locale: str,
    kind: str,
    reply: str,
    reference: str,
    article: str,
    at: datetime | None,
    counts: tuple[int, int, int],
    resubmit: bool,
) -> None:
    shown = view(
        type=kind,
        text=reply,
        reference=reference,
        article_text=article,
        created_at=at,
        helpful=counts[0],
        not_helpful=counts[1],
        other_replies=counts[2],
    )
    messages = answer_messages(translator(locale), locale, shown, ID, can_resubmit=resubmit)
    assert_valid(messages)
    t, excerpt = translator(locale), ReplyExcerpt(kind, reply)
    assert_valid(notices.reply_arrived(t, "3abc", article, excerpt))
    for now in (None, excerpt):
        assert_valid(notices.reply_withdrawn(t, "3abc", article, now))
    assert_valid(notices.reply_changed(t, "3abc", "4def", article, excerpt))


def test_candidates_of_the_longest_emoji_fit_into_one_message() -> None:
    long = CandidateView("👨‍👩‍👧‍👦" * 300, "", Standing.PERHAPS, ReplyType.RUMOR, None)
    assert_valid(candidates_messages(translator("en"), "en", [long] * 5, ID, has_more=True))
    assert_valid(several.found(translator("en"), "en", [long] * 10, 10, ID, noted=True, wants_notices=False))


@pytest.mark.parametrize("locale", TAGS)
@pytest.mark.parametrize("standing", list(Standing))
def test_a_card_says_in_words_how_sure_it_is_and_never_in_figures(locale: str, standing: Standing) -> None:
    card = CandidateView("lemons", "lemons", standing, None, None)
    t = translator(locale)
    said = words(candidates_messages(t, locale, [card], ID))
    assert f"1. {standing_words(t, standing)}" in said
    assert "%" not in said
    assert len({standing_words(t, each) for each in Standing}) == 3


@pytest.mark.parametrize("locale", TAGS)
@pytest.mark.parametrize("piece", ["ก็ำ่", "Ấ̧̂", "檸檬 ", "lemons, "])
def test_ten_cards_with_marked_parts_fit_into_one_message(locale: str, piece: str) -> None:
    """A marked text is in its card twice, in pieces."""
    t, long = translator(locale), f"{piece * 9}— " * 200
    card = CandidateView(long, f"{piece * 9}—x" * 4 + f"{piece * 7} y", Standing.SAME, ReplyType.NOT_ARTICLE, None)
    messages = candidates_messages(t, locale, [card] * 5, ID)
    assert "span" in str(messages)
    assert_valid(messages)
    assert_valid(several.found(t, locale, [card] * 10, 10, ID, noted=True, wants_notices=False))


@settings(max_examples=40)
@given(
    locale=locales,
    candidates=st.lists(
        st.builds(
            CandidateView,
            text=long_texts,
            sent=long_texts,
            standing=st.sampled_from(Standing),
            reply_type=st.one_of(st.none(), st.sampled_from(list(ReplyType))),
            created_at=dates,
        ),
        min_size=1,
        max_size=14,
    ),
)
def test_any_candidates_can_be_offered(locale: str, candidates: list[CandidateView]) -> None:
    assert_valid(candidates_messages(translator(locale), locale, candidates, ID))


@given(locale=locales, text=long_texts, typed=st.booleans(), people=st.integers(1, 10**6), new=st.booleans())
def test_every_question_and_confirmation_is_valid(locale: str, text: str, typed: bool, people: int, new: bool) -> None:
    t = translator(locale)
    for messages in (
        introductions.greeting(t),
        questions.ask_consent(t, text, ID, refused=typed, offers_more=new),
        questions.submitted(t, "3abc", URL, share_uri(text, URL), wants_notices=new),
        questions.declined(t),
        questions.not_answered_yet(
            t,
            "3abc",
            URL,
            people,
            "March 1, 2026",
            asked=Asked.NOW if new else Asked.NEVER,
            dialogue_id=ID if typed else None,
            wants_notices=not new,
        ),
        questions.rated_helpful(t, share_uri(text, URL), ID),
        questions.rated_lower(t, "3abc", "r" * 20, URL, ID, somewhat=new),
        questions.noted_why(t, "3abc", "r" * 20),
        additions.ask_to_write(t, Purpose.REASON, ID, text),
        additions.ask_to_add(t, Purpose.COMMENT, text, ID),
        additions.cannot_add(t, Problem.LONG, 1000, text, ID),
        additions.added(t, Purpose.REASON),
    ):
        assert_valid(messages)


@pytest.mark.parametrize("locale", TAGS)
@pytest.mark.parametrize(
    "key", ["too_short", "text_only", "repeated", "expired", "unknown_button", "gone", "own_reply"]
)
def test_every_hint_is_valid(locale: str, key: str) -> None:
    assert_valid(questions.hint(translator(locale), key))


def test_an_answer_has_all_that_a_reader_needs_in_text_that_can_be_forwarded() -> None:
    text, card = answer_messages(translator("en"), "en", view(), ID, can_resubmit=True)
    for part in ("Contains misinformation", "It is not true.", "https://example.org", "February 1, 2026", "by 3", URL):
        assert part in text["text"]
    assert card["type"] == "flex"


def test_the_language_of_a_reply_is_said_when_it_is_another() -> None:
    chinese = view(text="湯匙沒有這種作用，蔬菜放在冰箱裡也不會因此保鮮三個月。")
    said = {locale: answer_messages(translator(locale), locale, chinese, ID, can_resubmit=True) for locale in TAGS}
    assert "The reply is in Chinese." in words(said["en"])
    assert "中国語" in words(said["ja"])
    assert "ภาษาจีน" in words(said["th"])
    assert "🌐" not in words(said["zh-Hant"])
    assert "🌐" not in words(answer_messages(translator("en"), "en", view(), ID, can_resubmit=True))


@pytest.mark.parametrize(
    ("locale", "sent", "text", "named"),
    [
        ("zh-Hant", "喝檸檬水", "ดื่มน้ำมะนาวรักษามะเร็ง", "泰文"),
        ("zh-Hant", "喝檸檬水", "レモン水を飲むとがんが治る", "日文"),
        ("zh-Hant", "喝檸檬水", "喝柠檬水可以治疗癌症", None),
        ("en", "喝檸檬水", "喝檸檬水可以治癌症", None),
        ("en", "", "喝檸檬水可以治癌症", "Chinese"),
        ("th", "น้ำมะนาว", "Lemon water is said to cure this", "อังกฤษ"),
        ("th", "น้ำมะนาว", "Uống nước chanh chữa ung thư", "อื่น"),
    ],
)
def test_a_card_in_a_language_that_the_person_does_not_use_says_so(
    locale: str, sent: str, text: str, named: str | None
) -> None:
    card = CandidateView(text, sent, Standing.PROBABLY, None, None)
    said = words(candidates_messages(translator(locale), locale, [card], ID))
    assert ("🌐" in said) == (named is not None)
    assert named is None or named in said


def test_a_bare_link_is_not_taken_for_something_typed() -> None:
    t = translator("en")
    assert "If you typed it" in words(questions.ask_consent(t, "lemons cure it", ID))
    assert "typed" not in words(questions.ask_consent(t, "https://example.org/a?b=c", ID))


def test_spans_say_the_same_as_the_plain_text() -> None:
    part = flex.marked(flex.text("one two three"), [(0, 3), (8, 13)])
    assert [span["text"] for span in part["contents"]] == ["one", " two ", "three"]
    assert [span.get("weight") for span in part["contents"]] == ["bold", None, "bold"]
    assert flex.marked(flex.text("one"), []) == flex.text("one")


@pytest.mark.parametrize("locale", TAGS)
def test_the_greeting_of_groups_is_short(locale: str) -> None:
    said = group.introduction(translator(locale), "https://factline.example/about")[0]["text"]
    paragraphs = said.split("\n\n")
    assert len(paragraphs) == 3
    assert "https://factline.example/about" in paragraphs[-1]
    assert len(said) < 400


def test_dates_are_what_readers_are_used_to() -> None:
    late = datetime(2028, 2, 28, 23, 30, tzinfo=UTC)  # the 29th in Taipei
    assert local_date(late, "th", translator("th")) == "29 กุมภาพันธ์ พ.ศ. 2571"
    assert local_date(late, "zh-Hant", translator("zh-Hant")) == "2028年2月29日"
    assert local_date(late, "ja", translator("ja")) == "2028年2月29日"
    assert local_date(None, "th", translator("th")) == "ไม่ทราบวันที่"


def test_f20_a_very_long_reply_ends_with_a_link_to_the_whole() -> None:
    messages = answer_messages(translator("en"), "en", view(text="long " * 5000), ID, can_resubmit=True)
    assert len(messages) == 4
    assert messages[2]["text"].endswith(URL)
