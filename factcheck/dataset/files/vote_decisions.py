from sqlalchemy import join, select
from sqlalchemy.orm import Session

from factcheck.dataset.cell_formats import Kind, moment, number
from factcheck.dataset.columns import ARTICLE_ID, REPLY_ID, Column, count_column, time_column
from factcheck.dataset.data_file import DataFile, among
from factcheck.dataset.files.vote_nights import known_nights
from factcheck.dataset.parents import ARTICLE, LINK
from factcheck.dataset.record import Draft, MalformedError, Record
from factcheck.db.insert import table_of
from factcheck.models import VoteDecision, VoteNight, VoteStatus


def _read(record: Record) -> Draft:
    at, bound, score = record.moment("night"), record.share("bound"), record.share("score")
    if at is None or bound is None or score is None:
        raise MalformedError("night, bound or score is empty")
    values = {
        "night": moment(at),
        "article_id": record.key("articleId"),
        "reply_id": record.key("replyId"),
        "status": record.choice("status", VoteStatus),
        "helpful": record.count("helpful"),
        "somewhat": record.count("somewhat"),
        "not_helpful": record.count("notHelpful"),
        "bound": bound,
        "score": score,
    }
    return Draft(values)


def _apply(session: Session, drafts: list[Draft]) -> int:
    """Adds decisions of nights that are here."""
    nights, row = known_nights(session), VoteDecision
    rows = [
        {**draft.values, "night_id": nights[draft.values["night"]]}
        for draft in drafts
        if draft.values["night"] in nights
    ]
    if not rows:
        return 0
    key = (row.night_id, row.article_id, row.reply_id)
    keys = [(values["night_id"], values["article_id"], values["reply_id"]) for values in rows]
    known = {tuple(found) for found in session.execute(select(*key).where(among(key, keys)))}
    new = {one: values for one, values in zip(keys, rows, strict=True) if one not in known}
    session.add_all(
        row(**{name: value for name, value in values.items() if name != "night"}) for values in new.values()
    )
    return len(new)


VOTE_DECISIONS = DataFile(
    name="vote_decisions",
    description="What each night decided on replies, where that was new; the last one holds.",
    columns=(
        time_column("night", "When it was decided; a row of vote_nights.csv.", VoteNight.at),
        Column("articleId", ARTICLE_ID, VoteDecision.article_id),
        Column("replyId", REPLY_ID, VoteDecision.reply_id),
        Column("status", "As `voteStatus` in article_reply_statuses.csv, or UNRATED.", VoteDecision.status),
        count_column("helpful", "Votes that counted and found it helpful.", VoteDecision.helpful),
        count_column("somewhat", "Votes that counted and found it somewhat helpful.", VoteDecision.somewhat),
        count_column("notHelpful", "Votes that counted and found it not helpful.", VoteDecision.not_helpful),
        Column(
            "bound",
            "The 5 % quantile of the share of people who find it helpful.",
            VoteDecision.bound,
            number,
            Kind.NUMBER,
        ),
        Column(
            "score",
            "The expected share; where camps can be told, in the less favourable one.",
            VoteDecision.score,
            number,
            Kind.NUMBER,
        ),
    ),
    rows_from=join(table_of(VoteDecision), table_of(VoteNight), VoteDecision.night_id == VoteNight.id),
    order=(VoteDecision.id,),
    identity=("night", "articleId", "replyId"),
    is_of_people=False,
    is_in_cofacts=False,
    table=table_of(VoteDecision),
    required=("night", "articleId", "replyId", "status"),
    key=("night_id", "article_id", "reply_id"),
    read=_read,
    parents=(ARTICLE, LINK),
    apply=_apply,
)
