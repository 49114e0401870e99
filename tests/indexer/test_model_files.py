from pathlib import Path

import pytest

from factcheck.errors import EmbedderUnavailableError
from factcheck.settings import Settings
from indexer import cli, commands
from indexer.embedding.engines import INT8_DIRECTORY
from indexer.embedding.local import LocalEmbedder
from indexer.embedding.model import (
    DESCRIPTION_FILE,
    WHEEL_MODEL,
    ModelDescription,
    ModelPreparationError,
    _write_description,
    prepare_model,
)
from indexer.embedding.model_files import CHECKSUMS_FILE, damaged_files


@pytest.fixture
def model(tmp_path: Path) -> Path:
    directory = tmp_path / "model"
    (directory / "graph").mkdir(parents=True)
    (directory / "graph" / "weights.bin").write_bytes(bytes(range(256)) * 100)
    (directory / "config.json").write_text("{}")
    _write_description(directory, ModelDescription("m@directory", 2, "", ""))
    return directory


def test_a_model_as_it_was_prepared_is_sound(model: Path) -> None:
    assert damaged_files(model) == []
    (model / CHECKSUMS_FILE).unlink()
    assert damaged_files(model) == [], "as an earlier release left it"


@pytest.mark.parametrize("harm", ["emptied", "shortened", "removed", "changed"])
def test_spoilt_weights_are_refused_by_name(model: Path, harm: str) -> None:
    weights = model / "graph" / "weights.bin"
    content = weights.read_bytes()
    if harm == "removed":
        weights.unlink()
    else:
        weights.write_bytes({"emptied": b"", "shortened": content[:99], "changed": content[:-1] + b"?"}[harm])
    assert damaged_files(model) == ["graph/weights.bin"]
    with pytest.raises(EmbedderUnavailableError, match=r"graph/weights\.bin.*python -m indexer model"):
        LocalEmbedder(model).load()
    with pytest.raises(ModelPreparationError, match="Put them back"):
        prepare_model(Settings(embedding_model=str(model)))
    if harm != "removed":
        assert weights.exists(), "nothing was overwritten"


@pytest.mark.parametrize("spoilt", ["graph/weights.bin", DESCRIPTION_FILE])
def test_a_server_prepares_a_spoilt_model_again(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str
) -> None:
    """In a process of its own, in whose place the file is put back here."""
    models = tmp_path / "var" / "models"
    models.mkdir(parents=True)
    directory = model.rename(models / WHEEL_MODEL.replace("/", "--"))
    whole = (directory / spoilt).read_bytes()
    (directory / spoilt).write_bytes(b"{")
    ran = []

    def prepare(command: list[str], *, check: bool) -> None:
        ran.append((command[1:], check))
        (directory / spoilt).write_bytes(whole)

    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("EMBEDDING_MODEL", raising=False)
    monkeypatch.setattr(commands.subprocess, "run", prepare)
    monkeypatch.setattr(LocalEmbedder, "load", lambda _self: None)
    monkeypatch.setattr(commands, "serve_until_told", lambda server: server.server_close())
    for _ in range(2):
        assert cli.main(["serve-model"]) == 0
        assert damaged_files(directory) == []
    assert ran == [(["-m", "indexer", "model"], False)]


@pytest.mark.parametrize("content", ["", "{", "[]", "7"])
def test_checksums_that_are_damaged_themselves_are_named(model: Path, content: str) -> None:
    (model / CHECKSUMS_FILE).write_text(content)
    assert damaged_files(model) == [CHECKSUMS_FILE]


def test_an_image_may_leave_out_the_weights_that_the_graph_stands_for(model: Path) -> None:
    (model / "model.safetensors").write_bytes(b"weights")
    _write_description(model, ModelDescription("m@directory", 2, "", ""))
    (model / "model.safetensors").unlink()
    assert damaged_files(model) == ["model.safetensors"]
    (model / INT8_DIRECTORY).mkdir()
    (model / INT8_DIRECTORY / "model.bin").write_bytes(b"graph")
    (model / "model.safetensors").write_bytes(b"weights")
    _write_description(model, ModelDescription("m@directory", 2, "", ""))
    (model / "model.safetensors").unlink()
    assert damaged_files(model) == []
    (model / "model.safetensors").write_bytes(b"other")
    assert damaged_files(model) == ["model.safetensors"]
