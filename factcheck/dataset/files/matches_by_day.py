from factcheck.dataset.cell_formats import Kind, day
from factcheck.dataset.columns import Column, count_column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft, MalformedError, Record
from factcheck.db.insert import table_of
from factcheck.models import MatchCount


def _read(record: Record) -> Draft:
    moment = record.moment("date")
    if moment is None:
        raise MalformedError("date is empty")
    values = {"day": moment.date(), "outcome": record.key("outcome"), "matches": record.count("matches")}
    return Draft(values)


MATCHES_BY_DAY = DataFile(
    name="matches_by_day",
    description="What came of comparing the messages that people sent with those that are known, counted by day (UTC).",
    columns=(
        Column("date", "The day, as in 2026-01-31.", MatchCount.day, day, Kind.DAY),
        Column(
            "outcome",
            "ANSWERED: a check was shown at once. WAITING: it is known and has no reply yet. DIFFERED: nearly a known "
            "message, and what differs was said. OFFERED: some to choose from were shown. UNKNOWN: nothing was found.",
            MatchCount.outcome,
        ),
        count_column("matches", "How many messages.", MatchCount.matches),
    ),
    rows_from=MatchCount,
    order=(MatchCount.day, MatchCount.outcome),
    identity=("date", "outcome"),
    is_of_people=False,
    is_in_cofacts=False,
    table=table_of(MatchCount),
    required=("date", "outcome", "matches"),
    key=("day", "outcome"),
    read=_read,
)
