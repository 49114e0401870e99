"""How much of a text is shown where: one line, cut between characters as people see them (grapheme clusters).

Some are bounded in UTF-16 units, too, which is what LINE counts: one emoji may be twenty units, each six bytes on the
wire, and a message must stay under 50 KB.
"""

UNITS_A_GRAPHEME = 5
"""UTF-16 units that a grapheme cluster may have on average, where a size has no bound of its own. More have only texts
of nothing but composed emoji; one cluster can be thousands of them."""

ANSWERED_ARTICLE = 40
"""The message that an answer is about, in the first line of the answer."""

CARD = 160
CARD_UNITS = 200
"""The message on a card among up to ten, whose text is in them twice where a part of it is marked."""

CARD_SEEN = 100
"""What is surely seen of a message on a card, where eight lines are shown."""

LISTED = 40
LISTED_UNITS = 120
"""A message among those of a burst: in a list, or on its card."""

GROUP_LISTED = 60
"""A message among those that resemble what was asked about in a group."""

QUESTIONED = 20
QUESTIONED_UNITS = 100
"""The person's own message in the question where it comes from."""

ADDITION = 200
ADDITION_UNITS = 1_000
"""What the person has written to add to a message, in the question whether to publish it."""

NOTICE_ARTICLE = 60
"""The message that a notice is about."""

NOTICE_REPLY = 200
"""The reply that a notice tells of."""

SHARED = 30
SHARED_ESCAPED = 270
"""The message in a text to share. It is part of an address: nine characters for each escaped Thai or Chinese one, and
what is said about it has to fit, too."""
