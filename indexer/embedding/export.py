"""Turns a prepared sentence-transformers model into the 8-bit graph that `engines.Int8Engine` runs.

Weights of every large matrix product and of the vocabulary table become 8-bit integers with one scale an output row. At
run time OpenVINO rounds in groups of one token, so that a text's vector hardly depends on the texts beside it.
"""

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from factcheck.errors import FactlineError
from indexer.embedding.engines import GRAPH_FILE, INT8_DIRECTORY, Int8Engine

if TYPE_CHECKING:
    import openvino
    from sentence_transformers import SentenceTransformer

SMALLEST_MATRIX = 65_536
"""Values; smaller ones are not worth rounding."""
LEAST_COSINE = 0.998
"""To the full vector, for each of CHECK_TEXTS (the default model has 0.9997). With E5 two random messages have 0.86 and
a paraphrase 0.92, so this moves no decision."""
CHECK_TEXTS = (
    "a",
    "燙傷的時候把手放進麵粉有效嗎",
    "Is it true that drinking lemon water every morning cures diabetes? My aunt sent me this, please check. " * 2,
    "ดื่มน้ำมะนาวทุกเช้ารักษาเบาหวานได้จริงหรือไม่",
    "やけどをしたら小麦粉に手を入れるとよいというのは本当ですか。",
    "緊急通知！明天起全國加油站停止供油三天，請大家趕快去加滿油，並轉發給親朋好友。電話 0800-123-456。" * 30,
)


class ExportError(FactlineError):
    """This model has no 8-bit form, the message says why. It is served with all bits."""


def export_int8(directory: Path, model: "SentenceTransformer", most_tokens: int) -> None:
    """Writes the 8-bit graph of `model`, which lies in `directory`, in one step. Of two at once the first wins. Raises
    ExportError."""
    model.max_seq_length = most_tokens
    _require_mean_pooling(model)
    if not (directory / "tokenizer.json").is_file():
        raise ExportError("it has no tokenizer.json")
    target = directory / INT8_DIRECTORY
    if target.exists() and not _is_of(model, directory, target, most_tokens):  # the weights have been exchanged
        shutil.rmtree(target)
    if not target.exists():
        _export_to(target, directory, model, most_tokens)


def _export_to(target: Path, directory: Path, model: "SentenceTransformer", most_tokens: int) -> None:
    try:
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=directory))
    except OSError as error:
        raise ExportError(f"{directory} cannot be written to ({error})") from error
    try:
        _write_graph(model, draft / GRAPH_FILE)
        _require_same_vectors(model, directory, draft, most_tokens)
        _readable_by_all(draft)
        _put_in_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _is_of(model: "SentenceTransformer", directory: Path, graph: Path, most_tokens: int) -> bool:
    try:
        _require_same_vectors(model, directory, graph, most_tokens)
    except ExportError:
        return False
    return True


def _require_mean_pooling(model: "SentenceTransformer") -> None:
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ExportError(f"it consists of {', '.join(kinds)}, not of a Transformer and Pooling")
    if model[1].pooling_mode != "mean":
        raise ExportError("it does not take the mean of its tokens")


def _write_graph(model: "SentenceTransformer", path: Path) -> None:
    try:
        import openvino

        graph = _traced(model[0].auto_model)
        _round_weights(graph)
        graph.validate_nodes_and_infer_types()
        openvino.save_model(graph, path, compress_to_fp16=False)
    except Exception as error:  # tracing runs the model's own code: anything may come
        raise ExportError(f"it cannot be exported ({type(error).__name__}: {error})") from error


def _traced(network: Any) -> "openvino.Model":
    """(input_ids, attention_mask), both int64 (texts, tokens) -> float32 (texts, tokens, dimension)."""
    import openvino
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    class Hidden(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    # One padded row of two, or tracing would leave the mask out.
    ids = torch.full((2, 16), 9)
    mask = torch.ones_like(ids)
    mask[1, 10:] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's advice is for those who write networks
        decoder = TorchScriptPythonDecoder(Hidden().eval(), example_input=(ids, mask))
        front_end = FrontEndManager().load_by_framework("pytorch")
        graph = front_end.convert(front_end.load(decoder))
    for parameter in graph.get_parameters():
        parameter.set_element_type(openvino.Type.i64)
        parameter.set_partial_shape(openvino.PartialShape([-1, -1]))
    graph.validate_nodes_and_infer_types()
    return graph


def _round_weights(graph: "openvino.Model") -> None:
    for node in graph.get_ordered_ops():
        kind = node.get_type_name()
        if kind == "Gather":
            _round_input(node, at=0, axis=1)
        elif kind == "MatMul":
            _round_input(node, at=1, axis=1 if node.get_attributes()["transpose_b"] else 0)


def _round_input(node: "openvino.Node", at: int, axis: int) -> None:
    from openvino import opset13 as ops

    source = node.input_value(at).get_node()
    if source.get_type_name() != "Constant" or not source.get_element_type().is_real() or len(source.shape) != 2:
        return
    weights = source.get_data().astype(np.float32)
    if weights.size < SMALLEST_MATRIX:
        return
    rounded, scale = rounded_weights(weights, axis)
    restored = ops.multiply(ops.convert(ops.constant(rounded), "f32"), ops.constant(scale))
    node.input(at).replace_source_output(restored.output(0))


def rounded_weights(
    weights: npt.NDArray[np.float32], axis: int
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Integers in -127..127 and scales (size 1 along `axis`); their product is nearest to `weights`."""
    largest = np.abs(weights).max(axis=axis, keepdims=True)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.rint(weights / scale).astype(np.int8), scale


def _require_same_vectors(model: "SentenceTransformer", directory: Path, graph: Path, most_tokens: int) -> None:
    """Catches what the graph leaves out of the model: a prompt, another way to cut, a mask."""
    texts = list(CHECK_TEXTS)
    full = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
    try:
        rounded = Int8Engine(directory, graph, most_tokens).encode(texts)
        least = float(np.sum(full * rounded, axis=1).min())
    except Exception as error:  # a broken file, or an operation that OpenVINO does not know
        raise ExportError(f"its 8-bit graph cannot be run ({type(error).__name__}: {error})") from error
    if not least >= LEAST_COSINE:
        raise ExportError(f"its 8-bit vectors differ too much (cosine {least:.4f})")


def _readable_by_all(draft: Path) -> None:
    draft.chmod(0o755)
    for path in draft.iterdir():
        path.chmod(0o644)


def _put_in_place(draft: Path, target: Path) -> None:
    try:
        draft.replace(target)
    except OSError as error:
        if not (target / GRAPH_FILE).is_file():  # else another process was first
            raise ExportError(f"the graph cannot be put at {target} ({error})") from error
