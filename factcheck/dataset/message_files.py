"""The files about messages."""

from factcheck.dataset.columns import (
    ARTICLE_ID,
    NORMALIZED_URL,
    PAGE_TITLE,
    Column,
    DataFile,
    app_column,
    count_column,
    status_column,
    time_column,
    user_column,
    with_user,
)
from factcheck.dataset.forms import joined, number
from factcheck.models import Article, ArticleCategory, ArticleHyperlink, Category, ReplyRequest, User

ARTICLES = DataFile(
    "articles",
    "Messages that people reported.",
    (
        Column("id", "Id of the message. Of a text message: base-36 XXH64 (seed 0) of the exact text.", Article.id),
        Column("articleType", "TEXT, IMAGE, VIDEO or AUDIO.", Article.article_type),
        status_column(Article.status),
        Column("text", "The message as it was reported; of an image, video or sound: its transcript.", Article.text),
        count_column(
            "normalArticleReplyCount",
            "Number of replies shown with it (rows in article_replies.csv with status NORMAL).",
            Article.normal_article_reply_count,
        ),
        time_column("createdAt", "When it was first reported.", Article.created_at),
        time_column("updatedAt", "When it was last reported again or got or lost a reply.", Article.updated_at),
        time_column("lastRequestedAt", "When somebody last asked for a check.", Article.last_requested_at),
        user_column("Who reported it first"),
        app_column(Article.app_id),
        Column(
            "references",
            "How it was reported, one item a report, separated by commas: LINE, URL.",
            Article.references,
            joined,
        ),
    ),
    with_user(Article, Article.user_id),
    (Article.id,),
)

ARTICLE_HYPERLINKS = DataFile(
    "article_hyperlinks",
    "Web addresses in the messages.",
    (
        Column("articleId", ARTICLE_ID, ArticleHyperlink.article_id),
        Column("url", "The address as it stands in the message.", ArticleHyperlink.url),
        Column("normalizedUrl", NORMALIZED_URL, ArticleHyperlink.normalized_url),
        Column("title", PAGE_TITLE, ArticleHyperlink.title),
    ),
    ArticleHyperlink,
    (ArticleHyperlink.id,),
)

CATEGORIES = DataFile(
    "categories",
    "The topics there are.",
    (
        Column("id", "Id of the topic.", Category.id),
        Column("title", "Its name.", Category.title),
        Column("description", "What belongs to it.", Category.description),
        time_column("createdAt", "When it was made.", Category.created_at),
        time_column("updatedAt", "When it was last changed.", Category.updated_at),
    ),
    Category,
    (Category.id,),
)

ARTICLE_CATEGORIES = DataFile(
    "article_categories",
    "Topics of the messages, set by people or by a classifier.",
    (
        Column("articleId", ARTICLE_ID, ArticleCategory.article_id),
        Column("categoryId", "The topic: `id` in categories.csv.", ArticleCategory.category_id),
        Column(
            "aiConfidence",
            "The classifier's confidence, 0 to 1; empty if a person set the topic.",
            ArticleCategory.ai_confidence,
            number,
        ),
        Column("aiModel", "The classifier; empty if a person set the topic.", ArticleCategory.ai_model),
        user_column("Who set the topic", "userIdsha"),
        app_column(ArticleCategory.app_id),
        count_column("negativeFeedbackCount", "Votes against the topic.", ArticleCategory.negative_feedback_count),
        count_column("positiveFeedbackCount", "Votes for the topic.", ArticleCategory.positive_feedback_count),
        status_column(ArticleCategory.status, "DELETED: taken back. "),
        time_column("createdAt", "When the topic was set.", ArticleCategory.created_at),
        time_column("updatedAt", "When its status last changed.", ArticleCategory.updated_at),
    ),
    with_user(ArticleCategory, ArticleCategory.user_id),
    (ArticleCategory.article_id, ArticleCategory.category_id),
)

REPLY_REQUESTS = DataFile(
    "reply_requests",
    "People who asked for a check of a message. One row a person and message.",
    (
        Column("articleId", ARTICLE_ID, ReplyRequest.article_id),
        Column("reason", "Why the person doubts the message, in their words; may be empty.", ReplyRequest.reason),
        status_column(ReplyRequest.status),
        count_column("positiveFeedbackCount", "Votes for the reason.", ReplyRequest.positive_feedback_count),
        count_column("negativeFeedbackCount", "Votes against the reason.", ReplyRequest.negative_feedback_count),
        user_column("Who asked"),
        app_column(User.app_id),
        time_column("createdAt", "When the person first asked.", ReplyRequest.created_at),
    ),
    with_user(ReplyRequest, ReplyRequest.user_id),
    (ReplyRequest.id,),
)
