"""The numbers by which a match is decided, beside `pair_model.json`.

Lengths are significant characters (`text.normalise.significant`), probabilities the pair model's. `indexer train` and
`indexer evaluate` show what a change does.
"""

# A message and its candidates: decision.py

MOST_CANDIDATES = 10
"""Articles offered to a person."""

MOST_CARDS, MOST_PERHAPS = 3, 5
"""Shown without being asked for, and behind the quiet way."""

SAME_FROM, PROBABLY_FROM = 0.9, 0.5
"""Probabilities from which a candidate is called the same message, and a probable one."""

SHORTEST_IDENTICAL = 4
"""Shorter texts are not answered even if identical ("hi", "真的?"), unless they have a URL."""

SHORTEST_ANSWERED = 10
"""Shorter texts are answered only if identical."""

SAYS_ENOUGH = 30
"""From this length a text says what it is about, whatever its link leads to."""

IDENTICAL = 0.995
"""The probability given to an identical text."""

LIKE_IDENTICAL = 0.99
"""The most for a text that is not identical."""

CHANGED = 0.85
"""The most for a near copy with a large difference: most that are found so make the same claim, but it is below
`SAME_FROM`, since a turned word is such a difference, too."""

NAMES_HOST = 0.5
"""For an article that names the site that is all a message says; for others then 0."""

NAMED_FROM = 0.5
"""From this probability, but for what differs, a version of an article is named."""

HELD = 0.6
"""Messages hold an article from this share of it. If one holds two, neither is the answer."""

SAME_STORY = 0.8
"""The Dice coefficient from which two candidates are one story."""

# Messages that were sent together: bot/private/burst_matches.py

LIKELY = 0.5
"""From this probability the best candidate is shown for one of several messages, also a near copy with another
number."""

SAME_CLAIM = SAME_FROM
"""From this probability, which no rewording reaches, one of several messages is taken to be the candidate: it counts
as sent together with the others, and nobody is asked whether it may be published. Between `LIKELY` and this it gets
card and question."""

# Messages that a search of the web proposes: factcheck/services/searching.py

NEAR_ENOUGH = 0.42
"""The cosine below which nothing is said to be similar. Questions about a message are nearer to it, and hardly any
other message is so near to them."""

# Two articles that may be copies: copies.py

LONG_ENOUGH = 20
"""Shorter texts are copies only with the same significant characters."""

# A group, where nobody asked: trust.py

GROUP_ANSWER_FROM = 0.95
"""From this probability the bot speaks up in a group, if every change is known to be harmless, too; above the cut for
one-to-one chats (0.9, `pair_model.json`)."""

GROUP_KEEP_FROM = 0.5
"""From this probability it is kept, for later questions, which articles a group message resembles; the sizes in
docs/matching.md say how often "probably" is right."""

# Pictures, films and sounds: pictures.py

SAME_PICTURE, LIKE_PICTURE = 22, 40
"""Of the 256 bits of two picture hashes, how many may differ in the same picture, and in one that is offered if the
text agrees."""

PERHAPS_PICTURE = 72
"""Of those bits, how many may differ in a picture that is looked at closer: a watermark on an even ground changes as
many."""

LOOKS_THE_SAME, AGREES_WITH_TEXT = 0.8, 0.85
"""The probabilities of an article with the same picture, whose text does not agree or was not read, and of one with a
like picture and the same text."""

READ_BY_MACHINE = 0.9
"""The most for an article that agrees with the text a machine has read in an unknown picture."""

SAME_AS_REMOVED, LIKE_REMOVED = 6, 40
"""Of the bits of a picture hash, how many may differ in a copy of what was removed for good, which is refused, and in
what looks like it, which is held until somebody has decided. Other words on the same template may differ in seven."""
