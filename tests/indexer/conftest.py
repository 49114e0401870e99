"""Search backends of both kinds, each empty and on its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from factcheck.ports import SearchBackend
from indexer import commands
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.backends.identity import Expected, ModelIdentity
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import DESCRIPTION_FILE, is_prepared
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeDisk, FakeSearch
from tests.indexer.elasticsearch import BACKENDS, own_prefix, server_url

DIMENSION = 64
PREPARED = Path(__file__).parents[2] / "var/models/intfloat--multilingual-e5-small"
REAL_MODEL = [pytest.mark.model, pytest.mark.xdist_group("model"), pytest.mark.filterwarnings("ignore")]
"""Of tests that share the real model. Its engine warns when it is imported."""

Opener = Callable[..., SearchBackend]


def expecting(
    name: str = "fake", dimension: int = DIMENSION, texts: str = "of now", articles: Callable[[], int] = lambda: 0
) -> Expected:
    return Expected(lambda: ModelIdentity(name, dimension), lambda: texts, articles)


@contextmanager
def opener(kind: str, folder: Path) -> Iterator[Opener]:
    """Opens one more instance on the same index, as another process would; may ask for another model or treatment
    of texts."""
    if kind == "embedded":
        yield lambda **asked: EmbeddedSearch(folder / "index", expecting(**asked))
    elif kind == "fake":
        disk = FakeDisk()
        yield lambda **asked: FakeSearch(expecting(**asked), disk)
    else:
        url = server_url()
        with own_prefix(url) as prefix:
            yield lambda **asked: ElasticsearchSearch([url], prefix, expecting(**asked))


@pytest.fixture(params=BACKENDS)
def open_search(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    with opener(request.param, tmp_path) as open_search:
        yield open_search


@pytest.fixture
def search(open_search: Opener) -> SearchBackend:
    return open_search()


@pytest.fixture(scope="session")
def real_model() -> LocalEmbedder:
    if not is_prepared(PREPARED):
        pytest.skip("the model is not prepared (python -m indexer model)")
    return LocalEmbedder(PREPARED)


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Makes the commands find the fake model in place of a real one, and nothing else; gives its description."""
    description = tmp_path / "var" / "models" / "fake" / DESCRIPTION_FILE
    description.parent.mkdir(parents=True)
    description.write_text('{"name": "fake", "dimension": 64, "query_prefix": "", "passage_prefix": "", "alone": true}')
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("EMBEDDING_MODEL", "fake")
    monkeypatch.setattr(commands, "build_local_embedder", lambda _settings: FakeEmbedder())
    return description
