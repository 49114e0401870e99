from datetime import timedelta

from factcheck.dataset.cell_formats import Kind, day
from factcheck.dataset.columns import Column, count_column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft, MalformedError, Record
from factcheck.db.insert import table_of
from factcheck.models import Analytics, DocType

HALF_A_DAY = timedelta(hours=12)


def _read(record: Record) -> Draft:
    """Cofacts' days begin at 16:00 UTC of the day before: the nearest midnight is the day's."""
    moment = record.moment("date")
    if moment is None:
        raise MalformedError("date is empty")
    values = {
        "doc_type": record.choice("type", DocType),
        "doc_id": record.public_id("docId"),
        "day": (moment + HALF_A_DAY).date(),
        "line_user": record.count("lineUser"),
        "line_visit": record.count("lineVisit"),
        "web_user": record.count("webUser"),
        "web_visit": record.count("webVisit"),
        "liff_user": record.count("liffUser"),
        "liff_visit": record.count("liffVisit"),
    }
    return Draft(values)


ANALYTICS = DataFile(
    name="analytics",
    description="How often a message or reply was looked at, by day (UTC). Days that are not over are not in it; days"
    " without a visit have no row.",
    columns=(
        Column("type", "article: a message. reply: a reply.", Analytics.doc_type),
        Column("docId", "Which one: `id` in articles.csv or replies.csv.", Analytics.doc_id),
        Column("date", "The day, as in 2026-01-31.", Analytics.day, day, Kind.DAY),
        count_column("lineUser", "People who were shown it in LINE; in groups nobody is counted.", Analytics.line_user),
        count_column("lineVisit", "How often it was shown in LINE, in groups too.", Analytics.line_visit),
        count_column(
            "webUser",
            "Visitors of its web page, told apart for that day by network address and browser; robots that say so are "
            "left out.",
            Analytics.web_user,
        ),
        count_column("webVisit", "How often its web page was opened.", Analytics.web_visit),
        count_column("liffUser", "People in other programs of LINE; 0 but in data taken over.", Analytics.liff_user),
        count_column("liffVisit", "Visits in other programs of LINE; 0 but in data taken over.", Analytics.liff_visit),
    ),
    rows_from=Analytics,
    order=(Analytics.id,),
    identity=("type", "docId", "date"),
    is_of_people=False,
    table=table_of(Analytics),
    required=("type", "docId", "date"),
    key=("doc_type", "doc_id", "day"),
    read=_read,
)
