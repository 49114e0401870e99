from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.errors import IndexMismatchError, SearchUnavailableError
from factcheck.ports import Hit, Part, QueryEmbedder, SearchReader
from factcheck.services.matching import find_hits
from factcheck.services.searching import propose


@dataclass(frozen=True)
class Context:
    """What a resolver may use. Each opens a session of its own, since the index is asked outside of them."""

    factory: SessionFactory
    search: SearchReader
    embedder: QueryEmbedder
    clock: Clock

    def hits(self, text: str) -> Sequence[Hit]:
        """Asks the index, best first; nothing while it is away."""
        try:
            return find_hits(self.search, self.embedder, text, need_vector=False)
        except (SearchUnavailableError, IndexMismatchError):
            return []

    def articles_with_replies_of(self, text: str) -> Sequence[str]:
        """Asks the index for articles with a reply that has all the words, the best first."""
        return propose(self.search, self.embedder, text, Part.REPLIES, with_near=False).words.article_ids
