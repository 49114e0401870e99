"""How much is taken at each door, declared once (docs/limits.md is made from it). Lengths are in code points."""

from dataclasses import dataclass

MAX_TEXT_LENGTH = 20_000
"""LINE allows 10,000."""
MAX_IMPORTED_TEXT = 200_000
"""Transcripts of films are long."""
MAX_REASON_LENGTH = 1_000
MAX_COMMENT_LENGTH = 1_000
MAX_NOTE_LENGTH = 2_000
MAX_REDACTED_PIECES = 100
MAX_REPLY_LENGTH = 5_000
"""A LINE text message holds 5,000 UTF-16 units, and longer replies are sent in parts."""
MAX_REFERENCE_LENGTH = 5_000
MAX_DRAFT_LENGTH = 20_000
"""More than a reply may have, so that what is too long can be kept and shortened."""
MAX_SNIPPET_LENGTH = 2_000
MAX_SNIPPETS = 50
MAX_NAME_LENGTH = 40
MAX_QUERY_LENGTH = 500
MAX_URL_BYTES = 2_000
"""PostgreSQL cannot index more than some 2,700 bytes. Longer URLs get no row."""
MAX_FORM_BYTES = 1_000_000
MAX_MATCHED = 10_000
"""Of a message that a program has compared; as long as one in LINE may be."""
MAX_API_BYTES = 200_000
"""Of a body for `/api/v1/`: that message takes at most 120,000 bytes as JSON."""
MAX_GRAPHQL_BYTES = 1_000_000
MAX_WEBHOOK_BYTES = 2 * 1024 * 1024
"""LINE's webhooks are a few kilobytes."""
MAX_WEBHOOK_EVENTS = 1_000
"""LINE sends a handful together. Storing more would hold up other webhooks."""
MAX_ROW = 1_000_000
"""Characters of a row of an imported file."""
MAX_ROWS = 20_000_000
MAX_FILE_BYTES = 8_000_000_000
"""Of a file of the dataset, unpacked."""
MAX_RATIO = 100
"""How many times larger than its archive a file may be; people's texts pack to a half or a sixth."""
SMALL_FILE_BYTES = 20_000_000
"""Unpacked; below it the ratio does not matter."""
MAX_PICTURE_PIXELS = 40_000_000
"""Unpacked they take up to 160 MB. A telephone's camera has some 12 million; a file of a few kilobytes may claim more
than any memory holds."""
SHOWN_AT_ONCE = 2_000
"""A page folds what is longer."""
SHOWN_AT_MOST = 50_000
"""No page shows more of one text; finding the addresses in it takes processor time with each view."""

MAX_PICTURE_BYTES = 10 * 1024 * 1024
"""LINE's own limit of a picture."""
MAX_UPLOAD_BYTES = 5 * 1024 * 1024
"""A picture in a form; a phone's photograph has two to four million."""
MAX_PAGE_PICTURE_BYTES = 3 * 1024 * 1024
"""The picture that a linked page shows of itself."""
FORM_BYTES = 64_000
"""Of a form, beside its picture."""
MAX_FILM_BYTES = 200 * 1024 * 1024
"""LINE's own limit of a film or sound."""
MAX_FILM_SECONDS = 3_600.0
MAX_ALTERNATIVE_TEXT = 500


@dataclass(frozen=True)
class Limit:
    door: str
    most: int
    unit: str
    beyond: str


_REFUSED = "the form comes back with the text in it and says so"
_SAID_IN_CHAT = "it is not kept, and its sender is told"
_SAID = "the import names the row and goes on"
_STOPS = "the import stops and says so"

LIMITS = (
    Limit("message that is published", MAX_TEXT_LENGTH, "characters", "it is not taken, and its sender is told"),
    Limit("reason for a request", MAX_REASON_LENGTH, "characters", _REFUSED),
    Limit("comment of a rating", MAX_COMMENT_LENGTH, "characters", _REFUSED),
    Limit("words with a report, an appeal or a decision", MAX_NOTE_LENGTH, "characters", _REFUSED),
    Limit("pieces of personal data that one decision takes out", MAX_REDACTED_PIECES, "pieces", _REFUSED),
    Limit("reply", MAX_REPLY_LENGTH, "characters", _REFUSED),
    Limit("references of a reply", MAX_REFERENCE_LENGTH, "characters", _REFUSED),
    Limit("field of a draft", MAX_DRAFT_LENGTH, "characters", _REFUSED),
    Limit("own text to use again", MAX_SNIPPET_LENGTH, "characters", _REFUSED),
    Limit("own texts of a person", MAX_SNIPPETS, "", _REFUSED),
    Limit("public name", MAX_NAME_LENGTH, "characters", _REFUSED),
    Limit("words to search for", MAX_QUERY_LENGTH, "characters", "the rest is left out, and the page says so"),
    Limit("address in a text", MAX_URL_BYTES, "bytes", "it stays in the text and gets no row of its own"),
    Limit("form of a page", MAX_FORM_BYTES, "bytes", "413 before the rest is read"),
    Limit("message that a program has compared", MAX_MATCHED, "characters", "422, which names the field"),
    Limit("body for /api/v1/", MAX_API_BYTES, "bytes", "413"),
    Limit("body for /graphql", MAX_GRAPHQL_BYTES, "bytes", "413"),
    Limit("webhook", MAX_WEBHOOK_BYTES, "bytes", "413 before the rest is read"),
    Limit("events in a webhook", MAX_WEBHOOK_EVENTS, "", "413, and none is kept"),
    Limit("picture", MAX_PICTURE_BYTES, "bytes", _SAID_IN_CHAT),
    Limit("picture in a form", MAX_UPLOAD_BYTES, "bytes", "413 before the rest is read"),
    Limit("picture that a linked page shows of itself", MAX_PAGE_PICTURE_BYTES, "bytes", "the page has none"),
    Limit("file that an app names by its address", MAX_PICTURE_BYTES, "bytes", "an error in the answer"),
    Limit("film or sound", MAX_FILM_BYTES, "bytes", _SAID_IN_CHAT),
    Limit("film or sound", int(MAX_FILM_SECONDS), "seconds", _SAID_IN_CHAT),
    Limit("words for who cannot see a picture", MAX_ALTERNATIVE_TEXT, "characters", _REFUSED),
    Limit("text in an imported file", MAX_IMPORTED_TEXT, "characters", "the row is left out and counted"),
    Limit("row of an imported file", MAX_ROW, "characters", _SAID),
    Limit("rows of an imported file", MAX_ROWS, "", _STOPS),
    Limit("imported file, unpacked", MAX_FILE_BYTES, "bytes", _STOPS + " before anything is written"),
    Limit(
        f"imported file of more than {SMALL_FILE_BYTES:,} bytes",
        MAX_RATIO,
        "times its packed size",
        _STOPS + " before anything is written",
    ),
    Limit("picture", MAX_PICTURE_PIXELS, "pixels", "it is not opened, and its sender is told"),
    Limit("text on a page", SHOWN_AT_ONCE, "characters", "the rest is folded away"),
    Limit("text on a page, unfolded", SHOWN_AT_MOST, "characters", "the page says how much it leaves out"),
)
