from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import Session

from factcheck.dataset.columns import ARTICLE_ID, Column
from factcheck.dataset.data_file import DataFile, apply_to_articles
from factcheck.dataset.parents import ARTICLE
from factcheck.dataset.record import Draft, Record
from factcheck.db.aliases import shared_alias
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, Article, Status
from factcheck.services.clusters import lock_membership

_FIRST = shared_alias(Article)


def _read(record: Record) -> Draft:
    return Draft({"article_id": record.key("articleId"), "cluster_id": record.key("clusterId")})


def _apply(session: Session, drafts: list[Draft]) -> int:
    """Lets articles that are alone join one that names its cluster; counters are set after the import."""
    lock_membership(session)
    moved = [draft for draft in drafts if draft.values["article_id"] != draft.values["cluster_id"]]

    def may_join(cluster_id: ColumnElement[str]) -> ColumnElement[bool]:
        names_itself = exists().where(_FIRST.id == cluster_id, _FIRST.cluster_id == _FIRST.id)
        is_alone = and_(Article.cluster_id == Article.id, Article.not_a_copy_by.is_(None))
        return and_(names_itself, is_alone)

    return apply_to_articles(session, moved, Article.cluster_id, may_join)


ARTICLE_CLUSTERS = DataFile(
    name="article_clusters",
    description="Which messages are copies of one another. A reply to one of them serves all.",
    columns=(
        Column("articleId", ARTICLE_ID, Article.id),
        Column(
            "clusterId",
            "The first of its copies, itself if there is no other; an `id` in articles.csv.",
            Article.cluster_id,
        ),
    ),
    rows_from=Article,
    order=(Article.id,),
    only=and_(Article.status != Status.DELETED, Article.app_id != ELSEWHERE),
    identity=("articleId",),
    is_in_cofacts=False,
    table=table_of(Article),
    required=("articleId", "clusterId"),
    key=("id",),
    read=_read,
    parents=(ARTICLE,),
    apply=_apply,
)
