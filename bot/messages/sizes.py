"""How much of a text is shown where, in grapheme clusters.

LINE counts UTF-16 units: an emoji may have twenty, each six bytes on the wire, and a message must stay under 50 KB. So
some sizes have a bound in units, too.
"""

UNITS_A_GRAPHEME = 5
"""UTF-16 units of a grapheme cluster on average; only composed emoji have more."""

ANSWERED_ARTICLE = 40
"""The article in the first line of an answer."""

CARD = 160
CARD_UNITS = 200
"""On one of up to ten cards (several messages at once); the text is in them twice where a part is marked."""

CARD_SEEN = 100
"""What is surely seen in the eight lines of a card."""

DIFFERENCE = 40
"""What differs, quoted from either side."""

LISTED = 40
LISTED_UNITS = 120
"""A message of a burst, in a list or on its card."""

NEAR = 60
"""The article that is nearly the message, in the question whether to publish it."""

GROUP_LISTED = 60
"""An article that resembles what was asked about in a group."""

QUESTIONED = 20
QUESTIONED_UNITS = 100
"""The person's message in the question where it comes from."""

ADDITION = 200
ADDITION_UNITS = 1_000
"""What the person wrote to add, in the question whether to publish it."""

NOTICE_ARTICLE = 60

NOTICE_REPLY = 200

READ = 400
READ_UNITS = 1_000
"""What was read in a picture, in the question whether it may be published."""

SHARED = 30
SHARED_ESCAPED = 270
"""The article in a text to share. In an address each Thai or Chinese character takes nine."""
