"""How much of a text pages show where: grapheme clusters, lines."""

TITLE = 40, 1
QUOTED = 60, 1
"""What differs."""
CARD = 160, 4
RECOGNISED = 200, 6
"""Enough to know a text again."""
SHARED = 200, 1
SUMMARY = 160, 2
"""What a linked page says of itself."""
IN_FEED = 1_000, 30
ERROR = ADDRESS = 120, 1
JOB_ERROR = 400, 4
