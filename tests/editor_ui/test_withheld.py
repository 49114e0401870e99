"""What is said about a hidden message, and replies that stand at hidden messages alone, are nowhere to be read; and are
back when the message is."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from editor_ui.app import create_app
from editor_ui.feed_formats import FORMATS
from editor_ui.rate_limits import SWITCH, limiter
from editor_ui.routes import EXTENSION, Caller, RouteGroup
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.api.quotas import Quotas
from factcheck.api.rest.routes import Api
from factcheck.api.rest.transport import rest_blueprint
from factcheck.dataset.publish import publish_dataset
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import ModerationKind, Reason, TargetKind
from factcheck.moderation.actions import Decision, decide, undo
from factcheck.moderation.targets import Target
from tests.conftest import MovableClock
from tests.editor_ui.conftest import SETTINGS
from tests.editor_ui.world import SECRET, World
from tests.fakes.mailer import FakeMailer
from tests.rules.routes import SAMPLES, address_of, routes_of

MESSAGE = "zqmessage: whoever drinks this tea for a week never has high blood pressure again"
PLANTED = {
    "message": "zqmessage",
    "reply": "zqreply",
    "its reference": "zqreference",
    "reason": "zqreason",
    "comment": "zqcomment",
}

ALL = "statuses: [NORMAL, BLOCKED]"
EVERY = "statuses: [NORMAL, BLOCKED, DELETED]"
PERSON = "user { id name }"
REPLY = f"reply {{ id text reference status type {PERSON} hyperlinks {{ url }} }}"
VOTES = f"feedbacks({ALL}) {{ id comment vote status {PERSON} }}"
LINKS = f"articleReplies({EVERY}) {{ replyId status {REPLY} {VOTES} }}"
ASKED = f"replyRequests({ALL}) {{ id reason status {PERSON} }}"
ARTICLE = f"id text status {LINKS} {ASKED} hyperlinks {{ url }}"
QUERIES = (
    f'{{ GetArticle(id: "$article") {{ {ARTICLE} relatedArticles {{ edges {{ node {{ {ARTICLE} }} }} }} }} }}',
    f"{{ ListArticles(filter: {{{ALL}}}) {{ edges {{ node {{ {ARTICLE} }} }} }} }}",
    f'{{ ListArticles(filter: {{moreLikeThis: {{like: "{MESSAGE}"}}, {ALL}}}) {{ edges {{ node {{ {ARTICLE} }} '
    "highlight { text reference } } } }",
    f'{{ GetReply(id: "$reply") {{ id text reference status articleReplies({EVERY}) {{ articleId {VOTES} }} '
    "similarReplies { edges { node { text } } } } }",
    "{ ListReplies { edges { node { id text reference status hyperlinks { url } } } } }",
    '{ ListReplies(filter: {moreLikeThis: {like: "zqreply: it does no such thing"}}) { edges { node { id text } '
    "highlight { text reference } } } }",
    f"{{ ListReplyRequests(filter: {{{ALL}}}) {{ edges {{ node {{ id articleId reason status {PERSON} }} }} }} }}",
    f"{{ ListArticleReplyFeedbacks(filter: {{{ALL}}}) {{ edges {{ node {{ id comment status article {{ id text }} "
    f"{REPLY} articleReply {{ {REPLY} {VOTES} }} }} }} }} }}",
    '{ ListArticleReplyFeedbacks(filter: {moreLikeThis: {like: "zqcomment"}}) { edges { node { id comment } } } }',
)

SEARCHES = {"/search": ("?q=no+such+thing&in=replies",), "/api/v1/search": ("?q=no+such+thing&within=replies",)}
"""For words of the reply beside the one that is looked for, which a page would repeat."""


@pytest.fixture
def app(world: World, mailer: FakeMailer, clock: MovableClock) -> Flask:
    """The pages with both interfaces beside them, as one process serves them."""
    parts = (world.search, world.embedder)
    quotas = Quotas(lambda: "", enabled=lambda: False)
    context = Context(world.factory, *parts, clock, quotas, SECRET, timedelta(0))
    api = Api(world.factory, *parts, clock, quotas, SETTINGS.base_url)
    others = [RouteGroup(graphql_blueprint(context), Caller.READER), RouteGroup(rest_blueprint(api), Caller.READER)]
    app = create_app(
        SETTINGS, world.factory, search=parts[0], embedder=parts[1], mailer=mailer, clock=clock, others=others
    )
    app.config[SWITCH] = False
    limiter.reset()
    return app


@pytest.fixture
def names(world: World) -> dict[str, str]:
    """A message with all that can be said about it, and a second one that is shown all the time."""
    article = world.article(MESSAGE, asked_by=2, reasons=("zqreason: my aunt believes it",))
    reply = world.reply(
        article,
        "zqreply: it does no such thing",
        reference="zqreference https://zqreference.example/a",
        by="b@example.org",
    )
    world.vote(article, reply, 1, by="c@example.org", comment="zqcomment: well said")
    world.index_with_replies(article)
    other = world.article("a silver spoon in the fridge keeps vegetables fresh for three months, they say")
    world.reply(other, "A spoon does nothing.", by="b@example.org")
    return {"article": article, "reply": reply, "other": other}


def ask(client: FlaskClient, query: str, names: dict[str, str]) -> str:
    asked = query.replace("$article", names["article"]).replace("$reply", names["reply"])
    answer = client.post("/graphql", json={"query": asked})
    assert answer.status_code == 200, answer.text
    assert '"errors"' not in answer.text
    return answer.text


class Outputs:
    """All that a stranger can get: pages, feeds, both interfaces, files of the dataset."""

    def __init__(self, app: Flask, names: dict[str, str], folder: Path, world: World, clock: MovableClock) -> None:
        self.app, self.names, self.folder, self.world, self.clock = app, names, folder, world, clock

    def seen(self) -> dict[str, set[str]]:
        """What was planted -> kinds of places where it stands."""
        places: dict[str, set[str]] = {name: set() for name in PLANTED}
        for where, content in self._all():
            for name, word in PLANTED.items():
                if word in content:
                    places[name].add(where)
        return places

    def _all(self) -> Iterator[tuple[str, str]]:
        self.clock.advance(days=1)  # nothing is remembered of before
        client = self.app.test_client()
        for address, content in _addresses(self.app, client, self.names):
            yield "feed" if "feed." in address else "rest" if address.startswith("/api/") else "page", content
        yield "rest", client.post("/api/v1/match", json={"text": MESSAGE}).text
        for query in QUERIES:
            yield "graphql", ask(client, query, self.names)
        release = publish_dataset(self.world.factory, self.folder, clock=self.clock, licence="L")
        for path in release.glob("*.csv.zip"):
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                yield "dataset", "".join(archive.read(one).decode() for one in archive.namelist())


def _addresses(app: Flask, client: FlaskClient, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    samples = {**SAMPLES, "article_id": names["article"], "reply_id": names["reply"], "target_id": names["article"]}
    groups: dict[str, RouteGroup] = app.extensions[EXTENSION]
    for rule, method in routes_of(app):
        if method != "GET" or rule.endpoint.partition(".")[0] not in groups or rule.endpoint == "ops.metrics":
            continue
        found = [address_of(app, rule, samples)]
        if rule.endpoint == "feeds.show":
            found = [f"/feed.{ending}{more}" for ending in FORMATS for more in ("", "?show=all", "?show=checked")]
        for address in (*found, *(one + more for one in found for more in SEARCHES.get(one, ()))):
            answer = client.get(address, buffered=True)
            if answer.status_code == 200:
                yield address, answer.get_data().decode(errors="replace")


@pytest.fixture
def outputs(app: Flask, names: dict[str, str], tmp_path: Path, world: World, clock: MovableClock) -> Outputs:
    return Outputs(app, names, tmp_path / "dataset", world, clock)


def hide(factory: SessionFactory, article_id: str, clock: MovableClock) -> int:
    with transaction(factory) as session:
        decision = Decision(ModerationKind.HIDE, Reason.PERSONAL_DATA)
        return decide(session, Target(TargetKind.ARTICLE, article_id), decision, None, now=clock()).id


def test_words_at_a_hidden_message_are_in_no_output_and_come_back(
    outputs: Outputs, names: dict[str, str], session_factory: SessionFactory, clock: MovableClock
) -> None:
    before = outputs.seen()
    for name in ("message", "reply"):
        assert before[name] == {"page", "feed", "rest", "graphql", "dataset"}, name
    assert before["its reference"] >= {"page", "rest", "graphql", "dataset"}
    for name in ("reason", "comment"):
        assert before[name] == {"page", "graphql", "dataset"}, name
    action_id = hide(session_factory, names["article"], clock)
    assert outputs.seen() == {name: set() for name in PLANTED}
    with transaction(session_factory) as session:
        undo(session, action_id, None, now=clock())
    assert outputs.seen() == before


def test_the_rows_stay_and_say_that_they_are_hidden(
    app: Flask, names: dict[str, str], session_factory: SessionFactory, clock: MovableClock
) -> None:
    """What Cofacts' clients read without asking is never null: the texts of messages and replies, and whole objects."""
    hide(session_factory, names["article"], clock)
    query = f'{{ GetArticle(id: "$article") {{ {ARTICLE} }} }}'
    article = json.loads(ask(app.test_client(), query, names))["data"]["GetArticle"]
    assert (article["text"], article["status"], article["hyperlinks"]) == ("", "BLOCKED", [])
    [link] = article["articleReplies"]
    assert link["reply"]["id"] == names["reply"]
    assert (link["reply"]["text"], link["reply"]["reference"], link["reply"]["hyperlinks"]) == ("", "", [])
    assert (link["status"], link["reply"]["status"]) == ("NORMAL", "BLOCKED")
    [vote] = link["feedbacks"]
    assert (vote["vote"], vote["comment"]) == ("UPVOTE", None)
    assert [one["reason"] for one in article["replyRequests"]] == [None, None]
    assert all(one["user"]["id"] for one in (*article["replyRequests"], vote))


def test_a_reply_that_is_shown_elsewhere_keeps_its_words(
    app: Flask, names: dict[str, str], world: World, session_factory: SessionFactory, clock: MovableClock
) -> None:
    world.attach(names["other"], names["reply"], "d@example.org")
    hide(session_factory, names["article"], clock)
    query = '{ GetReply(id: "$reply") { text status articleReplies { articleId feedbacks { comment } } } }'
    reply = json.loads(ask(app.test_client(), query, names))["data"]["GetReply"]
    assert (reply["text"], reply["status"]) == ("zqreply: it does no such thing", "NORMAL")
    comments = {one["articleId"]: [vote["comment"] for vote in one["feedbacks"]] for one in reply["articleReplies"]}
    assert comments == {names["article"]: [None], names["other"]: []}
    answer = app.test_client().get(f"/api/v1/replies/{names['reply']}")
    assert answer.json is not None
    assert answer.json["text"] == "zqreply: it does no such thing"
