"""The numbers by which a match is decided, beside the curve that `pair_model.json` holds.

Lengths are significant characters (`factcheck.matching.text.normalise.significant`). Probabilities are those of the
pair model. `indexer train` and `indexer evaluate` show what a change does.
"""

# A message and the articles that it may be about: decision.py

MOST_CANDIDATES = 10
"""A person is offered no more articles than these."""

ASKED_TOGETHER, UNSURE = 4, 0.5
"""If the best candidate is a rewording less probable than `UNSURE`, `ASKED_TOGETHER` are offered: what one in the
second place is worth is then hardly known, and of 150 rewordings two more find their article so (`indexer train`, with
0 in place of 4: 0.847; with 4: 0.860)."""

SHORTEST_IDENTICAL = 4
"""The length below which not even an identical text is answered ("hi", "真的?"); a URL in it lifts this."""

SHORTEST_ANSWERED = 10
"""The length below which only an identical text is answered."""

SAYS_ENOUGH = 30
"""The length from which a text says itself what it is about, whatever its link leads to."""

IDENTICAL = 0.995
"""The probability that an identical text is given; the model is not asked."""

LIKE_IDENTICAL = 0.99
"""The most that the model may say of a text that is not identical."""

CHANGED = 0.5
"""The most that a near copy is given in which a number, a date, a name or a negation differs: it may be another
claim."""

HELD = 0.6
"""The share of an article from which a message holds it. Of two messages in one, neither is the answer."""

NEW_PART, NEW_SHARE = 20, 0.35
"""The length, and the share of a message, from which one part of it that has nothing of the article is a claim of its
own. Of 300 edited forwards and excerpts of the development data none has that, of the same with another message added,
98 of 100."""

SAME_STORY = 0.8
"""The Dice coefficient from which two candidates count as copies of one story."""

# Messages that were sent together: bot/private/burst_matches.py

LIKELY = CHANGED
"""The probability from which the best candidate is shown for one of several messages: so that a near copy with another
number is."""

SAME_CLAIM = 0.85
"""The probability from which one of several messages is taken to be the candidate, which no rewording reaches: it
counts as sent together with the others, and nobody is asked whether it may be published. Between `LIKELY` and this a
message gets both, its card and the question."""

# Two articles that may be copies of one message: copies.py

LONG_ENOUGH = 20
"""The length from which a text may be a copy of one that is not the same in every significant character."""

MOST_CHANGED = 0.2
"""The share of the shorter text's tokens that may differ in all."""

MOST_COPY_TOKENS = 5_000
"""A text of more tokens is a copy of another only if they are identical."""

# A group, where nobody asked: trust.py

GROUP_ANSWER_FROM = 0.95
"""The probability from which the bot speaks up in a group; above the cut for one-to-one chats (0.9, `pair_model.json`).
Measured on the queries of docs/matching.md: 142 of 150 edited forwards and 142 of 150 parts of messages are still
answered, one of 147 translations, no question; so are 1 of 250 that no article answers (an article that is a whole chat
log holds it) and none of 150 with another claim on the same topic. Higher cuts lose right answers only."""

GROUP_KEEP_FROM = 0.5
"""More likely than not the same claim: from here on it is kept which articles a message in a group resembles, so that
it can be asked about later. In the same measurement that is all of the forwards and parts, 0.81 of the translations,
half of the questions, and 0.06 of the messages that no article answers."""
