"""What the domain needs from outside. Each has a real implementation (`indexer`, `bot`, `factcheck.fetching`) and a
fake in `tests/fakes`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from factcheck.media.signs import FilmIndex, FilmSigns
from factcheck.models.enums import PageFault, PageState

Vector = npt.NDArray[np.float32]
"""Shape (dimension,), unit length."""

Matrix = npt.NDArray[np.float32]
"""Shape (count, dimension), rows of unit length."""


class QueryEmbedder(Protocol):
    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Embed incoming texts. Raises EmbedderUnavailableError."""


class Embedder(QueryEmbedder, Protocol):
    """Turns texts into unit vectors whose dot product is their cosine similarity."""

    @property
    def name(self) -> str:
        """Names the model in every index's identity."""

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Embed texts to be found later. Raises EmbedderUnavailableError."""


@dataclass(frozen=True)
class SearchDocument:
    """One article as the index keeps it. Holds nothing private."""

    article_id: str
    version: int
    """An older version never overwrites a newer one."""
    text: str
    """Normalised by `matching.text.normalise.normalise`."""
    fingerprint: str
    """See `matching.text.normalise.fingerprint`."""
    urls: tuple[str, ...] = ()
    """Normalised URLs in the text, and `host_terms` of the hosts it names."""
    vectors: Matrix | None = field(default=None, compare=False)
    """One row a window of the text (at least one)."""
    replies: str = ""
    """Texts and references of its replies, normalised; only found by `SearchReader.containing`."""


@dataclass(frozen=True)
class SearchQuery:
    text: str
    """Normalised by `matching.text.normalise.normalise`."""
    fingerprint: str = ""
    urls: tuple[str, ...] = ()
    vector: Vector | None = None
    """None: search by words only."""
    limit: int = 20


@dataclass(frozen=True)
class Hit:
    """One candidate. A rank is None where that list did not hold it, `cosine` only without a query vector."""

    article_id: str
    bm25: float | None = None
    bm25_rank: int | None = None
    """1 is the best."""
    cosine: float | None = None
    cosine_rank: int | None = None
    same_fingerprint: bool = False
    shared_urls: int = 0
    window: int = 0
    """The window of a long message, from 1, that is nearest to the article; 0: the whole message."""


class Part(StrEnum):
    """What of an article is searched for words."""

    MESSAGE = "message"
    REPLIES = "replies"


@dataclass(frozen=True)
class WordQuery:
    """Asks for all articles that have every one of the tokens (`matching.text.tokens.wanted_words`, `pattern_of`)."""

    tokens: tuple[str, ...]
    part: Part = Part.MESSAGE
    limit: int = 10_000


@dataclass(frozen=True)
class WordHits:
    """The first of the articles that have the words, best first; if only single characters were asked for, the last
    indexed first."""

    total: int
    article_ids: tuple[str, ...]


@dataclass(frozen=True)
class UnfinishedBuild:
    """A new index in the making, or left by a killed rebuild."""

    name: str
    identity: str
    documents: int
    resumable: bool
    """It has the identity expected here, so the next rebuild continues it."""


@dataclass(frozen=True)
class ClusterHealth:
    colour: str
    """green: all copies; yellow: all data, but not all copies; red: some data is missing."""
    nodes: int
    unassigned_shards: int
    """Of this service's indices alone."""


@dataclass(frozen=True)
class IndexStatus:
    backend: str
    identity: str
    """Model name, dimension, mapping version and treatment of texts."""
    expected_identity: str
    """What the running code and settings would build."""
    documents: int
    exists: bool
    size_bytes: int | None = None
    differences: tuple[str, ...] = ()
    """Parts that differ: "model", "mapping", "treatment of texts"."""
    unfinished: tuple[UnfinishedBuild, ...] = ()
    cluster: ClusterHealth | None = None
    """None: the index needs no server."""
    fault: str = ""
    """Why the index is lost; "" if it was not seen to be."""

    @property
    def matches(self) -> bool:
        return self.exists and self.identity == self.expected_identity


class SearchReader(Protocol):
    """The part of an index that answering a message needs: it proposes, the database decides. All methods raise
    SearchUnavailableError when it is away, IndexLostError when it is gone or damaged, and IndexMismatchError when it
    belongs to another model."""

    def candidates(self, query: SearchQuery) -> list[Hit]:
        """Finds candidates by words, meaning, fingerprint and URL, one Hit an article, unfused."""

    def containing(self, query: WordQuery) -> WordHits:
        """Finds and counts all articles that have all of the words; none for no words."""

    def vectors(self, article_id: str) -> Matrix | None: ...


class SearchBackend(SearchReader, Protocol):
    """A whole index. All methods raise SearchUnavailableError when it is away."""

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Write documents, which all processes find within a second."""

    def delete(self, article_ids: Sequence[str]) -> None:
        """Forget articles; unknown ids are ignored."""

    def purge(self) -> bool:
        """Leaves nothing of deleted documents in any file; without it their words stay until files are merged. False:
        some could not go yet; call it again in an hour."""

    def versions(self) -> dict[str, int]:
        """Maps every indexed article_id to its version."""

    def rebuild(self, *, fresh: bool = False, salvage: bool = False) -> "IndexBuild":
        """Begins an index beside the live one, or continues an unfinished one of the same identity. `fresh`: remove
        such ones first. `salvage`: take over what is sound in the live one, if the backend can tell."""

    def status(self) -> IndexStatus: ...

    def ping(self) -> None:
        """Checks cheaply that it is ready. Raises IndexLostError when only a rebuild helps."""

    def verify(self) -> None:
        """Checks all of it, which may take seconds. Raises IndexLostError."""


class IndexBuild(Protocol):
    """A new index in the making. It outlives the process that fills it and is invisible before `switch`."""

    def index(self, documents: Sequence[SearchDocument]) -> None: ...

    def versions(self) -> dict[str, int]: ...

    def finish(self) -> None:
        """Make it ready to serve once all is written: slow, repeatable, optional."""

    def switch(self) -> None:
        """Make it live in one step and remove the old one; does nothing if it is live already."""


class Mailer(Protocol):
    def send(self, to: str, subject: str, body: str, *, stop: str = "", bounce: str = "") -> None:
        """Send a plain-text mail. `stop`: the address by which a mail program ends such mails with one click (RFC
        8058); `bounce`: where it returns if it cannot be delivered later. Raises MailRefusedError for an address that
        gets none, OSError for other trouble."""


@dataclass(frozen=True)
class FetchedPage:
    """What came of one try. The texts are strangers'."""

    state: PageState
    status: int = 0
    """The last answer's, 0 for none."""
    fault: PageFault | None = None
    title: str = ""
    summary: str = ""
    image: str = ""
    canonical: str = ""
    """The page's one address, after redirects and as it says itself, normalised."""
    archived: str = ""
    """A copy of it that an archive has; '' unless one was asked for it."""


class Answered(Protocol):
    """What came of calling another service."""

    @property
    def status(self) -> int:
        """Returns 0 when there was no answer."""

    @property
    def body(self) -> bytes: ...

    @property
    def is_good(self) -> bool: ...

    @property
    def trouble(self) -> str:
        """Says in a word what was wrong; '' for nothing."""


class ServiceCaller(Protocol):
    """Calls other services, and never an address that is not open to everybody. Never raises for one of them."""

    def get(self, url: str) -> Answered: ...

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered: ...


class PageFetcher(Protocol):
    def fetch(self, urls: Sequence[str]) -> Mapping[str, FetchedPage]:
        """Fetch pages at once, each within seconds. Never raises for a page, and never asks an address that is not open
        to everybody."""


class MediaStore(Protocol):
    """Keeps files by name: "<SHA-256 of what was sent, in hex>/<variant>". All methods raise MediaStoreUnavailableError
    or OSError when it is away or full."""

    def put(self, name: str, source: Path) -> None:
        """Keep a copy of a file, whole or not at all. The same again changes nothing."""

    def open(self, name: str) -> BinaryIO:
        """Open a whole file to read. Raises NotFoundError."""

    def size(self, name: str) -> int:
        """Count a file's bytes. Raises NotFoundError."""

    def piece(self, name: str, start: int, stop: int) -> bytes:
        """Read no more than a piece of a file: a film is watched in many. Raises NotFoundError."""

    def delete(self, file_id: str) -> None:
        """Remove all variants of a file; an unknown one is ignored."""

    def file_ids(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class PictureFacts:
    """What is known of a picture without reading it."""

    media_id: str
    """Cofacts' id, `image.<key>.<hash>`."""
    picture_hash: bytes
    """32 bytes; copies of a picture differ in few bits."""
    width: int
    """Pixels, as people see it."""
    height: int


@dataclass(frozen=True)
class ReadLine:
    """One line of text in a picture."""

    text: str
    confidence: float
    """0 to 1, as the reader says."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom as shares of width and height, 0 to 1."""


@dataclass(frozen=True)
class PictureText:
    """What a machine read in a picture."""

    text: str
    """Lines in the order people read them, an empty line between blocks; '' if there is none."""
    confidence: float
    """The lines' mean by their length; 0 without a line."""
    lines: tuple[ReadLine, ...] = ()
    faces: int = 0
    """How many faces seem to be in it."""


class PictureReader(Protocol):
    def read_picture(self, path: Path, *, timeout: float) -> PictureText:
        """Reads a file within `timeout` seconds. Raises ReaderUnavailableError, and PictureRefusedError for what is no
        picture or too large."""


class HashIndex(Protocol):
    """Picture hashes and their keys, in memory."""

    def extend(self, pairs: Iterable[tuple[str, bytes]]) -> None: ...

    def nearest(self, wanted: bytes, *, within: int, most: int) -> list[tuple[str, int]]:
        """Lists keys and distances in bits, the nearest first: at most `most` within so many bits."""


class Looker(Protocol):
    """Looks at pictures, films and sounds."""

    def facts(self, path: Path) -> PictureFacts:
        """Raises PictureRefusedError for what is no picture that can be opened."""

    def read(self, path: Path) -> PictureText | None:
        """Reads the text in a picture. None where no reader is installed, or it is away."""

    def signs(self, path: Path, seconds: float, *, is_film: bool) -> FilmSigns:
        """Looks through a film, or listens to a sound. What cannot be made out is left empty."""

    def is_same_picture(self, one: bytes, other: bytes) -> bool | None:
        """Tells whether two small pictures of our own making are the same, but for a mark on one of them. None where
        too little is in them."""

    def hashes(self) -> HashIndex:
        """Makes an empty index of picture hashes."""

    def films(self) -> FilmIndex:
        """Makes an empty index of films and sounds."""


@dataclass(frozen=True)
class Transcript:
    """What a machine heard. It may be wrong, and is shown as a machine's."""

    text: str
    """'' if nobody speaks, or if what came was no speech: loops, and what such machines say of silence."""
    language: str = ""
    """As the provider says it."""
    left_out: tuple[str, ...] = ()
    """Why parts were thrown away: "loop", "silence"."""


class Transcriber(Protocol):
    def transcribe(self, path: Path) -> Transcript:
        """Sends a file of sound or video to the provider. Raises TranscriberUnavailableError, and SoundRefusedError for
        a file that the provider will never take."""
