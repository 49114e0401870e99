"""A small model of random weights is prepared and run both ways, by the real command in real processes."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import EmbedderUnavailableError
from indexer.embedding.centring import CENTRING_VERSION, MEANS_FILE
from indexer.embedding.engines import GRAPH_FILE, INT8_DIRECTORY
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import (
    DESCRIPTION_FILE,
    FULL_ENGINE,
    INT8_ENGINE,
    is_prepared,
    open_engine,
    read_description,
)
from indexer.embedding.model_files import CHECKSUMS_FILE
from indexer.embedding.second import SECOND_DIMENSION, SECOND_NAME, SHARE
from indexer.embedding.token_weights import WEIGHTS_FILE
from tests.indexer import tiny_model
from tests.indexer.processes import SECONDS, Preparation, full_vectors, write_tiny_model

pytestmark = pytest.mark.xdist_group("processes")

LONG = "一二三四五六七八九十" * 50


def drafts(model: Path) -> list[Path]:
    return [*model.glob(".draft-*"), *model.glob(f".{DESCRIPTION_FILE}*")]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("plain") / "tiny", "mean")


@pytest.fixture(scope="module")
def prepared(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared by two processes at once."""
    model = Path(shutil.copytree(plain, tmp_path_factory.mktemp("prepared") / "tiny"))
    for preparation in [Preparation(model), Preparation(model)]:
        assert "tiny@directory (int8) is ready" in preparation.finish()
    return model


@pytest.fixture(scope="module")
def weighted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared, and its tokenizer knows which tokens are rare."""
    model = write_tiny_model(tmp_path_factory.mktemp("weighted") / "tiny", "unigram")
    Preparation(model).finish()
    return model


@pytest.fixture
def broken(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "broken"))


def test_two_at_once_leave_one_whole_model(prepared: Path) -> None:
    described = read_description(prepared)
    assert (described.engine, described.dimension, described.most_tokens) == (INT8_ENGINE, tiny_model.HIDDEN, 64)
    assert sorted(path.name for path in (prepared / INT8_DIRECTORY).iterdir()) == ["model.bin", GRAPH_FILE]
    assert drafts(prepared) == []


WITHOUT_TORCH = """
import sys, numpy as np
from pathlib import Path
from indexer.embedding.local import LocalEmbedder
directory, out, *texts = sys.argv[1:]
np.save(out, LocalEmbedder(Path(directory)).embed_passages(texts))
sys.exit(bool({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""


def test_its_vectors_are_those_of_the_full_model_and_need_no_torch(prepared: Path, tmp_path: Path) -> None:
    texts = ["一", "丁七万丈三上下不与丐", "", LONG, "not in the vocabulary"]
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_TORCH, str(prepared), str(tmp_path / "int8.npy"), *texts]
    subprocess.run(command, check=True, timeout=SECONDS)
    full_vectors(prepared, texts, tmp_path / "full.npy")
    int8, full = np.load(tmp_path / "int8.npy")[:, : tiny_model.HIDDEN], np.load(tmp_path / "full.npy")
    int8 /= np.sqrt(1 - SHARE)  # beside it stands the second encoder's
    # With the languages taken out vectors are shorter before they are scaled, and the same error weighs more.
    assert np.sum(int8 * full, axis=1).min() > 0.995
    assert not np.array_equal(int8, full)  # or the test would compare a way with itself


def test_a_vector_does_not_depend_on_its_batch(prepared: Path) -> None:
    texts = [chr(0x4E00 + at) * (1 + at % 60) for at in range(40)]
    embedder = LocalEmbedder(prepared, threads=2)
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose(np.sum(together * alone, axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_no_texts_an_empty_text_and_half_a_character(prepared: Path) -> None:
    embedder = LocalEmbedder(prepared)
    assert embedder.embed_queries([]).shape == (0, tiny_model.HIDDEN + SECOND_DIMENSION)
    rows = embedder.embed_queries(["", "\ud83d", "?"])
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows[1], rows[2], atol=1e-6)


def test_a_long_text_is_cut(prepared: Path) -> None:
    embedder = LocalEmbedder(prepared)
    rows = embedder.embed_queries([LONG, LONG[:62], LONG[:50]])  # two of the 64 tokens are the marks around the text
    first = rows[:, : tiny_model.HIDDEN] / np.sqrt(1 - SHARE)
    assert first[0] @ first[1] > 0.9999 > first[0] @ first[2]


def test_rare_tokens_count_more_where_the_tokenizer_knows_them(weighted: Path) -> None:
    described = read_description(weighted)
    assert described.identity == f"tiny@directory (int8), weighted, centred {CENTRING_VERSION}, beside {SECOND_NAME}"
    frequent, rare = chr(0x4E00 + 5), chr(0x4E00 + tiny_model.FREQUENT + 5)
    weighing = open_engine(weighted, described)
    plain = open_engine(weighted, replace(described, weighted=False))
    towards_rare = []
    for engine in (weighing, plain):
        both, only_rare, only_frequent = engine.encode([frequent * 5 + rare, rare, frequent * 5])
        towards_rare.append(both @ only_rare - both @ only_frequent)
    assert towards_rare[0] > towards_rare[1] + 0.02
    lengths = np.linalg.norm(weighing.encode([frequent, "not in the vocabulary", ""]), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)


def test_what_an_earlier_release_prepared_is_weighted_and_measured_again(weighted: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(weighted, tmp_path / "tiny"))
    now, means = read_description(model), (model / MEANS_FILE).read_bytes()
    (model / DESCRIPTION_FILE).write_text(json.dumps(asdict(replace(now, weighted=False, centring=1))))
    (model / CHECKSUMS_FILE).unlink()
    (model / WEIGHTS_FILE).unlink()
    (model / MEANS_FILE).write_bytes(b"")
    Preparation(model).finish()
    assert read_description(model) == now
    assert (model / MEANS_FILE).read_bytes() == means
    LocalEmbedder(model).load()


def test_a_model_that_takes_its_first_token_is_run_with_all_bits(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny", "cls")
    said = Preparation(model).finish()
    assert "tiny@directory is ready" in said
    assert "does not take the mean" in said
    assert read_description(model).engine == FULL_ENGINE
    assert not (model / INT8_DIRECTORY).exists()
    assert drafts(model) == []


def test_a_killed_preparation_is_not_taken_for_a_model_and_the_next_one_makes_it(plain: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(plain, tmp_path / "tiny"))
    # As an earlier release described it: that description must stay good until the graph is whole.
    old = {"name": "tiny@directory", "dimension": tiny_model.HIDDEN, "query_prefix": "", "passage_prefix": "p: "}
    (model / DESCRIPTION_FILE).write_text(json.dumps(old))
    (model / INT8_DIRECTORY).mkdir()  # and a graph that is none, say of weights that were exchanged since
    (model / INT8_DIRECTORY / GRAPH_FILE).write_text("something else")
    preparation = Preparation(model)
    while not drafts(model):
        assert preparation.process.is_alive(), "it ended before it could be killed"
        time.sleep(0.005)
    preparation.kill()
    assert is_prepared(model)
    assert read_description(model).engine == FULL_ENGINE

    Preparation(model).finish()
    described = read_description(model)
    assert (described.name, described.passage_prefix) == ("tiny@directory (int8)", "p: ")
    assert LocalEmbedder(model).embed_queries(["一"]).shape == (1, tiny_model.HIDDEN + SECOND_DIMENSION)


@pytest.mark.parametrize("name", [f"{INT8_DIRECTORY}/{GRAPH_FILE}", f"{INT8_DIRECTORY}/model.bin", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["removed", "cut off", "other content"])
def test_a_damaged_file_names_the_remedy(broken: Path, name: str, damage: str) -> None:
    file = broken / name
    content = file.read_bytes()
    file.unlink()
    if damage != "removed":
        file.write_bytes(content[: len(content) // 2] if damage == "cut off" else b"something else")
    with pytest.raises(EmbedderUnavailableError, match="Run: python -m indexer model"):
        LocalEmbedder(broken).load()
