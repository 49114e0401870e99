"""Scripts, and how long a run of characters says something in each."""

import regex

SHORT_SHINGLE = 4
SHINGLE = {"Latin": 9, "Thai": 8}
"""Characters of a shingle by script, about two words: long enough that unrelated texts share almost none."""

# With weights: Japanese mixes kana into Chinese characters, Latin words are longer.
SCRIPTS = {
    "Han": (regex.compile(r"\p{Han}"), 1.0),
    "kana": (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 2.0),
    "Thai": (regex.compile(r"\p{Thai}"), 1.0),
    "Hangul": (regex.compile(r"\p{Hangul}"), 1.0),
    "Latin": (regex.compile(r"\p{Latin}"), 0.5),
}
