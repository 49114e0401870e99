"""The page of a message, and of a reply."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event, select

from editor_ui.queries.votes import SHOWN_COMMENTS
from factcheck.db.session import SessionFactory, transaction
from factcheck.limits import SHOWN_AT_MOST, SHOWN_AT_ONCE
from factcheck.models import Article, ArticleReply, ArticleReplyFeedback, ArticleType, Reply, Status, User
from factcheck.services.cooccurrences import record_cooccurrence
from factcheck.services.replies import take_back
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World
from tests.fakes.search import FakeSearch

EVIL = '<script>alert(1)</script> "><img src=x onerror=alert(2)> &lt;b&gt; {{ 7*7 }} javascript:alert(3)'


def test_order_of_the_page(visitor: Browser, world: World):
    article_id = world.article("a doubtful message", reasons=["it has no source"])
    world.article("a doubtful message, too")
    world.reply(article_id)
    visitor.get(f"/article/{article_id}")
    text = visitor.main.text
    places = ["a doubtful message", "This is not true.", "Log in to reply", "it has no source", "Similar messages"]
    assert [text.index(place) for place in places] == sorted(text.index(place) for place in places)
    assert visitor.root.one("title").text.startswith("a doubtful message")


def test_what_was_sent_together_is_offered(visitor: Browser, world: World, session_factory: SessionFactory):
    articles = [world.article(f"message {letter}") for letter in "abc"]
    world.reply(articles[1], "An answer to b.")
    people = [world.user(f"{number}@example.org") for number in range(2)]
    with transaction(session_factory) as session:
        for person, together in zip(people, (articles[:2], articles), strict=True):
            record_cooccurrence(session, session.get_one(User, person), together, now=world.clock())
    visitor.get(f"/article/{articles[0]}")
    section = visitor.root.one(id="similar").text
    assert section.index("message b") < section.index("message c")
    assert "An answer to b." in section
    assert "message a" not in section


def test_its_history_names_what_happened_and_no_text_that_was_taken_back(
    visitor: Browser, world: World, session_factory: SessionFactory, clock: MovableClock
):
    article_id = world.article("a message")
    clock.advance(days=1)
    kept, gone = (world.reply(article_id, text) for text in ("Words that stay.", "Words that go."))
    clock.advance(days=1)
    with transaction(session_factory) as session:
        link = session.get_one(ArticleReply, (article_id, gone))
        take_back(session, article_id, gone, session.get_one(User, link.user_id), now=clock())
    visitor.get(f"/article/{article_id}")
    events = [event.text for event in visitor.root.one(id="history").all("li")]
    assert [next(w for w in ("reported", "added", "took") if w in event) for event in events] == [
        "reported",
        "added",
        "added",
        "took",
    ]
    assert "Mar 3, 2026" in events[-1]
    assert kept in visitor.response.text
    assert "Words that go." not in visitor.main.text


def test_text_from_outside_is_only_text(volunteer: Browser, world: World):
    article_id = world.article(EVIL, reasons=[EVIL])
    reply_id = world.reply(article_id, EVIL, reference=f"{EVIL} https://example.org")
    world.vote(article_id, reply_id, 1, by="cat@example.org", comment=EVIL)
    world.article(EVIL + " again")
    addresses = ("/?show=all", f"/article/{article_id}", f"/reply/{reply_id}", "/search?q=alert")
    for address in addresses:
        root = volunteer.get(address)
        assert "<script>alert(1)</script>" in root.one("main").text
        assert not root.all("img")
        assert len([one for one in root.all("script") if one.get("type") != "application/ld+json"]) == 1
        assert "{{ 7*7 }}" in root.one("main").text or address.startswith(("/?", "/search"))
    assert not [a for a in volunteer.root.all("a") if a.get("href").startswith("javascript")]


def test_the_name_of_a_person_is_only_text(volunteer: Browser):
    volunteer.get("/me")
    volunteer.submit("/me/name", name="<b>Bob</b> %(x)s")
    volunteer.follow()
    assert volunteer.root.one("header").all("bdi")[0].text == "<b>Bob</b> %(x)s"


def test_links_are_marked_as_from_users(visitor: Browser, world: World):
    article_id = world.article("see http://a.example/x?y=1&z=2, ok（https://b.example/路）ftp://c.example")
    visitor.get(f"/article/{article_id}")
    links = [a for a in visitor.main.all("a") if a.get("href").startswith("http")]
    assert [a.get("href") for a in links] == ["http://a.example/x?y=1&z=2", "https://b.example/路"]
    assert all({"ugc", "nofollow", "noopener"} <= set(a.get("rel").split()) for a in links)


def test_content_has_its_own_language(visitor: Browser, world: World):
    for text, lang in (
        ("謠言請勿轉傳", "zh-Hant"),
        ("お湯を飲むと治ります", "ja"),
        ("ดื่มน้ำมะนาว", "th"),
        ("forward this", "en"),
    ):
        visitor.get(f"/article/{world.article(text)}")
        assert visitor.root.with_class("bubble")[0].get("lang") == lang


def test_a_huge_message_is_folded_and_cut(visitor: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("請轉傳")
    with transaction(session_factory) as session:  # as an earlier release imported it
        session.get_one(Article, article_id).text = "請轉傳給大家 https://a.example/x " * 100_000
    main = visitor.get(f"/article/{article_id}").one("main")
    (bubble,) = main.with_class("bubble")
    assert bubble.one("summary").text == "Show all of it (2,700,000 characters)"
    assert SHOWN_AT_ONCE * 0.9 < bubble.raw_text.index("Show all") <= SHOWN_AT_ONCE
    assert bubble.one("p").text.startswith("2,650,0")
    assert len(main.raw_text) < 1.1 * SHOWN_AT_MOST


def test_a_message_without_text(visitor: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("to be emptied")
    with transaction(session_factory) as session:
        article = session.get_one(Article, article_id)
        article.text, article.article_type, article.created_at = "", ArticleType.IMAGE, None
    visitor.get(f"/article/{article_id}")
    assert visitor.root.one("h1").text == "Reported picture"
    assert "unknown date" in visitor.main.text
    visitor.get("/")
    assert "Picture without words" in visitor.main.text


def test_replies_show_verdict_sources_votes_and_comments(visitor: Browser, world: World):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, kind="OPINIONATED", reference="https://example.org/other-view")
    world.vote(article_id, reply_id, 1, by="cat@example.org", comment="well explained")
    world.vote(article_id, reply_id, -1, by="dan@example.org")
    visitor.get(f"/article/{article_id}")
    card = visitor.root.one(id=f"reply-{reply_id}")
    assert "Contains personal opinion" in card.text
    assert "1 person finds it helpful" in card.text
    assert "1 does not" in card.text
    assert "well explained" in card.text
    assert card.all("a", href="https://example.org/other-view")
    assert "Log in to rate" in card.text
    assert not card.all("form")


def test_a_reply_is_sent_on_by_plain_links(visitor: Browser, world: World):
    article_id = world.article("a & b")
    for address in (f"/article/{article_id}", f"/reply/{world.reply(article_id)}"):
        visitor.get(address)
        links = [urlsplit(link.get("href")) for link in visitor.main.all("a") if link.text in ("LINE", "E-mail")]
        sent = [parse_qs(link.query) for link in links]
        words = f"Contains misinformation: a & b\nhttp://localhost{address}"
        assert sent == [{"text": [words]}, {"subject": ["Contains misinformation: a & b"], "body": [words]}]


def test_best_replies_come_first_and_hidden_ones_not_at_all(
    visitor: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    world.reply(article_id, "out of scope", kind="NOT_ARTICLE", reference="")
    good = world.reply(article_id, "the good one")
    hidden = world.reply(article_id, "the hidden one")
    world.vote(article_id, good, 1, by="cat@example.org")
    with transaction(session_factory) as session:
        session.get_one(ArticleReply, (article_id, hidden)).status = Status.BLOCKED
    visitor.get(f"/article/{article_id}")
    assert visitor.main.text.index("the good one") < visitor.main.text.index("out of scope")
    assert "the hidden one" not in visitor.main.text


def test_reasons_are_the_newest_and_the_rest_is_counted(visitor: Browser, world: World):
    article_id = world.article("a message", asked_by=40, reasons=[f"reason {n}." for n in range(35)])
    visitor.get(f"/article/{article_id}")
    text = visitor.root.one(id="reasons").text
    assert "reason 34." in text
    assert "reason 4." not in text
    assert "and 5 older ones" in text
    assert "40 people asked" in visitor.main.text


@pytest.fixture
def loaded_votes() -> Iterator[list[object]]:
    """Every vote that is read as an object."""
    loaded: list[object] = []

    def on_load(vote: object, _context: object) -> None:
        loaded.append(vote)

    event.listen(ArticleReplyFeedback, "load", on_load)
    yield loaded
    event.remove(ArticleReplyFeedback, "load", on_load)


def test_comments_are_the_newest_and_the_rest_is_counted(
    volunteer: Browser, world: World, loaded_votes: list[object], clock: MovableClock
):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    quiet = world.reply(article_id, "another reply")
    world.bulk_votes(article_id, reply_id, 150, comment="comment {}.")
    world.bulk_votes(article_id, quiet, 200)
    world.vote(article_id, reply_id, -1, by="amy@example.org", comment="the viewer's own")
    clock.advance(days=1)
    world.vote(article_id, reply_id, -1, by="cat@example.org", comment="the newest of all")
    world.vote(article_id, quiet, 1, by="amy@example.org")
    loaded_votes.clear()
    volunteer.get(f"/article/{article_id}")
    card = volunteer.root.one(id=f"reply-{reply_id}")
    assert len(card.with_class("comments")[0].all("li")) == SHOWN_COMMENTS
    assert "152 comments from people who rated" in card.text
    assert "and 52 older comments" in card.text
    assert card.text.index("the newest of all") < card.text.index("comment 149.")
    assert "comment 0." not in card.text
    assert "You rated it as not helpful." in card.text
    assert "You rated it as helpful." in volunteer.root.one(id=f"reply-{quiet}").text
    assert "older comment" not in volunteer.root.one(id=f"reply-{quiet}").text
    assert len(loaded_votes) == SHOWN_COMMENTS
    loaded_votes.clear()
    volunteer.get(f"/reply/{reply_id}")
    assert not loaded_votes


def test_withdrawn_hidden_and_imported_comments(visitor: Browser, world: World, session_factory: SessionFactory):
    article_id = world.article("a message")
    reply_id = world.reply(article_id)
    for name in ("withdrawn", "hidden", "imported"):
        world.vote(article_id, reply_id, 1, by=f"{name}@example.org", comment=f"the {name} one")
    world.vote(article_id, reply_id, 1, by="mute@example.org")
    with transaction(session_factory) as session:
        votes = {vote.comment: vote for vote in session.scalars(select(ArticleReplyFeedback))}
        votes["the withdrawn one"].score = 0
        votes["the hidden one"].status = Status.BLOCKED
        votes["the imported one"].updated_at = None
    visitor.get(f"/article/{article_id}")
    comments = visitor.root.one(id=f"reply-{reply_id}").with_class("comments")[0]
    assert [item.text for item in comments.all("li")] == [comments.text]
    assert "the imported one" in comments.text
    assert "unknown date" not in comments.text


def test_similar_messages_offer_their_replies(volunteer: Browser, world: World):
    article_id = world.article("petrol gets five dollars dearer tomorrow")
    other = world.article("petrol gets five dollars dearer tonight")
    reply_id = world.reply(other, "It is ten cents.")
    volunteer.get(f"/article/{article_id}")
    assert "still being looked for" in volunteer.root.one(id="similar").text
    world.find_similar()
    volunteer.get(f"/article/{article_id}")
    similar = volunteer.root.one(id="similar")
    assert "It is ten cents." in similar.text
    assert not similar.all("a", href=f"/article/{article_id}")
    volunteer.submit(f"/article/{article_id}/reuse", reply_id=reply_id)


def test_the_page_works_without_the_index(visitor: Browser, world: World, search: FakeSearch):
    article_id = world.article("a message")
    search.available = False
    visitor.get(f"/article/{article_id}")
    visitor.get(f"/article/{article_id}/reuse?q=message")
    assert "does not answer" in visitor.main.text


def test_find_a_reply_to_use(volunteer: Browser, world: World):
    article_id = world.article("something entirely different")
    other = world.article("petrol gets dearer")
    world.article("petrol gets cheaper, without a reply")
    reply_id = world.reply(other, "It is ten cents.")
    volunteer.get(f"/article/{article_id}")
    forms = [f for f in volunteer.main.all("form") if f.get("method") == "get"]
    assert forms[0].get("action") == f"/article/{article_id}/reuse"
    volunteer.get(f"/article/{article_id}/reuse?q=petrol")
    assert "without a reply" not in volunteer.main.text
    volunteer.submit(f"/article/{article_id}/reuse", status=200, q="petrol")
    form = next(f for f in volunteer.main.all("form") if f.get("method") == "post")
    assert form.one("input", name="reply_id").get("value") == reply_id


@pytest.mark.parametrize(
    "address", ["/article/unknown", "/reply/unknown", "/article/a%00b", "/article/unknown/reuse?q=x"]
)
def test_what_does_not_exist(address: str, visitor: Browser):
    visitor.get(address, status=404)
    assert visitor.root.one("h1").text == "This page does not exist"


def test_reply_page_lists_its_messages(visitor: Browser, world: World):
    first, second = world.article("first message"), world.article("second message")
    reply_id = world.reply(first)
    world.attach(second, reply_id, "dan@example.org")
    visitor.get(f"/reply/{reply_id}")
    assert "first message" in visitor.main.text
    assert "second message" in visitor.main.text
    assert "This is not true." in visitor.main.text
    visitor.get(f"/article/{second}")
    assert "added here by" in visitor.root.one(id=f"reply-{reply_id}").text


def test_a_reply_that_is_shown_nowhere_is_for_its_author(
    volunteer: Browser, visitor: Browser, world: World, session_factory: SessionFactory
):
    article_id = world.article("a message")
    reply_id = world.reply(article_id, by="amy@example.org")
    volunteer.get(f"/article/{article_id}/replies/{reply_id}/take-back")
    volunteer.submit("/take-back")
    visitor.get(f"/reply/{reply_id}", status=404)
    volunteer.get(f"/reply/{reply_id}")
    assert "only you can see this page" in volunteer.main.text
    with transaction(session_factory) as session:
        session.get_one(Reply, reply_id).user_id = None  # as in imported data
    volunteer.get(f"/reply/{reply_id}", status=404)
