from factcheck.dataset.columns import Column, app_column, text_column, time_column, user_column, with_user
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, Reply, ReplyType
from factcheck.services.withheld import REPLY_WITHHELD


def _read(record: Record) -> Draft:
    values = {
        "id": record.public_id("id"),
        "type": record.choice("type", ReplyType),
        "text": record.text("text"),
        "reference": record.text("reference"),
        "app_id": record.optional_key("appId"),
        "created_at": record.moment("createdAt"),
    }
    return Draft(values, app=record.optional_key("appId"), user_hash=record.user_hash())


REPLIES = DataFile(
    name="replies",
    description="Fact-checks that volunteers wrote. After a change the new words are here."
    " Whether one is shown: status in article_replies.csv.",
    columns=(
        Column("id", "Id of the reply.", Reply.id),
        Column(
            "type",
            "RUMOR: contains misinformation. NOT_RUMOR: contains true information. OPINIONATED: contains personal "
            "opinion. NOT_ARTICLE: outside the scope of checking.",
            Reply.type,
        ),
        text_column("reference", "Sources, or (OPINIONATED) other views.", Reply.reference, REPLY_WITHHELD),
        user_column("Who wrote it"),
        app_column(Reply.app_id),
        text_column(
            "text",
            "What the reply says. Empty while moderation hides it, or all messages it stands at.",
            Reply.text,
            REPLY_WITHHELD,
        ),
        time_column("createdAt", "When it was written.", Reply.created_at),
    ),
    rows_from=with_user(Reply, Reply.user_id),
    only=Reply.app_id.is_distinct_from(ELSEWHERE),
    order=(Reply.id,),
    identity=("id",),
    rows_at_once=100,
    redacted=Reply.redacted_at,
    words=("text", "reference"),
    table=table_of(Reply),
    required=("id", "type", "text"),
    key=("id",),
    read=_read,
)
