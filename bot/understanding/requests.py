"""Questions whether something is true, which are no claims themselves, as pure functions."""

import unicodedata

import regex

from bot.understanding.words import pattern_of

LONGEST_QUESTION = 60
"""Letters of a question about a message; a longer text says something itself."""


def is_question(text: str) -> bool:
    """Tell whether a text only asks whether something is true."""
    letters = letters_of(text)
    if len(letters) > LONGEST_QUESTION or not _ONLY_QUESTION.fullmatch(letters):
        return False
    kinds = {found.lastgroup for found in _WORDS.finditer(letters)}
    return "question" in kinds or ("with_mark" in kinds and regex.search("[?？]", text) is not None)


def letters_of(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{M}\p{N}]", "", folded(text))


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


# Possessive: words are tried in this order and not again, so that matching takes linear time.
_WORD = folded(
    f"(?P<question>{pattern_of(lambda words: '|'.join(words.questions))})"
    f"|(?P<with_mark>{pattern_of(lambda words: words.questions_with_mark)})"
    f"|(?P<around>{pattern_of(lambda words: words.around_questions)})"
).replace("(?p<", "(?P<")
_WORDS = regex.compile(_WORD)
_ONLY_QUESTION = regex.compile(f"(?:{_WORD})++")
