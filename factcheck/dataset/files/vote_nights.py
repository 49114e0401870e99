import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.dataset.cell_formats import moment
from factcheck.dataset.columns import Column, time_column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft, MalformedError, Record
from factcheck.db.insert import table_of
from factcheck.models import VoteNight


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _read(record: Record) -> Draft:
    at = record.moment("night")
    if at is None:
        raise MalformedError("night is empty")
    try:
        parameters = json.loads(record.text("parameters"))
    except (ValueError, RecursionError):
        raise MalformedError("parameters is no JSON") from None
    if not isinstance(parameters, dict):
        raise MalformedError("parameters is no JSON object")
    return Draft({"at": at, "parameters": parameters})


def known_nights(session: Session) -> dict[str, int]:
    """Maps nights, as files name them, to their numbers here."""
    return {moment(at): number for number, at in session.execute(select(VoteNight.id, VoteNight.at))}


def _apply(session: Session, drafts: list[Draft]) -> int:
    known = known_nights(session)
    new = [draft.values for draft in drafts if moment(draft.values["at"]) not in known]
    session.add_all(VoteNight(**values) for values in new)
    return len(new)


VOTE_NIGHTS = DataFile(
    name="vote_nights",
    description="The nights on which it was decided what the votes tell.",
    columns=(
        time_column("night", "When it was decided.", VoteNight.at),
        Column(
            "parameters",
            "JSON: all that the decisions follow from beside the votes, such as the prior and the cut.",
            VoteNight.parameters,
            _as_json,
        ),
    ),
    rows_from=VoteNight,
    order=(VoteNight.id,),
    identity=("night",),
    is_of_people=False,
    is_in_cofacts=False,
    table=table_of(VoteNight),
    required=("night", "parameters"),
    key=("at",),
    read=_read,
    apply=_apply,
)
