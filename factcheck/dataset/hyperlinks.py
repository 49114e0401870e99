"""What the two files of web addresses share."""

from collections.abc import Callable

from factcheck.dataset.columns import Column, Source
from factcheck.dataset.record import Draft, LeftOutError, Record
from factcheck.limits import MAX_URL_BYTES


def address_columns(where: str, url: Source, normalized_url: Source, title: Source) -> tuple[Column, ...]:
    """Makes the columns of an address that stands in `where`: "the message"."""
    return (
        Column("url", f"The address as it stands in {where}.", url),
        Column(
            "normalizedUrl",
            "The page's canonical address; of a page that was not fetched, its own in one form.",
            normalized_url,
        ),
        Column("title", "The page's title; empty if it could not be fetched.", title),
    )


def hyperlink_reader(column: str, field: str) -> Callable[[Record], Draft]:
    """Makes a reader of rows whose `column` holds the id for the table's `field`."""

    def read(record: Record) -> Draft:
        url = record.text("url").strip()
        if not url:
            raise LeftOutError("no URL")
        if len(url.encode()) > MAX_URL_BYTES:
            raise LeftOutError(f"URL longer than {MAX_URL_BYTES} bytes")
        values = {
            field: record.key(column),
            "url": url,
            "normalized_url": record.text("normalizedUrl"),
            "title": record.text("title"),
        }
        return Draft(values)

    return read
