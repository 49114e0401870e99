"""How much of a text the pages show where: grapheme clusters, and lines. The rest of the pages show what
`factcheck.graphemes.excerpt` gives by itself."""

TITLE = 40, 1
"""A text as the name of a page."""

QUOTED = 60, 1
"""What differs, from either side."""

CARD = 160, 4
"""A message that is perhaps the one asked about."""

RECOGNISED = 200, 6
"""Enough of a text to recognise it."""

SHARED = 200, 1
"""What others show of a page that somebody shares."""

SUMMARY = 160, 2
"""What a linked page says of itself."""

IN_FEED = 1_000, 30
"""A message and its replies in a feed."""

ERROR = 120, 1
JOB_ERROR = 400, 4
ADDRESS = 120, 1
"""For admins: why a recurring job failed, why a job was given up, a page that could not be fetched."""
