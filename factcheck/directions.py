"""Marks that turn the direction of what stands around them, and letters that run from right to left."""

import regex

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_MARKS = regex.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Hebrew}\p{Arabic}\p{Syriac}\p{Thaana}\p{Nko}]")


def undirected(text: str) -> str:
    return _MARKS.sub("", text)


def isolated(text: str) -> str:
    """Keeps letters that run from right to left from turning round the sentence in which they are quoted."""
    return f"{ISOLATE}{text}{END_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text
