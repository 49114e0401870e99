"""What programs written for Cofacts' API send, byte for byte over HTTP, and what they read of the answers.

Each test plays one client: its headers, its body, its query, and then its own way through the answer.
"""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import LINE_BOT, Article, ArticleCategory, ArticleReply, Category, Status
from tests.api.serving import Answer, Site
from tests.conftest import MovableClock
from tests.editor_ui.world import World

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor https://lemon.example/a?b=1"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"
REPLY = "It does not. Blood pressure needs medicine."

GEM = {
    "Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
    "Accept": "*/*",
    "User-Agent": "Ruby",
    "Connection": "close",
    "Content-Type": "application/json",
}
PYTHON = {"User-Agent": "python-httpx/0.28.1", "Accept": "*/*", "Content-Type": "application/json"}
NODE = {"User-Agent": "node", "accept-language": "*", "Accept": "*/*", "Content-Type": "application/json"}
SITE = {
    "User-Agent": "node",
    "Accept": "*/*",
    "Content-Type": "application/json",
    "x-app-id": "RUMORS_SITE",
    "x-accept-license": "CC BY-SA 4.0",
}
BUILDER = {"content-type": "application/json", "x-app-id": "RUMORS_SITE", "Origin": "https://builder.example"}


@pytest.fixture
def lemon(world: World, factory: SessionFactory, clock: MovableClock) -> str:
    """A message with all that clients ask for: replies, votes, reasons, a topic."""
    article_id = world.article(LEMON, asked_by=3, reasons=("my mother sent it",))
    first = world.reply(article_id, REPLY, by="ann@example.org")
    clock.advance(minutes=5)
    world.reply(article_id, "A second view: it does no harm either.", kind="OPINIONATED", by="ben@example.org")
    world.vote(article_id, first, 1, by="cat@example.org", comment="clear")
    with transaction(factory) as session:
        session.add(Category(id="mz2n7nEBrIRcahlYnQpz", title="Health", description="Cures", created_at=clock()))
        session.flush()
        topic = ArticleCategory(article_id=article_id, category_id="mz2n7nEBrIRcahlYnQpz", app_id=LINE_BOT)
        topic.positive_feedback_count, topic.created_at = 1, clock()
        session.add(topic)
    world.index_with_replies(article_id)
    return article_id


def sent(site: Site, body: Any, headers: dict[str, str], target: str = "/graphql") -> Any:
    answer = site.send("POST", target, body, headers)
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


def data(told: Any) -> Any:
    """Clients fail on any `errors`."""
    assert "errors" not in told, told
    return told["data"]


def test_the_ruby_gem(site: Site, lemon: str) -> None:
    query = """query($text: String) { ListArticles(filter: { moreLikeThis: { like: $text } },
      orderBy: [{ _score: DESC }], first: 4) { edges { node { id text hyperlinks { url }
      articleReplies { reply { id text type reference } } } } } }"""
    told = data(sent(site, {"query": query, "variables": {"text": "請轉發 " + LEMON}}, GEM, "/graphql?"))
    kinds: dict[str, int] = {}
    for edge in told["ListArticles"]["edges"]:
        edge["node"]["text"].split(), [link["url"].split("/") for link in edge["node"]["hyperlinks"]]
        for link in edge["node"]["articleReplies"]:
            kinds[link["reply"]["type"]] = kinds.get(link["reply"]["type"], 0) + len(link["reply"]["text"]) * 0 + 1
    assert kinds == {"RUMOR": 1, "OPINIONATED": 1}


def test_the_older_gem(site: Site, lemon: str) -> None:
    query = """query($text: String) { ListArticles(filter: {moreLikeThis: {like: $text}}, orderBy: [{_score: DESC}],
      first: 4) { edges { node { id text } } } }"""
    [edge] = data(sent(site, {"query": query, "variables": {"text": LEMON}}, GEM))["ListArticles"]["edges"]
    query = "query($id: String){ GetArticle(id:$id) { id text articleReplies{ reply{ id text type reference } } } }"
    told = data(sent(site, {"query": query, "variables": {"id": edge["node"]["id"]}}, GEM))
    assert len(told["GetArticle"]["articleReplies"]) == 2


def test_a_chat_bot_that_writes_the_text_into_the_query(site: Site, world: World, lemon: str) -> None:
    """It takes the first, without a look at how near it is and without an order."""
    world.article(SPOON)
    query = (
        f'{{ ListArticles(filter:{{moreLikeThis:{{like:"{LEMON}"}}}}) {{ edges{{ node{{ id text articleType createdAt'
    )
    query += " articleReplies{ reply{ type text } } } } totalCount } }"
    told = data(sent(site, {"query": query}, {"Content-Type": "application/json", "User-Agent": "python-requests"}))
    first = told["ListArticles"]["edges"][0]["node"]
    assert (first["id"], first["articleReplies"][0]["reply"]["type"]) == (lemon, "OPINIONATED")


def test_the_browser_extension(site: Site, lemon: str) -> None:
    preflight = site.send(
        "OPTIONS",
        "/graphql",
        None,
        {
            "Origin": "https://page.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-app-id",
        },
    )
    assert preflight.headers["access-control-allow-origin"] == "https://page.example"
    query = """query ListReplies($filter: ListReplyFilter, $orderBy: [ListReplyOrderBy], $before: String,
      $after: String) { ListReplies(filter: $filter, orderBy: $orderBy, before: $before, after: $after, first: 10) {
      edges { node { ...ReplyItem __typename } cursor __typename } __typename } }
      fragment ReplyItem on Reply { id text type createdAt user { id name __typename }
      articleReplies(status: NORMAL) { articleId replyId __typename } __typename }"""
    variables = {
        "filter": {"moreLikeThis": {"like": "needs medicine", "minimumShouldMatch": "0"}},
        "orderBy": [{"_score": "DESC"}, {"createdAt": "DESC"}],
    }
    headers = {"content-type": "application/json", "x-app-id": "RUMORS_SITE", "Origin": "https://page.example"}
    body = {"operationName": "ListReplies", "variables": variables, "query": query}
    [edge, *_] = data(sent(site, body, headers))["ListReplies"]["edges"]
    node = edge["node"]
    assert (node["__typename"], node["text"], node["user"]["__typename"]) == ("Reply", REPLY, "User")
    assert node["articleReplies"][0]["articleId"] == lemon


COMMON = """fragment CommonArticleFields on Article { id text createdAt articleType attachmentUrl(variant: PREVIEW)
  factCheckCount: replyCount communityDemandCount: replyRequestCount
  factCheckResponses: articleReplies(statuses: [NORMAL]) { reply { id type text createdAt reference user { name }
    hyperlinks { url normalizedUrl title summary topImageUrl status error } } user { name } createdAt
    helpfulCount: positiveFeedbackCount unhelpfulCount: negativeFeedbackCount
    feedbacks(statuses: [NORMAL]) { vote comment createdAt user { name } } }
  additionalContext: replyRequests(statuses: [NORMAL]) { user { name } reason createdAt
    helpfulCount: positiveFeedbackCount unhelpfulCount: negativeFeedbackCount }
  bundledMessages: cooccurrences { id articleIds createdAt articles { id text articleType
    attachmentUrl(variant: PREVIEW) } }
  relatedArticles(first: 10) { totalCount edges { node { id text } score } }
  stats(dateRange: {GTE: "now-90d/d"}) { date lineUser lineVisit webUser webVisit downstreamBotUsers: liffUser
    downstreamBotVisits: liffVisit } hyperlinks { url title summary status error } }
"""


@pytest.mark.parametrize(
    "asked",
    [
        {"moreLikeThis": {"like": LEMON, "minimumShouldMatch": "0"}},
        {"createdAt": {"GTE": "2026-02-01T10:25:19.123456", "LTE": "2026-04-01T10:25:19.123456"}},
        {"replyCount": {"LT": 3}},
    ],
)
def test_the_agents_search(site: Site, lemon: str, asked: dict[str, Any]) -> None:
    """No app header, an explicit null cursor, local times without a zone, the fragment before the operation."""
    query = (
        COMMON
        + """query ListArticles($filter: ListArticleFilter!, $orderBy: [ListArticleOrderBy!]!, $first: Int!,
      $after: String) { ListArticles(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount pageInfo { firstCursor lastCursor } edges { node { ...CommonArticleFields } score cursor } } }"""
    )
    order = [{"_score": "DESC"}] if "moreLikeThis" in asked else [{"replyRequestCount": "DESC"}, {"createdAt": "DESC"}]
    variables = {"filter": asked, "orderBy": order, "first": 10, "after": None}
    found = data(sent(site, {"query": query, "variables": variables}, PYTHON))["ListArticles"]
    assert (found["totalCount"], found["edges"][0]["cursor"]) == (1, found["pageInfo"]["lastCursor"])
    node = found["edges"][0]["node"]
    assert node["factCheckResponses"][1]["feedbacks"][0]["user"]["name"]
    assert node["additionalContext"][0]["reason"] == "my mother sent it"


def test_the_agents_detail_and_ids(site: Site, lemon: str) -> None:
    query = COMMON + "query GetArticle($id: String!) { GetArticle(id: $id) { ...CommonArticleFields } }"
    headers = {**PYTHON, "x-app-id": "RUMORS_SITE"}
    found = data(sent(site, {"query": query, "variables": {"id": lemon}}, headers))["GetArticle"]
    assert (found["factCheckCount"], found["communityDemandCount"]) == (2, 3)
    query = "query($ids: [ID!]) { ListArticles(filter: {ids: $ids}) { edges { node { id } } } }"
    told = data(sent(site, {"query": query, "variables": {"ids": [lemon]}}, headers))
    assert told["ListArticles"]["edges"] == [{"node": {"id": lemon}}]
    me = "{ GetUser { id name avatarUrl avatarType avatarData } }"
    assert data(sent(site, {"query": me}, headers))["GetUser"] is None


def test_the_spam_scanner(site: Site, world: World, clock: MovableClock, lemon: str) -> None:
    """It asks where the end is, pages until there, and reads each author's id unguarded."""
    for number in range(30):
        world.reply(lemon, f"Another view, the {number}th of all.", by=f"writer{number}@example.org")
    span = {"GT": "2026-03-01T00:00:00.000Z", "LT": "2026-03-02T00:00:00.000Z"}
    for name, fields in (
        ("ListReplies", "id text status createdAt user { id name }"),
        ("ListReplyRequests", "id articleId userId createdAt status reason user { id name }"),
    ):
        kind = {"ListReplies": "ListReplyFilter", "ListReplyRequests": "ListReplyRequestFilter"}[name]
        statistics = f"query($filter: {kind}) {{ {name}(filter: $filter, orderBy: {{createdAt: DESC}}) "
        statistics += "{ pageInfo { lastCursor } } }"
        last = data(sent(site, {"query": statistics, "variables": {"filter": {"createdAt": span}}}, NODE))
        last_cursor, cursor, seen, after = last[name]["pageInfo"]["lastCursor"], "", [], None
        query = f"query($filter: {kind}, $after: String) {{ {name}(filter: $filter, orderBy: {{createdAt: DESC}}, "
        query += f"first: 25, after: $after) {{ edges {{ cursor node {{ {fields} }} }} }} }}"
        while cursor != last_cursor:
            variables = {"filter": {"createdAt": span}, "after": after}
            edges = data(sent(site, {"query": query, "variables": variables}, NODE))[name]["edges"]
            seen += [(edge["node"]["id"], edge["node"]["user"]["id"]) for edge in edges]
            cursor = after = edges[-1]["cursor"]
        assert len(seen) == len(set(seen)) == {"ListReplies": 32, "ListReplyRequests": 3}[name]
    newest = (
        "query($u: String) { ListReplies(filter: {userId: $u}, orderBy: {createdAt: DESC}) { edges { node { id } } } }"
    )
    [edge] = data(sent(site, {"query": newest, "variables": {"u": edges[0]["node"]["user"]["id"]}}, NODE))[
        "ListReplies"
    ]["edges"] or [None]
    assert edge is None, "who asks has written nothing"


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


def on_site(site: Site, *operations: tuple[str, str, dict[str, Any]]) -> list[Any]:
    body = [{"operationName": name, "variables": variables, "query": query} for name, query, variables in operations]
    return [data(one) for one in sent(site, body, SITE)]


def test_the_sites_search_page_and_composer(site: Site, lemon: str) -> None:
    searched = """query ListArticlesSearch($filter: ListArticleFilter, $after: String) { ListArticles(filter: $filter,
      orderBy: [{_score: DESC}], first: 25, after: $after) { edges { node { id replyRequestCount createdAt text
      articleType thumbnailUrl: attachmentUrl(variant: THUMBNAIL) articleReplies(statuses: [NORMAL]) { articleId replyId
      reply { id text type } } __typename } highlight { text reference hyperlinks { title summary __typename }
      __typename } ...E __typename } ...C __typename } } fragment C on Connection { pageInfo { lastCursor } }
      fragment E on Edge { cursor }"""
    counted = """query ListArticlesStat($filter: ListArticleFilter) { ListArticles(filter: $filter,
      orderBy: [{_score: DESC}]) { pageInfo { firstCursor lastCursor __typename } totalCount __typename } }"""
    wish = {"moreLikeThis": {"like": LEMON, "minimumShouldMatch": "1"}, "categoryIds": [], "selfOnly": False}
    [found, stat] = on_site(
        site, ("ListArticlesSearch", searched, {"filter": wish}), ("ListArticlesStat", counted, {"filter": wish})
    )
    assert found["ListArticles"]["__typename"] == "ArticleConnection"
    assert found["ListArticles"]["edges"][-1]["cursor"] == stat["ListArticles"]["pageInfo"]["lastCursor"]
    composer = """query SearchArticleAndReply($query: String!) { ListArticles(filter: {moreLikeThis: {like: $query,
      minimumShouldMatch: "0"}, replyCount: {GT: 1}}, orderBy: {_score: DESC}, first: 25) { edges { node { id } } }
      ListReplies(filter: {moreLikeThis: {like: $query, minimumShouldMatch: "0"}}, orderBy: {_score: DESC}, first: 25) {
      edges { node { id } } } }"""
    [opened, typed] = on_site(
        site,
        ("SearchArticleAndReply", composer, {"query": ""}),
        ("SearchArticleAndReply", composer, {"query": "blood pressure"}),
    )
    assert [edge["node"]["id"] for edge in opened["ListArticles"]["edges"]] == [lemon]
    assert len(opened["ListReplies"]["edges"]) == 2
    assert typed["ListReplies"]["edges"]


def test_the_sites_article_page(site: Site, factory: SessionFactory, lemon: str) -> None:
    user = "user { id name slug bio level avatarUrl avatarType avatarData majorBadgeId majorBadgeName "
    user += "majorBadgeImageUrl majorBadgeBorderUrl badges { badgeId } points { currentLevel nextLevel } }"
    page = f"""query LoadArticlePage($id: String!, $replyRequestStatuses: [ReplyRequestStatusEnum!],
      $articleReplyStatuses: [ArticleReplyStatusEnum!], $articleCategoryStatuses: [ArticleCategoryStatusEnum!]) {{
      GetArticle(id: $id) {{ id text status requestedForReply replyRequestCount replyCount createdAt updatedAt
      lastRequestedAt references {{ type }} aiReplies {{ id text createdAt }} {user}
      originalAttachmentUrl: attachmentUrl(variant: ORIGINAL) hyperlinks {{ title url normalizedUrl }}
      replyRequests(statuses: $replyRequestStatuses) {{ id reason updatedAt {user} }}
      articleReplies(statuses: $articleReplyStatuses) {{ articleId replyId status createdAt {user} reply {{ id type text
      reference {user} hyperlinks {{ url }} }} positiveFeedbackCount negativeFeedbackCount }}
      articleCategories(statuses: $articleCategoryStatuses) {{ articleId categoryId category {{ id title description }}
      positiveFeedbackCount negativeFeedbackCount status }} contributors {{ userId }} transcribedAt
      relatedArticles(filter: {{replyCount: {{GT: 0}}}}) {{ edges {{ node {{ id }} cursor }} }}
      similar: relatedArticles {{ totalCount }} stats {{ date webVisit }} }} }}"""
    own = """query LoadArticlePageForUser($id: String!) { GetArticle(id: $id) { id requestedForReply replyRequests {
      id ownVote } articleReplies(statuses: [NORMAL, DELETED]) { articleId replyId canUpdateStatus ownVote }
      articleCategories(statuses: [NORMAL]) { articleId categoryId canUpdateStatus ownVote } } }"""
    with transaction(factory) as session:
        first = session.scalars(select(ArticleReply).order_by(ArticleReply.created_at)).first()
        assert first is not None
        first.status = Status.DELETED
    statuses = {
        "replyRequestStatuses": ["NORMAL"],
        "articleReplyStatuses": ["NORMAL", "DELETED"],
        "articleCategoryStatuses": ["NORMAL", "DELETED"],
    }
    [shown, mine] = on_site(
        site,
        ("LoadArticlePage", page, {"id": lemon, **statuses}),
        ("LoadArticlePageForUser", own, {"id": lemon}),
    )
    article = shown["GetArticle"]
    assert [link["status"] for link in article["articleReplies"]] == ["NORMAL", "DELETED"]
    assert article["articleReplies"][0]["user"]["points"]["nextLevel"] > 0
    assert article["references"] == [{"type": "LINE"}]
    assert mine["GetArticle"]["requestedForReply"] is None
    assert [one["ownVote"] for one in mine["GetArticle"]["articleReplies"]] == [None, None]


def test_the_sites_lists_profile_badge_and_dialog(site: Site, factory: SessionFactory, lemon: str) -> None:
    with read_only(factory) as session:
        link = session.scalars(select(ArticleReply).order_by(ArticleReply.created_at)).first()
        assert link is not None
    badge = """query HoaxForYou { ListArticles(filter: {replyRequestCount: {GTE: 2},
      hasArticleReplyWithMorePositiveFeedback: false}) { totalCount } }"""
    combined = """query L($filter: ListArticleFilter) { ListArticles(filter: $filter, orderBy: [{createdAt: DESC}],
      first: 25) { edges { node { id } cursor } } }"""
    wish = {
        "articleRepliesFrom": {"userId": "nobody", "exists": False},
        "replyRequestCount": {"GTE": 2},
        "hasArticleReplyWithMorePositiveFeedback": True,
        "createdAt": {"GTE": "now-90d/d"},
    }
    dialog = """query($a: String!, $r: String!) { ListArticleReplyFeedbacks(filter: {articleId: $a, replyId: $r,
      statuses: [NORMAL]}, first: 1000) { edges { node { id vote comment user { id name } } } }
      GetReply(id: $r) { id text } }"""
    profile = """query($u: String!) { GetUser(id: $u) { id slug name bio level contributions(dateRange: {GTE: "now-1y"})
      { date count } repliedArticleCount } ListArticles(filter: {articleReply: {userId: $u}}, orderBy:
      [{lastMatchingArticleReplyCreatedAt: DESC}], first: 15) { edges { node { id articleReplies(userId: $u) {
      replyId } } } } ValidateSlug(slug: "amy chen") { success error } }"""
    whose = "query($r: String) { GetReply(id: $r) { user { id } } }"
    asked = {"a": lemon, "r": link.reply_id}
    [counted, listed, opened, by] = on_site(
        site, ("HoaxForYou", badge, {}), ("L", combined, {"filter": wish}), ("", dialog, asked), ("", whose, asked)
    )
    assert counted["ListArticles"]["totalCount"] == 0
    assert [edge["node"]["id"] for edge in listed["ListArticles"]["edges"]] == [lemon]
    [edge] = opened["ListArticleReplyFeedbacks"]["edges"]
    assert (edge["node"]["vote"], edge["node"]["comment"]) == ("UPVOTE", "clear")
    near = """query($r: String!) { GetReply(id: $r) { similarReplies(orderBy: {_score: DESC}, first: 5) {
      edges { node { id } } } } }"""
    [similar] = on_site(site, ("", near, {"r": link.reply_id}))
    assert len(similar["GetReply"]["similarReplies"]["edges"]) <= 1
    [person] = on_site(site, ("", profile, {"u": by["GetReply"]["user"]["id"]}))
    assert person["GetUser"]["repliedArticleCount"] == 1
    assert len(person["ListArticles"]["edges"][0]["node"]["articleReplies"]) == 1
    assert person["ValidateSlug"] == {"success": False, "error": "HAS_URI_COMPONENT"}


def test_the_sites_feed(site: Site, lemon: str) -> None:
    query = """query($filter: ListArticleFilter) { ListArticles(filter: $filter, orderBy: [{lastRepliedAt: DESC}],
      first: 10) { edges { node { id text articleReplies(statuses: [NORMAL]) { createdAt reply { text } } } } } }"""
    [told] = on_site(site, ("", query, {"filter": {"replyCount": {"GTE": 1}}}))
    assert all(edge["node"]["articleReplies"][0]["createdAt"] for edge in told["ListArticles"]["edges"])


def test_the_community_builder(site: Site, lemon: str) -> None:
    counts = """query LoadAPIStats($a: TimeRangeInput, $skip: Boolean = true) {
      allArticles: ListArticles(filter: {createdAt: $a}) { totalCount }
      allRepliedArticles: ListArticles(filter: {createdAt: $a, replyCount: {GTE: 1}}) { totalCount }
      articlesHasUsefulReplies: ListArticles(filter: {hasArticleReplyWithMorePositiveFeedback: true}) @skip(if: $skip) {
        totalCount }
      feedbacks: ListArticleReplyFeedbacks(filter: {appId: "WEBSITE", createdAt: $a}) { totalCount }
      requests: ListReplyRequests(filter: {appId: "WEBSITE", createdAt: $a}) { totalCount } }"""
    tables = """query($f: ListArticleReplyFeedbackFilter, $r: ListReplyRequestFilter, $l: ListReplyFilter) {
      ListArticleReplyFeedbacks(filter: $f, first: 50, orderBy: {createdAt: DESC}) { edges { node { id vote comment
        userId articleReplyUserId createdAt status user { id name blockedReason } } } }
      ListReplyRequests(filter: $r, first: 50) { edges { node { id reason user { id name blockedReason } } } }
      ListReplies(filter: $l, first: 50) { edges { node { id text user { id name blockedReason } } } }
      ListCategories(first: 50) { edges { node { id title } } } }"""
    articles = """query { ListArticles(filter: {}, first: 50) { edges { node { id stats(dateRange: {GTE: "now-2M",
      LTE: "now"}) { date lineUser lineVisit webUser webVisit liff { source user visit } } } } } }"""
    body = [
        {"query": counts, "variables": {"a": {"GTE": "now-365d"}}},
        {"query": tables, "variables": {"f": {"statuses": ["NORMAL", "BLOCKED"]}, "r": {}, "l": {}}},
        {"query": articles, "variables": None},
    ]
    counted, tabled, listed = (data(one) for one in sent(site, body, BUILDER))
    assert (counted["allArticles"]["totalCount"], counted["feedbacks"]["totalCount"]) == (1, 1)
    assert "articlesHasUsefulReplies" not in counted
    assert tabled["ListArticleReplyFeedbacks"]["edges"][0]["node"]["articleReplyUserId"]
    assert tabled["ListCategories"]["edges"][0]["node"]["title"] == "Health"
    assert len(listed["ListArticles"]["edges"]) == 1


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("first: 20, orderBy:{createdAt: DESC}, filter:{replyCount:{EQ:0}}", "S"),
        ("first: 20, orderBy:{replyRequestCount: DESC}, filter:{replyCount:{EQ:0}}", "S"),
        ("first: 20, filter:{replyCount:{GTE:1}, hasArticleReplyWithMorePositiveFeedback:false}", ""),
    ],
)
def test_the_list_of_what_needs_checking(site: Site, world: World, lemon: str, arguments: str, found: str) -> None:
    names = {lemon: "L", world.article(SPOON): "S"}
    query = (
        f"{{ ListArticles({arguments}) {{ edges {{ node {{ id text hyperlinks {{ url title }} replyCount }} }} }} }}"
    )
    body = {"operationName": None, "variables": None, "query": query}
    edges = data(sent(site, body, {"Content-Type": "application/json"}))["ListArticles"]["edges"]
    assert "".join(names[edge["node"]["id"]] for edge in edges) == found


def test_the_classifier(site: Site, secret: str, lemon: str) -> None:
    """`after: ""` is no cursor; pages have 2,000 items; a topic is set in the name of its model."""
    query = 'query { ListArticles(first: 2000, after: "") { edges { cursor node { id text } } } }'
    headers = {"Content-Type": "application/json", "x-app-secret": secret}
    told = data(sent(site, {"query": query}, headers, "/graphql?userId=bert"))
    assert [edge["node"]["id"] for edge in told["ListArticles"]["edges"]] == [lemon]
    link = """mutation($a: String!, $c: String!) { CreateArticleCategory(articleId: $a, categoryId: $c, aiModel: "bert",
      aiConfidence: 0.87) { categoryId } }"""
    variables = {"a": lemon, "c": "mz2n7nEBrIRcahlYnQpz"}
    told = data(sent(site, {"query": link, "variables": variables}, headers, "/graphql?userId=bert"))
    assert told["CreateArticleCategory"] == [{"categoryId": "mz2n7nEBrIRcahlYnQpz"}]


@pytest.mark.parametrize(
    "query",
    [
        """query { ListArticles(filter: {categoryIds: ["mz2n7nEBrIRcahlYnQpz"], replyTypes: [RUMOR],
          articleTypes: [TEXT]}, orderBy: [{createdAt: DESC}], first: 100, after: null) { edges { cursor node {
          id text articleReplies { replyType } } } } }""",
        """query { ListArticles(filter: {replyTypes: [RUMOR], hasArticleReplyWithMorePositiveFeedback: true,
          replyRequestCount: {GTE: 2}}, first: 50) { edges { node { id text articleReplies { replyType } } } } }""",
        """query { ListArticles(filter: {moreLikeThis: {like: "lemon water cures", minimumShouldMatch: "30%"}},
          first: 15) { edges { node { id text articleReplies { replyType } } } } }""",
        """query { ListArticles(filter: {moreLikeThis: {like: "Drinking warm lemon water every morning"}}, first: 1) {
          edges { node { id text articleReplies { replyType } } } } }""",
    ],
)
def test_hobby_and_research_clients(site: Site, lemon: str, query: str) -> None:
    [edge] = data(sent(site, {"query": query}, {"Content-Type": "application/json"}))["ListArticles"]["edges"]
    assert {link["replyType"] for link in edge["node"]["articleReplies"]} == {"RUMOR", "OPINIONATED"}


@pytest.mark.parametrize(
    "query",
    [
        '{ ListArticles(filter: {q: "x"}) { totalCount } }',
        '{ ListArticles(filter: {search: "x"}) { totalCount } }',
        '{ ListArticles(filter: {moreLikeThis: "x"}) { totalCount } }',
        '{ GetArticle(title: "x") { id } }',
        "{ ListArticles { edges { node { replyConnections { id } } } } }",
        "{ ListReplies(filter: {statuses: [NORMAL]}) { totalCount } }",
    ],
)
def test_frequent_mistakes_are_named(site: Site, query: str) -> None:
    answer: Answer = site.send("POST", "/graphql", {"query": query}, GEM)
    assert answer.status == 400
    assert answer.json()["errors"][0]["message"]


def test_no_null_where_a_client_reads_on(site: Site, world: World, factory: SessionFactory, lemon: str) -> None:
    """Rows of imported data lack people, times and links; the spam scanner and the gem read on all the same."""
    with transaction(factory) as session:
        session.execute(update(Article).values(created_at=None, updated_at=None, user_id=None))
        session.execute(update(ArticleReply).values(created_at=None, user_id=None))
    query = """{ ListArticles(orderBy: [{createdAt: ASC}]) { pageInfo { lastCursor } edges { cursor node { text
      hyperlinks { url } references { createdAt }
      articleReplies { userId appId reply { text type user { id } } } } } } }"""
    told = data(sent(site, {"query": query}, GEM))["ListArticles"]
    assert told["edges"][-1]["cursor"] == told["pageInfo"]["lastCursor"]
    assert json.dumps(told["edges"][0]["node"]["articleReplies"][0]["userId"]) == '""'
    more = "query($c: String) { ListArticles(orderBy: [{createdAt: ASC}], after: $c) { edges { cursor } } }"
    body = {"query": more, "variables": {"c": told["edges"][-1]["cursor"]}}
    assert data(sent(site, body, GEM))["ListArticles"]["edges"] == []
