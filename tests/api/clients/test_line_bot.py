"""Cofacts' own chat bot for LINE: batches alone, each of which has its place."""

from typing import Any

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only
from factcheck.models import ArticleReply
from tests.api.clients.asking import LEMON, SPOON, data, sent
from tests.api.serving import Site
from tests.editor_ui.world import World


class LineBot:
    """Sends arrays alone, and takes nothing but an array of the same length."""

    def __init__(self, site: Site, secret: str) -> None:
        self._site = site
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "*/*",
            "Connection": "close",
            "User-Agent": "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
            "x-app-secret": secret,
        }

    def __call__(self, *operations: tuple[str, dict[str, Any]], user: str = "") -> list[Any]:
        body = [{"query": query, "variables": variables} for query, variables in operations]
        target = f"/graphql?userId={user}" if user else "/graphql"
        answers = sent(self._site, body, self._headers, target)
        assert isinstance(answers, list)
        assert len(answers) == len(operations), "Invalid batch response"
        return [data(one) for one in answers]


@pytest.fixture
def bot(site: Site, secret: str) -> LineBot:
    return LineBot(site, secret)


SEARCH = """query ListArticlesInInitState($text: String!) { ListArticles(filter: { moreLikeThis: { like: $text } }
  orderBy: [{ _score: DESC }] first: 4) { edges { node { id text articleType attachmentUrl(variant: THUMBNAIL)
  replyCount } highlight { text hyperlinks { title summary } } } } }"""


def test_the_line_bot_searches_and_shows(bot: LineBot, lemon: str) -> None:
    [told, again] = bot((SEARCH, {"text": LEMON}), (SEARCH, {"text": LEMON}))
    assert told == again
    edge = told["ListArticles"]["edges"][0]
    assert edge["node"]["replyCount"] == 2
    assert "<HIGHLIGHT>" in edge["highlight"]["text"]
    group = """query($text: String!) { ListArticles(filter: {moreLikeThis: {like: $text}} first: 4) {
      edges { node { text id
      articleCategories(status: NORMAL) { categoryId positiveFeedbackCount negativeFeedbackCount }
      articleReplies(status: NORMAL) { reply { id type text reference } positiveFeedbackCount
        negativeFeedbackCount } } } } }"""
    show = """query GetArticle($id: String!) { GetArticle(id: $id) { text replyCount articleType createdAt
      articleReplies(status: NORMAL) { reply { id type text } positiveFeedbackCount negativeFeedbackCount } } }"""
    [grouped, shown] = bot((group, {"text": LEMON}), (show, {"id": lemon}))
    topic = grouped["ListArticles"]["edges"][0]["node"]["articleCategories"][0]
    assert topic["positiveFeedbackCount"] >= topic["negativeFeedbackCount"]
    reply_id = shown["GetArticle"]["articleReplies"][0]["reply"]["id"]
    both = """query GetReplyRelatedData($id: String!, $articleId: String!) { GetReply(id: $id) { type text reference
      createdAt } GetArticle(id: $articleId) { text replyCount createdAt articleReplies { replyId createdAt } } }"""
    [told] = bot((both, {"id": reply_id, "articleId": lemon}))
    assert told["GetReply"]["createdAt"].endswith("Z")
    assert told["GetArticle"]["articleReplies"][0]["replyId"] == reply_id


def test_the_line_bot_searches_for_a_picture(bot: LineBot, lemon: str) -> None:
    media = """query($mediaUrl: String!) { ListArticles(filter: { mediaUrl: $mediaUrl
      articleTypes: [TEXT, IMAGE, AUDIO, VIDEO] transcript: { shouldCreate: true } } orderBy: [{ _score: DESC }]
      first: 9) { edges { score mediaSimilarity node { id articleType attachmentUrl(variant: THUMBNAIL) replyCount }
      highlight { text hyperlinks { title summary } } } } }"""
    [told] = bot((media, {"mediaUrl": "https://bot.example/content/1"}), user="U1")
    assert told == {"ListArticles": {"edges": []}}


def test_the_line_bot_submits_several_and_searches_again(bot: LineBot, world: World) -> None:
    """It reads the first hit of each text right after having created it, unguarded."""
    create = """mutation($text: String!) { CreateArticle(text: $text, reference: {type: LINE}) { id } }"""
    texts = [SPOON, LEMON]
    made = [one["CreateArticle"]["id"] for one in bot(*((create, {"text": text}) for text in texts), user="U1")]
    found = bot(*((SEARCH, {"text": text}) for text in texts), user="U1")
    assert [one["ListArticles"]["edges"][0]["node"]["id"] for one in found] == made
    together = "mutation($ids: [String!]!) { CreateOrUpdateCooccurrence(articleIds: $ids) { id } }"
    analyse = "mutation($id: String!) { CreateAIReply(articleId: $id) { id text createdAt } }"
    [one, other] = bot((together, {"ids": made}), (analyse, {"id": made[0]}), user="U1")
    assert one["CreateOrUpdateCooccurrence"]["id"]
    assert other["CreateAIReply"] is None


def test_the_line_bot_asks_votes_and_remembers(bot: LineBot, lemon: str, factory: SessionFactory) -> None:
    ask = """mutation($id: String!, $reason: String) { CreateOrUpdateReplyRequest(articleId: $id, reason: $reason) {
      replyRequestCount requestedForReply } }"""
    [told] = bot((ask, {"id": lemon, "reason": "why?"}), user="U1")
    assert told["CreateOrUpdateReplyRequest"] == {"replyRequestCount": 4, "requestedForReply": True}
    with read_only(factory) as session:
        reply_id = session.scalars(select(ArticleReply.reply_id).order_by(ArticleReply.created_at)).first()
    vote = """mutation($a: String!, $r: String!, $v: FeedbackVote!) { CreateOrUpdateArticleReplyFeedback(
      articleId: $a, replyId: $r, vote: $v) { feedbackCount } }"""
    [told] = bot((vote, {"a": lemon, "r": reply_id, "v": "UPVOTE"}), user="U1")
    assert told["CreateOrUpdateArticleReplyFeedback"]["feedbackCount"] == 2
    own = """query($a: String!, $r: String!) { ListArticleReplyFeedbacks(filter: {articleId: $a, replyId: $r,
      selfOnly: true}) { totalCount edges { node { vote comment } } }
      ListReplyRequests(filter: {articleId: $a, selfOnly: true}) { edges { node { reason } } } }"""
    [told] = bot((own, {"a": lemon, "r": reply_id}), user="U1")
    assert told["ListArticleReplyFeedbacks"]["edges"][0]["node"]["vote"] == "UPVOTE"
    assert told["ListReplyRequests"]["edges"][0]["node"]["reason"] == "why?"


def test_the_line_bots_job_that_tells_people(bot: LineBot, lemon: str) -> None:
    count = """query($f: ListArticleFilter!) { ListArticles(filter: $f, orderBy: {lastRepliedAt: DESC}) {
      totalCount pageInfo { lastCursor } } }"""
    pages = """query($f: ListArticleFilter!, $after: String) { ListArticles(filter: $f, orderBy: {lastRepliedAt: DESC},
      first: 25, after: $after) { edges { cursor node { id articleReplies(status: NORMAL) { createdAt } } } } }"""
    span = {"repliedAt": {"GT": "2026-03-01T00:00:00Z", "LT": "2026-03-02T00:00:00Z"}}
    [counted, page] = bot((count, {"f": span}), (pages, {"f": span, "after": None}))
    [edge] = page["ListArticles"]["edges"]
    assert edge["cursor"] == counted["ListArticles"]["pageInfo"]["lastCursor"]
    assert edge["node"]["articleReplies"][0]["createdAt"]


def test_a_batch_keeps_its_length_whatever_goes_wrong(site: Site, secret: str, lemon: str) -> None:
    good = {"query": "query($id: String) { GetArticle(id: $id) { id } }", "variables": {"id": lemon}}
    denied = {"query": 'mutation { CreateReplyRequest(articleId: "x") { id } }', "variables": {}}
    body = [good, denied, {"query": "{ GetArticle(title: 1) { id } }"}, good]
    answers = sent(site, body, {"Content-Type": "application/json", "x-app-secret": secret}, "/graphql?userId=U1")
    assert ["errors" in one for one in answers] == [False, True, True, False]
    assert answers[0]["data"]["GetArticle"]["id"] == answers[3]["data"]["GetArticle"]["id"] == lemon
