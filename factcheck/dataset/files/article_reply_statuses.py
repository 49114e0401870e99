from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factcheck.dataset.cell_formats import joined
from factcheck.dataset.columns import ARTICLE_ID, REPLY_ID, Column
from factcheck.dataset.data_file import DataFile, among
from factcheck.dataset.parents import ARTICLE, LINK, LINK_KEY
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import ELSEWHERE, ArticleReply, VoteReason, VoteStatus


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        "vote_status": record.choice("voteStatus", VoteStatus),
        "vote_reasons": record.choices("reasons", VoteReason),
    }
    return Draft(values)


def _apply(session: Session, drafts: list[Draft]) -> int:
    """Fills in what no night has decided here."""
    link = ArticleReply
    keys = [(draft.values["article_id"], draft.values["reply_id"]) for draft in drafts]
    unrated = select(link.article_id, link.reply_id).where(
        among([link.article_id, link.reply_id], keys), link.vote_status == VoteStatus.UNRATED
    )
    open_ones = {tuple(row) for row in session.execute(unrated)}
    rated = [
        draft.values
        for key, draft in zip(keys, drafts, strict=True)
        if key in open_ones and draft.values["vote_status"] != VoteStatus.UNRATED
    ]
    if rated:
        session.execute(update(link), rated)
    return len(rated)


ARTICLE_REPLY_STATUSES = DataFile(
    name="article_reply_statuses",
    description="What the votes that count made of replies by last night. Replies that are not rated yet have no row.",
    columns=(
        Column("articleId", ARTICLE_ID, ArticleReply.article_id),
        Column("replyId", REPLY_ID, ArticleReply.reply_id),
        Column(
            "voteStatus",
            "PROVISIONAL: found helpful so far. HELPFUL: by many. DISPUTED: people say what is wrong, or camps see it "
            "differently. How it is decided: docs/votes.md of the program.",
            ArticleReply.vote_status,
        ),
        Column("reasons", "The two reasons named most, separated by commas.", ArticleReply.vote_reasons, joined),
    ),
    rows_from=ArticleReply,
    only=(ArticleReply.vote_status != VoteStatus.UNRATED) & (ArticleReply.app_id != ELSEWHERE),
    order=(ArticleReply.article_id, ArticleReply.reply_id),
    identity=("articleId", "replyId"),
    is_in_cofacts=False,
    table=table_of(ArticleReply),
    required=("articleId", "replyId", "voteStatus"),
    key=LINK_KEY,
    read=_read,
    parents=(ARTICLE, LINK),
    apply=_apply,
)
