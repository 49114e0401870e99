"""Apps that prove themselves, and what they may change for people of theirs."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from factcheck import app_commands, cli, ids
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import OperatorError
from factcheck.models import (
    App,
    Article,
    Reply,
    ReplyRequest,
    User,
)
from factcheck.services import apps
from factcheck.services.apps import register_app
from factcheck.settings import Settings
from tests.api.serving import Site
from tests.conftest import MovableClock

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor from far away"

Act = Callable[..., Any]


@pytest.fixture
def act(site: Site, secret: str) -> Act:
    def act(query: str, *, by: str = "U1", secret: str = secret, fails: bool = False, **variables: Any) -> Any:
        answer = site.send(
            "POST",
            f"/graphql?userId={by}",
            {"query": query, "variables": variables},
            {"Content-Type": "application/json", "x-app-secret": secret},
        ).json()
        if fails:
            return answer["errors"][0]
        assert "errors" not in answer, answer
        return answer["data"]

    return act


CREATE = 'mutation($text: String!) { CreateArticle(text: $text, reference: {type: LINE}, reason: "odd") { id } }'
REPLY = """mutation($id: String!, $text: String!) { CreateReply(articleId: $id, text: $text, type: RUMOR,
  reference: "https://example.org/facts", waitForHyperlinks: true) { id } }"""


@pytest.fixture
def lemon(act: Act) -> str:
    return str(act(CREATE, text=LEMON)["CreateArticle"]["id"])


@pytest.fixture
def reply_id(act: Act, lemon: str) -> str:
    return str(act(REPLY, by="writer", id=lemon, text="It does not.")["CreateReply"]["id"])


@pytest.mark.parametrize(
    ("app_id", "prefix"),
    [
        ("RUMORS_LINE_BOT", "j4S8C"),
        ("DEVELOPMENT_BACKEND", "qO1C3"),
        ("BOT_LEGACY", "Z0k1e"),
        ("RUMORS_AI", "itezv"),
    ],
)
def test_a_person_of_an_app_has_an_id_of_49_characters(app_id: str, prefix: str) -> None:
    made = ids.app_user_id(app_id, "U1")
    assert (made[:6], len(made)) == (f"{prefix}_", 49)
    assert ids.app_user_id(app_id, made) == made
    assert ids.app_user_id("OTHER", made) != made


def test_a_message_is_published_once_with_its_reason_and_found_at_once(
    act: Act, factory: SessionFactory, lemon: str
) -> None:
    assert act(CREATE, by="U2", text=LEMON)["CreateArticle"]["id"] == lemon
    found = act(
        "query($t: String) { ListArticles(filter: {moreLikeThis: {like: $t}}) { edges { node { id } } } }", t=LEMON
    )
    assert found["ListArticles"]["edges"][0]["node"]["id"] == lemon
    with read_only(factory) as session:
        article = session.get_one(Article, lemon)
        assert (article.app_id, article.references, article.reply_request_count) == ("LINE_CLIENT", ["LINE", "LINE"], 2)
        people = session.scalars(select(User.app_user_id).where(User.app_id == "LINE_CLIENT")).all()
    assert set(people) == {ids.app_user_id("LINE_CLIENT", one) for one in ("U1", "U2")}, "no name of the app's is kept"


def test_what_a_person_sends_twice_is_one_reply(act: Act, factory: SessionFactory, lemon: str, reply_id: str) -> None:
    assert act(REPLY, by="writer", id=lemon, text="It does not.")["CreateReply"]["id"] == reply_id
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 1


def test_a_reply_is_rated_by_others_alone_and_told_to_its_rater(act: Act, lemon: str, reply_id: str) -> None:
    rate = """mutation($a: String!, $r: String!, $v: FeedbackVote!) {
      CreateOrUpdateArticleReplyFeedback(articleId: $a, replyId: $r, vote: $v, comment: "clear") {
        feedbackCount ownVote positiveFeedbackCount canUpdateStatus } }"""
    rated = act(rate, a=lemon, r=reply_id, v="UPVOTE")["CreateOrUpdateArticleReplyFeedback"]
    assert rated == {"feedbackCount": 1, "ownVote": "UPVOTE", "positiveFeedbackCount": 1, "canUpdateStatus": False}
    assert "own reply" in act(rate, by="writer", fails=True, a=lemon, r=reply_id, v="UPVOTE")["message"]
    assert "no reply" in act(rate, fails=True, a=lemon, r="nothing", v="UPVOTE")["message"]
    mine = """{ ListArticleReplyFeedbacks(filter: {selfOnly: true}) { totalCount edges { node { vote comment } } }
      ListReplyRequests(filter: {selfOnly: true}) { totalCount } }"""
    [edge] = act(mine)["ListArticleReplyFeedbacks"]["edges"]
    assert edge["node"] == {"vote": "UPVOTE", "comment": "clear"}
    assert act(mine, by="writer")["ListArticleReplyFeedbacks"]["totalCount"] == 0


def test_only_who_linked_a_reply_takes_it_back_and_nobody_blocks(act: Act, lemon: str, reply_id: str) -> None:
    change = """mutation($a: String!, $r: String!, $s: ArticleReplyStatusEnum!) {
      UpdateArticleReplyStatus(articleId: $a, replyId: $r, status: $s) { status canUpdateStatus } }"""
    wrong = "Cannot change status for articleReply("
    assert act(change, fails=True, a=lemon, r=reply_id, s="DELETED")["message"].startswith(wrong)
    assert act(change, by="writer", fails=True, a=lemon, r=reply_id, s="BLOCKED")["message"].startswith(wrong)
    for status in ("DELETED", "DELETED", "NORMAL"):
        [link] = act(change, by="writer", a=lemon, r=reply_id, s=status)["UpdateArticleReplyStatus"]
        assert link == {"status": status, "canUpdateStatus": True}


def test_a_reply_is_used_again(act: Act, lemon: str, reply_id: str) -> None:
    other = act(CREATE, text="A silver spoon in the fridge keeps all vegetables fresh for months")["CreateArticle"][
        "id"
    ]
    attach = """mutation($a: String!, $r: String!) {
      CreateArticleReply(articleId: $a, replyId: $r) { articleId replyId reply { text } } }"""
    [link] = act(attach, a=other, r=reply_id)["CreateArticleReply"]
    assert link == {"articleId": other, "replyId": reply_id, "reply": {"text": "It does not."}}
    for reply in (reply_id, "nothing"):
        assert act(attach, fails=True, a=other, r=reply)["message"].startswith("Cannot add articleReply")


@pytest.mark.parametrize("name", ["CreateOrUpdateReplyRequest", "CreateReplyRequest"])
def test_who_asks_is_counted_once_and_reasons_are_rated(
    act: Act, factory: SessionFactory, lemon: str, name: str
) -> None:
    ask = f"mutation($a: String!, $why: String) {{ {name}(articleId: $a, reason: $why) "
    ask += "{ replyRequestCount requestedForReply } }"
    for why in ("my aunt sent it", "and my uncle"):
        asked = act(ask, by="U2", a=lemon, why=why)[name]
        assert asked == {"replyRequestCount": 2, "requestedForReply": True}
    [_, request] = act(
        "query($a: String) { GetArticle(id: $a) { requestedForReply replyRequests { id reason } } }", a=lemon
    )["GetArticle"]["replyRequests"]
    assert request["reason"] == "and my uncle"
    rate = """mutation($r: String!, $v: FeedbackVote!) {
      CreateOrUpdateReplyRequestFeedback(
      replyRequestId: $r, vote: $v) { id ownVote positiveFeedbackCount feedbackCount } }"""
    for vote, ups, count in (("UPVOTE", 1, 1), ("DOWNVOTE", 0, 1), ("NEUTRAL", 0, 0), ("UPVOTE", 1, 1)):
        rated = act(rate, r=request["id"], v=vote)["CreateOrUpdateReplyRequestFeedback"]
        assert rated == {"id": request["id"], "ownVote": vote, "positiveFeedbackCount": ups, "feedbackCount": count}
    assert "own request" in act(rate, by="U2", fails=True, r=request["id"], v="UPVOTE")["message"]
    assert "no request" in act(rate, fails=True, r="9" * 30, v="UPVOTE")["message"]


def test_topics_are_made_set_rated_and_taken_off(act: Act, lemon: str) -> None:
    make = 'mutation { CreateCategory(title: "Health", description: "What is said to cure") { id } }'
    topic = act(make)["CreateCategory"]["id"]
    assert act(make)["CreateCategory"]["id"] == topic
    keys = {"a": lemon, "c": topic}
    linked = """mutation($a: String!, $c: String!) {
      CreateArticleCategory(articleId: $a, categoryId: $c, aiModel: "bert", aiConfidence: 0.9) {
      id aiModel aiConfidence canUpdateStatus category { title } } }"""
    [link] = act(linked, by="bert", **keys)["CreateArticleCategory"]
    assert link["id"] == f"{lemon}__{topic}"
    assert (link["aiModel"], link["aiConfidence"], link["category"]["title"]) == ("bert", 0.9, "Health")
    rate = """mutation($a: String!, $c: String!) { CreateOrUpdateArticleCategoryFeedback(articleId: $a, categoryId: $c,
      vote: DOWNVOTE) { negativeFeedbackCount ownVote feedbacks { vote user { id } } } }"""
    rated = act(rate, **keys)["CreateOrUpdateArticleCategoryFeedback"]
    assert (rated["negativeFeedbackCount"], rated["ownVote"]) == (1, "DOWNVOTE")
    assert [one["vote"] for one in rated["feedbacks"]] == ["DOWNVOTE"]
    change = """mutation($a: String!, $c: String!, $s: ArticleCategoryStatusEnum!) {
      UpdateArticleCategoryStatus(articleId: $a, categoryId: $c, status: $s) { status } }"""
    assert "Cannot change status" in act(change, fails=True, s="DELETED", **keys)["message"]
    for status in ("DELETED", "NORMAL"):
        assert act(change, by="bert", s=status, **keys)["UpdateArticleCategoryStatus"] == [{"status": status}]


def test_what_was_forwarded_together_is_one_record(act: Act, lemon: str) -> None:
    other = act(CREATE, text="A silver spoon in the fridge keeps all vegetables fresh for months")["CreateArticle"][
        "id"
    ]
    together = """mutation($ids: [String!]) { CreateOrUpdateCooccurrence(articleIds: $ids)
      { id articleIds articles { text } } }"""
    one = act(together, ids=[lemon, other])["CreateOrUpdateCooccurrence"]
    assert act(together, ids=[other, lemon])["CreateOrUpdateCooccurrence"] == one
    assert one["articleIds"] == sorted([lemon, other])
    assert "no article" in act(together, fails=True, ids=[lemon, "nothing"])["message"]
    assert "must name" in act(together, fails=True, ids=[lemon])["message"]
    found = act(
        """query($a: String) { GetArticle(id: $a) { cooccurrences { id articles { id } } }
        ListCooccurrences(filter: {updatedAt: {GT: "now-1d"}}, orderBy: {updatedAt: DESC}) {
          edges { node { id } } } }""",
        a=lemon,
    )
    assert [each["id"] for each in found["GetArticle"]["cooccurrences"]] == [one["id"]]
    assert [edge["node"]["id"] for edge in found["ListCooccurrences"]["edges"]] == [one["id"]]


def test_the_one_who_asks_is_known_by_what_the_app_calls_them(act: Act, lemon: str) -> None:
    me = "{ GetUser { id name appId appUserId } }"
    assert act(me, by="nobody-yet")["GetUser"] is None, "reading makes nobody"
    mine = act(me)["GetUser"]
    assert (mine["appId"], mine["appUserId"]) == ("LINE_CLIENT", "U1")
    named = act('mutation { UpdateUser(name: "Amy Chen", slug: "") { name } }')["UpdateUser"]
    assert named == {"name": "Amy Chen"}
    assert "nothing to update" in act('mutation { UpdateUser(slug: "") { id } }', fails=True)["message"]
    assert "Only a name" in act('mutation { UpdateUser(slug: "amy") { id } }', fails=True)["message"]


def test_pictures_and_analyses_are_answered_honestly(act: Act, lemon: str) -> None:
    analyse = "mutation($a: String!) { CreateAIReply(articleId: $a) { id } }"
    assert act(analyse, a=lemon)["CreateAIReply"] is None
    assert act(analyse, fails=True, a="x")["message"] == "Article x does not exist."
    picture = """mutation { CreateMediaArticle(mediaUrl: "https://example.org/a.jpg", articleType: IMAGE,
      reference: {type: LINE}) { id } }"""
    assert "Only texts" in act(picture, fails=True)["message"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('{ CreateReply(articleId: "x", text: "t", type: RUMOR) { id } }', "reference is required for type !=="),
        ('{ CreateReply(articleId: "x", text: "t", type: NOT_ARTICLE) { id } }', "no article 'x'"),
        ('{ CreateArticle(text: "  ", reference: {type: LINE}) { id } }', "The message is empty."),
        ('{ CreateOrUpdateReplyRequest(articleId: "x") { id } }', "no article 'x'"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_kept(
    act: Act, factory: SessionFactory, query: str, words: str
) -> None:
    assert words in act(f"mutation {query}", fails=True)["message"]
    with read_only(factory) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_who_is_no_app_acts_for_nobody(site: Site, factory: SessionFactory, secret: str, lemon: str) -> None:
    query = {"query": 'mutation { CreateArticle(text: "x", reference: {type: LINE}) { id } }'}
    no_app = "userId is set, but x-app-id or x-app-secret is not set accordingly."
    for target, headers, words in (
        ("/graphql", {}, "userId is not set via query string."),
        ("/graphql", {"x-app-secret": secret}, "userId is not set via query string."),
        ("/graphql?userId=U1", {}, no_app),
        ("/graphql?userId=U1", {"x-app-id": "LINE_CLIENT"}, no_app),
        ("/graphql?userId=U1", {"x-app-id": "LINE_CLIENT", "x-app-secret": "guessed"}, no_app),
    ):
        [error] = site.send("POST", target, query, headers).json()["errors"]
        assert (error["message"], error["authError"]) == (words, words != no_app)
    who = {"query": "{ GetUser { id } ListArticles(filter: {selfOnly: true}) { totalCount } }"}
    answer = site.send("POST", "/graphql?userId=U1", who, {"x-app-id": "LINE_CLIENT"}).json()
    assert answer["data"]["GetUser"] is None
    assert answer["errors"][0]["message"] == "selfOnly can be set only after log in"


def test_an_app_never_acts_for_another_apps_person(
    act: Act, factory: SessionFactory, clock: MovableClock, lemon: str
) -> None:
    with transaction(factory) as session:
        other = register_app(session, "OTHER", name="", scopes=["write"], now=clock())
    stored = ids.app_user_id("LINE_CLIENT", "U1")
    me = "{ GetUser { id } }"
    mine = act(me)["GetUser"]["id"]
    assert act(me, by=stored)["GetUser"]["id"] == mine
    for name in (stored, "U1", mine):
        assert act(me, by=name, secret=other)["GetUser"] is None
    act(CREATE, by=stored, secret=other, text=LEMON)
    assert act(me, by=stored, secret=other)["GetUser"]["id"] != mine


def test_scopes_secrets_and_switches_count(
    act: Act, factory: SessionFactory, clock: MovableClock, secret: str, lemon: str
) -> None:
    with transaction(factory) as session:
        reader = register_app(session, "READER", name="", scopes=[], now=clock())
    assert "lacks the scope 'write'" in act(CREATE, secret=reader, fails=True, text=LEMON)["message"]
    with transaction(factory) as session:
        renewed = apps.new_secret(session, "LINE_CLIENT")
        assert session.get_one(App, "LINE_CLIENT").secret_hash != renewed, "only a digest is kept"
    assert "accordingly" in act(CREATE, fails=True, text=LEMON)["message"]
    act(CREATE, secret=renewed, text=LEMON)
    with transaction(factory) as session:
        apps.set_enabled(session, "LINE_CLIENT", enabled=False, now=clock())
    assert "accordingly" in act(CREATE, secret=renewed, fails=True, text=LEMON)["message"]


@pytest.mark.parametrize(
    ("app_id", "values", "field"),
    [
        ("WEBSITE", {}, "app_id"),
        ("RUMORS_LINE_BOT", {}, "app_id"),
        ("a b", {}, "app_id"),
        ("GOOD", {"scopes": ["all"]}, "scopes"),
        ("GOOD", {"origins": ["https://site.example/path"]}, "origins"),
        ("GOOD", {"requests_a_minute": 0}, "quota"),
    ],
)
def test_what_no_app_may_be_is_refused(
    factory: SessionFactory, clock: MovableClock, app_id: str, values: dict[str, Any], field: str
) -> None:
    with transaction(factory) as session, pytest.raises(OperatorError) as refused:
        register_app(session, app_id, **{"name": "", "scopes": [], "now": clock(), **values})
    assert refused.value.field == field


def test_a_quota_is_told_and_refuses_a_batch_in_its_places(
    site: Site, factory: SessionFactory, clock: MovableClock
) -> None:
    with transaction(factory) as session:
        secret = register_app(session, "SMALL", name="", scopes=[], requests_a_minute=5, now=clock())
    query = {"query": "{ __typename }"}
    first = site.send("POST", "/graphql", [query] * 3, {"x-app-secret": secret})
    assert first.headers["ratelimit-policy"] == '"default";q=5;w=60'
    assert first.headers["ratelimit"].startswith('"default";r=2;t=')
    over = site.send("POST", "/graphql", [query] * 3, {"x-app-secret": secret})
    assert over.status == 429
    assert int(over.headers["retry-after"]) <= 60
    assert ["errors" in one for one in over.json()] == [True] * 3
    assert site.send("POST", "/graphql", query).status == 200, "others have their own"


def test_a_person_cannot_flood(act: Act, lemon: str) -> None:
    ask = "mutation($a: String!) { CreateOrUpdateReplyRequest(articleId: $a) { id } }"
    for _ in range(60):
        act(ask, by="flood", a=lemon)
    assert "very much" in act(ask, by="flood", fails=True, a=lemon)["message"]
    act(ask, by="another", a=lemon)


def test_only_the_sites_of_an_app_read_answers_in_its_name(
    site: Site, factory: SessionFactory, clock: MovableClock
) -> None:
    origins = ["https://site.example", "https://www.site.example"]
    with transaction(factory) as session:
        register_app(session, "RUMORS_SITE", name="", scopes=[], origins=origins, now=clock())
    query, named = {"query": "{ __typename }"}, {"x-app-id": "RUMORS_SITE"}
    for origin, headers, allowed in (
        ("https://www.site.example", named, "https://www.site.example"),
        ("https://evil.example", named, "https://site.example"),
        ("https://any.example", {}, "https://any.example"),
        ("https://any.example", {"x-app-id": "DEV"}, "https://any.example"),
    ):
        answer = site.send("POST", "/graphql", query, {"Origin": origin, **headers})
        assert answer.headers["access-control-allow-origin"] == allowed


def test_what_an_apps_person_sent_is_erased_by_a_command(
    act: Act, factory: SessionFactory, lemon: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app_commands, "open_database", lambda _settings: factory)
    options = cli.parser().parse_args(["app", "forget", "LINE_CLIENT", "--person", "U1"])
    assert app_commands.manage_apps(Settings(), options) == 0
    assert "1 messages erased" in capsys.readouterr().out
    with read_only(factory) as session:
        assert session.get_one(Article, lemon).text == ""
        assert session.scalar(select(func.count()).select_from(ReplyRequest)) == 0
    with pytest.raises(OperatorError, match="no such person"):
        app_commands.manage_apps(Settings(), cli.parser().parse_args(["app", "forget", "LINE_CLIENT", "--person", "x"]))
