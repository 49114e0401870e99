from factcheck.dataset.columns import Column, time_column
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft, Record
from factcheck.db.insert import table_of
from factcheck.models import Category


def _read(record: Record) -> Draft:
    return Draft(
        {
            "id": record.key("id"),
            "title": record.text("title"),
            "description": record.text("description"),
            "created_at": record.moment("createdAt"),
            "updated_at": record.moment("updatedAt"),
        }
    )


CATEGORIES = DataFile(
    name="categories",
    description="The topics there are.",
    columns=(
        Column("id", "Id of the topic.", Category.id),
        Column("title", "Its name.", Category.title),
        Column("description", "What belongs to it.", Category.description),
        time_column("createdAt", "When it was made.", Category.created_at),
        time_column("updatedAt", "When it was last changed.", Category.updated_at),
    ),
    rows_from=Category,
    order=(Category.id,),
    identity=("id",),
    is_of_people=False,
    table=table_of(Category),
    required=("id", "title"),
    key=("id",),
    read=_read,
)
