"""Processes for tests, forked from one that has imported what takes long: torch and its libraries need eight seconds.

All tests that start one run in the same worker (`xdist_group("processes")`), so that this is paid once.
"""

import atexit
import contextlib
import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing import forkserver
from pathlib import Path

import numpy as np

from indexer import cli
from tests.indexer import tiny_model

SECONDS = 300
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(
    [
        "sentence_transformers",
        "openvino.frontend.pytorch.ts_decoder",
        "indexer.commands",
        "indexer.embedding.export",
        "tests.indexer.test_embedded",
        "tests.indexer.test_damage",
        "tests.migrations.test_migrations",
    ]
)
atexit.register(forkserver._forkserver._stop)  # waits for its end, so that its seconds are counted as ours


class Preparation:
    """`python -m indexer model` on the model that lies in a directory, in a process of its own."""

    def __init__(self, model: Path) -> None:
        self._said = model.parent / f"{model.name}.said"
        self.process = FORKED.Process(target=_prepare, args=(model, self._said))
        self.process.start()

    def finish(self) -> str:
        """What it said, once it ended well."""
        self.process.join(SECONDS)
        said = self._said.read_text(encoding="utf-8")
        assert self.process.exitcode == 0, said
        return said

    def kill(self) -> None:
        self.process.kill()
        self.process.join(SECONDS)


def _prepare(model: Path, said: Path) -> None:
    os.environ |= {"EMBEDDING_MODEL": str(model), "VAR_DIR": str(model.parent), "TRIAL": "1"}
    with said.open("a", encoding="utf-8") as out, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        raise SystemExit(cli.main(["model"]))


def write_tiny_model(directory: Path, pooling: str) -> Path:
    directory.mkdir()
    _run(tiny_model.write, directory, pooling)
    return directory


def full_vectors(model: Path, texts: Sequence[str], out: Path) -> None:
    """What the prepared model gives with all its bits, as an array in the file `out`."""
    _run(_save_full_vectors, model, texts, out)


def _save_full_vectors(model: Path, texts: Sequence[str], out: Path) -> None:
    from indexer.embedding.centring import LanguageMeans
    from indexer.embedding.engines import FullEngine

    np.save(out, LanguageMeans.load(model).centred(FullEngine(model, tiny_model.TOKENS, 1).encode(texts)))


def _run(target: object, *arguments: object) -> None:
    process = FORKED.Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    process.join(SECONDS)
    assert process.exitcode == 0
