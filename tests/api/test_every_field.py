"""Every field of the schema has a value where there is one, but for those that docs/api.md lists."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from sqlalchemy import select

from factcheck.api.graphql.transport import schema
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import (
    Analytics,
    ArticleCategory,
    ArticleHyperlink,
    ArticleReply,
    Category,
    Hyperlink,
    ReplyRequest,
    User,
)
from tests.api.serving import Site
from tests.conftest import MovableClock
from tests.editor_ui.world import World

LEMON = "Drinking warm lemon water every morning cures high blood pressure, says a doctor https://lemon.example/a?b=1"
SPOON = "A silver spoon in the fridge keeps all vegetables fresh for three months, says a new study"

EMPTY = {
    "Article": {"attachmentUrl", "attachmentHash", "transcribedAt"},
    "ArticleReference": {"permalink"},
    "ArticleCategoryFeedback": {"comment"},
    "AnalyticsLiff": {"source"},
    "AnalyticsConnectionEdge": {"score"},
    "User": {
        *("slug", "email", "bio", "avatarUrl", "avatarData", "avatarType", "availableAvatarTypes", "facebookId"),
        *("githubId", "twitterId", "updatedAt", "blockedReason", "majorBadgeBorderUrl"),
        *("majorBadgeId", "majorBadgeImageUrl", "majorBadgeName"),
    },
}
"""What docs/api.md says is always empty."""

WHERE = {
    "Article": ("GetArticle",),
    "ArticleReference": ("GetArticle", "references", 0),
    "Hyperlink": ("GetArticle", "hyperlinks", 0),
    "ArticleReply": ("GetArticle", "articleReplies", 0),
    "Reply": ("GetArticle", "articleReplies", 0, "reply"),
    "ArticleReplyFeedback": ("GetArticle", "articleReplies", 0, "feedbacks", 0),
    "ReplyRequest": ("GetArticle", "replyRequests", 0),
    "ArticleCategory": ("GetArticle", "articleCategories", 0),
    "ArticleCategoryFeedback": ("GetArticle", "articleCategories", 0, "feedbacks", 0),
    "Category": ("GetArticle", "articleCategories", 0, "category"),
    "Cooccurrence": ("GetArticle", "cooccurrences", 0),
    "User": ("GetUser",),
    "UserPoints": ("GetUser", "points"),
    "Analytics": ("GetArticle", "stats", 0),
    "AnalyticsLiff": ("GetArticle", "stats", 0, "liff", 0),
    "AnalyticsConnectionEdge": ("ListAnalytics", "edges", 0),
    "ArticleConnection": ("ListArticles",),
    "ArticleConnectionPageInfo": ("ListArticles", "pageInfo"),
    "ArticleConnectionEdge": ("ListArticles", "edges", 0),
    "Highlights": ("ListArticles", "edges", 0, "highlight"),
}
"""Type -> the way to an object of it."""


def leaves(name: str) -> Iterator[str]:
    kind = schema().type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    for field, definition in kind.fields.items():
        if is_leaf_type(get_named_type(definition.type)):
            yield field


def selection(way: tuple[str | int, ...] = ()) -> str:
    """Selects all leaves of the types that are reached from here."""
    found = [name for name, where in WHERE.items() if tuple(part for part in where if part != 0) == way]
    steps = {
        tuple(part for part in where if part != 0)[len(way)]
        for where in WHERE.values()
        if len([part for part in where if part != 0]) > len(way)
        and tuple(part for part in where if part != 0)[: len(way)] == way
    }
    parts = [leaf for name in found for leaf in leaves(name)]
    return " ".join([*parts, *(f"{step} {{ {selection((*way, step))} }}" for step in sorted(steps, key=str))])


def test_every_field_has_a_value(
    site: Site, world: World, factory: SessionFactory, clock: MovableClock, secret: str
) -> None:
    article_id = populated(world, factory, clock, site, secret)
    inner = selection()
    query = f"query($id: String, $like: String) {{ {inner} }}"
    for name, arguments in (("GetArticle", "(id: $id)"), ("ListArticles", "(filter: {moreLikeThis: {like: $like}})")):
        query = query.replace(f"{name} {{", f"{name}{arguments} {{", 1)
    body = {"query": query, "variables": {"id": article_id, "like": LEMON}}
    answer = site.send("POST", "/graphql?userId=U1", body, {"x-app-secret": secret}).json()
    assert "errors" not in answer, answer
    for name, where in WHERE.items():
        node: Any = answer["data"]
        for step in where:
            node = node[step]
        empty = {field for field in leaves(name) if node[field] in (None, "")}
        assert empty == EMPTY.get(name, set()) | ({"reference"} if name == "Highlights" else set()), name


def populated(world: World, factory: SessionFactory, clock: MovableClock, site: Site, secret: str) -> str:
    article_id = world.article(LEMON, asked_by=2, reasons=("my mother sent it",))
    other = world.article(SPOON)
    reply_id = world.reply(article_id, "It does not, says https://example.org/facts .")
    with transaction(factory) as session:
        session.add(Category(id="medical", title="Health", description="Cures", created_at=clock(), updated_at=clock()))
        session.flush()
        author = session.scalars(select(User).where(User.email == "bob@example.org")).one()
        topic = ArticleCategory(article_id=article_id, category_id="medical", app_id=author.app_id, user_id=author.id)
        topic.ai_model, topic.ai_confidence, topic.created_at, topic.updated_at = "bert", 0.9, clock(), clock()
        session.add(topic)
        link = session.scalars(select(ArticleHyperlink)).one()
        page = session.get_one(Hyperlink, link.url)
        page.title, page.summary, page.top_image_url, page.status = "Lemons", "All of them", "https://x.example/i", 200
        page.error, page.fetched_at = "HTTPS_ERROR", clock()
        request = session.scalars(select(ReplyRequest).order_by(ReplyRequest.id)).first()
        assert request is not None
        request_id = request.id
        session.scalars(select(ArticleReply)).one().updated_at = clock()
        seen = Analytics(doc_type="article", doc_id=article_id, day=clock().date())
        seen.line_user = seen.line_visit = seen.web_user = seen.web_visit = seen.liff_user = seen.liff_visit = 1
        session.add(seen)
    mutations = (
        f'CreateOrUpdateReplyRequest(articleId: "{article_id}", reason: "why") {{ id }}',
        f'CreateOrUpdateArticleReplyFeedback(articleId: "{article_id}", replyId: "{reply_id}", vote: UPVOTE, '
        'comment: "clear") { articleId }',
        f'CreateOrUpdateReplyRequestFeedback(replyRequestId: "{request_id}", vote: UPVOTE) {{ id }}',
        f'CreateOrUpdateArticleCategoryFeedback(articleId: "{article_id}", categoryId: "medical", '
        "vote: UPVOTE) { id }",
        f'CreateOrUpdateCooccurrence(articleIds: ["{article_id}", "{other}"]) {{ id }}',
    )
    for one in mutations:
        answer = site.send("POST", "/graphql?userId=U1", {"query": f"mutation {{ {one} }}"}, {"x-app-secret": secret})
        assert "errors" not in answer.json(), answer.body
    return article_id
