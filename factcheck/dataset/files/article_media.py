from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from factcheck.dataset.columns import ARTICLE_ID, Column, text_column
from factcheck.dataset.data_file import DataFile, apply_to_articles
from factcheck.dataset.parents import ARTICLE
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.limits import MAX_ALTERNATIVE_TEXT
from factcheck.models import ELSEWHERE, Article, ArticleType, Status

_IS_MEDIA = Article.article_type != ArticleType.TEXT


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "attachment_hash": record.key("attachmentHash"),
        "alternative_text": record.text("alternativeText")[:MAX_ALTERNATIVE_TEXT],
    }
    return Draft(values)


def _apply(session: Session, drafts: list[Draft]) -> int:
    """Fills in what is not known. The files themselves come with no dataset."""

    def may_be_named(_value: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(_IS_MEDIA, Article.attachment_hash == "")

    def may_be_described(_value: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(_IS_MEDIA, Article.file_id.is_(None), Article.alternative_text == "")

    described = [draft for draft in drafts if draft.values["alternative_text"]]
    apply_to_articles(session, described, Article.alternative_text, may_be_described)
    return apply_to_articles(session, drafts, Article.attachment_hash, may_be_named)


ARTICLE_MEDIA = DataFile(
    name="article_media",
    description="The picture, film or sound that a message is. The files themselves are not published.",
    columns=(
        Column("articleId", ARTICLE_ID, Article.id),
        Column(
            "attachmentHash",
            "Cofacts' id of the file: image.<key>.<hash> by its pixels, video.<SHA-256> or audio.<SHA-256>.",
            Article.attachment_hash,
        ),
        text_column(
            "alternativeText",
            "What there is to see or hear, written by volunteers for people who cannot. Mostly empty.",
            Article.alternative_text,
            Article.status == Status.BLOCKED,
        ),
    ),
    rows_from=Article,
    order=(Article.id,),
    only=and_(_IS_MEDIA, Article.attachment_hash != "", Article.app_id != ELSEWHERE),
    shown=Article.status != Status.BLOCKED,
    identity=("articleId",),
    withdrawn=("alternativeText",),
    is_in_cofacts=False,
    table=table_of(Article),
    required=("articleId", "attachmentHash"),
    key=("id",),
    read=_read,
    parents=(ARTICLE,),
    apply=_apply,
)
