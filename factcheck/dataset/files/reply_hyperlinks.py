from sqlalchemy import exists, select

from factcheck.dataset.columns import REPLY_ID, Column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.hyperlinks import address_columns, hyperlink_reader
from factcheck.dataset.parents import REPLY
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, Reply, ReplyHyperlink
from factcheck.services.withheld import REPLY_WITHHELD

REPLY_HYPERLINKS = DataFile(
    name="reply_hyperlinks",
    description="Web addresses in the replies and their references.",
    columns=(
        Column("replyId", REPLY_ID, ReplyHyperlink.reply_id),
        *address_columns("the reply", ReplyHyperlink.url, ReplyHyperlink.normalized_url, ReplyHyperlink.title),
    ),
    rows_from=ReplyHyperlink,
    only=ReplyHyperlink.reply_id.not_in(select(Reply.id).where(Reply.app_id == ELSEWHERE)),
    order=(ReplyHyperlink.id,),
    identity=("replyId", "url"),
    shown=~exists().where(Reply.id == ReplyHyperlink.reply_id, REPLY_WITHHELD),
    table=table_of(ReplyHyperlink),
    required=("replyId", "url"),
    key=("reply_id", "url"),
    read=hyperlink_reader("replyId", "reply_id"),
    parents=(REPLY,),
)
