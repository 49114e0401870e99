"""What the filters of lists can name that is in the database, read by one statement: every list asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from factcheck.models import Category, Organisation


@dataclass(frozen=True)
class FilterNames:
    """Ids and names, in the order of the names."""

    topics: Mapping[str, str]
    organisations: Mapping[str, str]


_TOPIC, _ORGANISATION = "topic", "organisation"
_NAMES = union_all(
    select(literal(_TOPIC).label("kind"), Category.id.label("id"), Category.title.label("name")),
    select(literal(_ORGANISATION), Organisation.id, Organisation.name),
).subquery()
_ALL = select(_NAMES).order_by(_NAMES.c.name, _NAMES.c.id)


def filter_names(session: Session) -> FilterNames:
    rows = session.execute(_ALL).all()
    topics, houses = ({row.id: row.name for row in rows if row.kind == kind} for kind in (_TOPIC, _ORGANISATION))
    return FilterNames(topics, houses)
