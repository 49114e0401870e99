"""Cuts normalised text into tokens for the word index and windows for the sentence model."""

import regex

# Scripts without spaces between words. The long vowel sign belongs to none.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Bopomofo}ー"
_TOKEN = regex.compile(
    rf"(?P<run>[{UNSPACED}]+(?:\s+[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]+)*)"
    rf"|(?P<number>\p{{Nd}}+(?:[.,:/]\p{{Nd}}+)+)"
    rf"|(?P<word>(?:(?![{UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])+)"
)
_SPACE = regex.compile(r"\s+")
_LETTER = regex.compile(rf"[{UNSPACED}]")
_LONGEST_WORD = 64  # longer ones are no words, and search engines refuse them

WINDOW = 400
OVERLAP = 100
MOST_WINDOWS = 16
_SNAP = 40
_BREAK = regex.compile(r"[\s。!?;,、.…」』】)]")


def bigrams(text: str) -> list[str]:
    """Cuts text into character bigrams where words are not spaced (a lone character stays), else lower-case words
    and numbers. As forwards are wrapped anywhere, line breaks do not cut Chinese or Japanese."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(text.lower()):
        run = match.group("run")
        if run is None:
            tokens.append(match.group()[:_LONGEST_WORD])
            continue
        run = _SPACE.sub("", run)
        tokens.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    return tokens


def wanted_words(text: str) -> tuple[str, ...]:
    """Gives the tokens that a text must have to contain the words of a search, each once. Spaces part words that need
    not stand beside each other."""
    return tuple(dict.fromkeys(token for word in text.split() for token in bigrams(word)))


def pattern_of(token: str) -> str:
    """Gives the regular expression, of the whole, of the tokens that tell that a text has the `token`: for one
    character of a script without spaces all that have it, else '' for the token itself."""
    return f".?{token}.?" if _LETTER.fullmatch(token) else ""


def windows(text: str) -> list[str]:
    """Cuts at most 16 overlapping parts of about 400 characters, at breaks where possible; longer text is sampled
    evenly, first and last part included. Empty text gives none."""
    text, count = text.strip(), window_count(text)
    if count <= 1:
        return [text] if text else []
    reach = len(text) - WINDOW
    starts = [round(i * reach / (count - 1)) for i in range(count)]
    return [text[_snapped(text, start) : _snapped(text, start + WINDOW)].strip() for start in starts]


def window_count(text: str) -> int:
    """Counts the `windows` of a text without cutting them."""
    length = len(text.strip())
    return min(MOST_WINDOWS, 1 + max(0, -(-(length - WINDOW) // (WINDOW - OVERLAP)))) if length else 0


def _snapped(text: str, at: int) -> int:
    """Finds the nearest break shortly before `at`, else `at`."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    for position in range(at, max(at - _SNAP, 0), -1):
        if _BREAK.match(text[position - 1]):
            return position
    return at
