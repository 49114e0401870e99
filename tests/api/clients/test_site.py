"""Cofacts' own web site, page by page."""

from typing import Any

from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import ArticleReply, Status
from tests.api.clients.asking import LEMON, data, sent
from tests.api.serving import Site

SITE = {
    "User-Agent": "node",
    "Accept": "*/*",
    "Content-Type": "application/json",
    "x-app-id": "RUMORS_SITE",
    "x-accept-license": "CC BY-SA 4.0",
}


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
