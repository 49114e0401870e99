"""The numbers by which a match is decided, beside `pair_model.json`.

Lengths are significant characters (`factcheck.matching.text.normalise.significant`), probabilities those of the pair
model. `indexer train` and `indexer evaluate` show what a change does.
"""

# A message and the articles that it may be about: decision.py

MOST_CANDIDATES = 10
"""Articles that a person is offered at most."""

ASKED_TOGETHER, UNSURE = 4, 0.5
"""If the best candidate is a rewording less probable than `UNSURE`, `ASKED_TOGETHER` are offered: so two more of 150
rewordings find their article (`indexer train`: 0.847 with 0, 0.860 with 4)."""

SHORTEST_IDENTICAL = 4
"""Not even a shorter identical text is answered ("hi", "真的?"), unless it has a URL."""

SHORTEST_ANSWERED = 10
"""A shorter text is answered only if it is identical."""

SAYS_ENOUGH = 30
"""The length from which a text says itself what it is about, whatever its link leads to."""

IDENTICAL = 0.995
"""The probability given to an identical text."""

LIKE_IDENTICAL = 0.99
"""The most for a text that is not identical."""

CHANGED = 0.5
"""The most for a near copy with another number, date, name or negation: it may be another claim."""

HELD = 0.6
"""The share of an article from which a message holds it. If it holds two, neither is the answer."""

NEW_PART, NEW_SHARE = 20, 0.35
"""The length, and share of a message, from which a part that the article lacks is a claim of its own. Of the
development data, none of 300 edited forwards and excerpts has that; with another message added, 98 of 100 have."""

SAME_STORY = 0.8
"""The Dice coefficient from which two candidates are copies of one story."""

# Messages that were sent together: bot/private/burst_matches.py

LIKELY = CHANGED
"""The probability from which the best candidate is shown for one of several messages; a near copy with another
number has it."""

SAME_CLAIM = 0.85
"""The probability, which no rewording reaches, from which one of several messages is taken to be the candidate: it
counts as sent together with the others, and nobody is asked whether it may be published. Between `LIKELY` and this a
message gets its card and the question."""

# Two articles that may be copies of one message: copies.py

LONG_ENOUGH = 20
"""A shorter text is a copy only of one with the same significant characters."""

MOST_CHANGED = 0.2
"""The share of the shorter text's tokens that may differ."""

MOST_COPY_TOKENS = 5_000
"""A text of more tokens is a copy only if it is identical."""

# A group, where nobody asked: trust.py

GROUP_ANSWER_FROM = 0.95
"""The probability from which the bot speaks up in a group; above the cut for one-to-one chats (0.9,
`pair_model.json`). On the queries of docs/matching.md it still answers 142 of 150 edited forwards, 142 of 150 parts
of messages and one of 147 translations; wrongly, 1 of 250 that no article answers and none of 150 with another claim
on the topic. Higher cuts lose right answers only."""

GROUP_KEEP_FROM = 0.5
"""More likely than not the same claim: from here on the resemblance of a group message to articles is kept for later
questions. On the same queries that is all forwards and parts, 0.81 of the translations, half of the questions, and
0.06 of messages that no article answers."""
