from sqlalchemy import String, case, cast, or_, select, update
from sqlalchemy.orm import Session

from factcheck.dataset.cell_formats import joined
from factcheck.dataset.columns import ARTICLE_ID, REPLY_ID, Column, count_column, user_column, with_user
from factcheck.dataset.data_file import DataFile, among
from factcheck.dataset.parents import ARTICLE, LINK, LINK_KEY
from factcheck.dataset.record import Draft, Record
from factcheck.dataset.store import user_ids
from factcheck.db.insert import table_of
from factcheck.models import ArticleReplyFeedback, VoteReason

_NONE = "[]"
_SAYS_MORE = or_(ArticleReplyFeedback.somewhat, cast(ArticleReplyFeedback.reasons, String) != _NONE)


def _read(record: Record) -> Draft:
    values = {
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        "somewhat": record.count("somewhat") > 0,
        "reasons": record.choices("reasons", VoteReason),
    }
    return Draft(values, user_hash=record.user_hash())


def _apply(session: Session, drafts: list[Draft]) -> int:
    """Fills in what the votes, which came without it, do not say."""
    vote = ArticleReplyFeedback
    users = user_ids(session, [draft.user_hash for draft in drafts])
    wanted = {
        (draft.values["article_id"], draft.values["reply_id"], users[draft.user_hash]): draft.values
        for draft in drafts
        if draft.user_hash in users
    }
    if not wanted:
        return 0
    query = select(vote.id, vote.article_id, vote.reply_id, vote.user_id).where(
        among([vote.article_id, vote.reply_id, vote.user_id], list(wanted)), ~_SAYS_MORE
    )
    found = ((number, wanted[key[0], key[1], key[2]]) for number, *key in session.execute(query).all())
    more = [
        {"id": number, "somewhat": values["somewhat"], "reasons": values["reasons"]}
        for number, values in found
        if values["somewhat"] or values["reasons"]
    ]
    if more:
        session.execute(update(vote), more)
    return len(more)


ARTICLE_REPLY_FEEDBACK_REASONS = DataFile(
    name="article_reply_feedback_reasons",
    description="What votes say beyond their score. Votes that say nothing more have no row.",
    columns=(
        Column("articleId", ARTICLE_ID, ArticleReplyFeedback.article_id),
        Column("replyId", REPLY_ID, ArticleReplyFeedback.reply_id),
        user_column("Who voted"),
        count_column(
            "somewhat",
            "1: the score 0 means somewhat helpful. 0: it means what the votes' own file says.",
            case((ArticleReplyFeedback.somewhat, 1), else_=0),
        ),
        Column("reasons", "Why, separated by commas.", ArticleReplyFeedback.reasons, joined),
    ),
    rows_from=with_user(ArticleReplyFeedback, ArticleReplyFeedback.user_id),
    only=_SAYS_MORE,
    order=(ArticleReplyFeedback.id,),
    identity=("articleId", "replyId", "userIdsha256"),
    is_in_cofacts=False,
    table=table_of(ArticleReplyFeedback),
    required=("articleId", "replyId", "somewhat", "reasons"),
    key=(*LINK_KEY, "user_id"),
    read=_read,
    parents=(ARTICLE, LINK),
    apply=_apply,
)
