from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from factcheck.dataset.columns import ARTICLE_ID, Column
from factcheck.dataset.data_file import DataFile, apply_to_articles
from factcheck.dataset.parents import ARTICLE
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, Article, Status


def _read(record: Record) -> Draft:
    return Draft({"article_id": record.key("articleId"), "language": record.key("language")})


def _apply(session: Session, drafts: list[Draft]) -> int:
    """Fills in what is not known; a language follows from the text, so mostly it is."""
    named = [draft.values["article_id"] for draft in drafts]
    unknown = set(session.scalars(select(Article.id).where(Article.id.in_(named), Article.language.is_(None))))
    wanted = [draft for draft in drafts if draft.values["article_id"] in unknown]
    return apply_to_articles(session, wanted, Article.language, lambda _value: Article.language.is_(None))


ARTICLE_LANGUAGES = DataFile(
    name="article_languages",
    description="The language that a message seems to be written in, by its letters. Hidden texts have none.",
    columns=(
        Column("articleId", ARTICLE_ID, Article.id),
        Column("language", "Its tag, as in zh-Hant, en, ja or th.", Article.language),
    ),
    rows_from=Article,
    order=(Article.id,),
    only=and_(Article.text != "", Article.language.is_not(None), Article.language != "", Article.app_id != ELSEWHERE),
    shown=Article.status != Status.BLOCKED,
    identity=("articleId",),
    is_in_cofacts=False,
    table=table_of(Article),
    required=("articleId", "language"),
    key=("id",),
    read=_read,
    parents=(ARTICLE,),
    apply=_apply,
)
