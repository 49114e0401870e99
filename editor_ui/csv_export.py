"""A table that spreadsheets open without taking what people wrote for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

MAX_ROWS = 5_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet reads Chinese in the encoding of its country."""


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + table.getvalue()


def _cell(value: object) -> str:
    """Puts an apostrophe before what a spreadsheet would calculate, also after spaces."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) and not isinstance(value, int) else text
