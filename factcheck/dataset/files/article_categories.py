from sqlalchemy import select

from factcheck.dataset.cell_formats import Kind, number
from factcheck.dataset.columns import (
    ARTICLE_ID,
    Column,
    app_column,
    count_column,
    status_column,
    time_column,
    user_column,
    with_user,
)
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.parents import ARTICLE, CATEGORY
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, Article, ArticleCategory


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "category_id": record.key("categoryId"),
        "ai_model": record.optional_key("aiModel"),
        "ai_confidence": record.share("aiConfidence"),
        **record.judged(),
    }
    return Draft(values, app=record.app(), user_hash=record.user_hash())


ARTICLE_CATEGORIES = DataFile(
    name="article_categories",
    description="Topics of the messages, set by people or by a classifier.",
    columns=(
        Column("articleId", ARTICLE_ID, ArticleCategory.article_id),
        Column("categoryId", "The topic: `id` in categories.csv.", ArticleCategory.category_id),
        Column(
            "aiConfidence",
            "The classifier's confidence, 0 to 1; empty if a person set the topic.",
            ArticleCategory.ai_confidence,
            number,
            Kind.NUMBER,
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
    rows_from=with_user(ArticleCategory, ArticleCategory.user_id),
    only=ArticleCategory.article_id.not_in(select(Article.id).where(Article.app_id == ELSEWHERE)),
    order=(ArticleCategory.article_id, ArticleCategory.category_id),
    identity=("articleId", "categoryId"),
    table=table_of(ArticleCategory),
    required=("articleId", "categoryId"),
    key=("article_id", "category_id"),
    read=_read,
    parents=(ARTICLE, CATEGORY),
)
