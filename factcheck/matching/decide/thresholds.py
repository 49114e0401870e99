"""The probabilities and lengths that decisions turn on."""

CHANGED = 0.5
"""The most that is said of a near copy in which a number, a date, a name or a negation differs: it may be another
claim."""

LIKELY = CHANGED
"""The probability from which the best candidate is shown for a message that was sent with others: so that a near copy
with another number is."""

SAME_CLAIM = 0.85
"""The probability from which a message that was sent with others is taken to be the candidate, which no rewording
reaches: it counts as sent together with the others, and nobody is asked whether it may be published. Between `LIKELY`
and this a message gets both, its card and the question."""
