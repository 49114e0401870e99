"""`python -m tests.indexer.killable_reindex DATABASE_URL INDEX MOST`: a rebuild that stops after MOST articles, says
so, and waits to be killed. INDEX is a directory, or URL#PREFIX of a cluster."""

import sys
import time
from pathlib import Path

from factcheck.db.session import make_engine, make_session_factory
from factcheck.ports import SearchBackend
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.reindex import reindex
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.conftest import expecting


def open_index(index: str) -> SearchBackend:
    if index.startswith("http"):
        url, prefix = index.split("#")
        return ElasticsearchSearch([url], prefix, expecting())
    return EmbeddedSearch(Path(index), expecting())


def main(database_url: str, index: str, most: str) -> None:
    def stop(done: int, _total: int) -> None:
        if done >= int(most):
            print(done, flush=True)
            time.sleep(600)

    factory = make_session_factory(make_engine(database_url))
    reindex(factory, open_index(index), FakeEmbedder(), progress=stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
