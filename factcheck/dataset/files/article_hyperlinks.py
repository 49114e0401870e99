from sqlalchemy import exists, select

from factcheck.dataset.columns import ARTICLE_ID, Column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.hyperlinks import address_columns, hyperlink_reader
from factcheck.dataset.parents import ARTICLE
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, Article, ArticleHyperlink, Status

ARTICLE_HYPERLINKS = DataFile(
    name="article_hyperlinks",
    description="Web addresses in the messages.",
    columns=(
        Column("articleId", ARTICLE_ID, ArticleHyperlink.article_id),
        *address_columns("the message", ArticleHyperlink.url, ArticleHyperlink.normalized_url, ArticleHyperlink.title),
    ),
    rows_from=ArticleHyperlink,
    only=ArticleHyperlink.article_id.not_in(select(Article.id).where(Article.app_id == ELSEWHERE)),
    order=(ArticleHyperlink.id,),
    identity=("articleId", "url"),
    shown=~exists().where(Article.id == ArticleHyperlink.article_id, Article.status == Status.BLOCKED),
    table=table_of(ArticleHyperlink),
    required=("articleId", "url"),
    key=("article_id", "url"),
    read=hyperlink_reader("articleId", "article_id"),
    parents=(ARTICLE,),
)
