"""The two ways to run a prepared sentence model: OpenVINO with 8-bit integers, or PyTorch with all bits.

On an AMD EPYC with AVX512-VNNI, a text of 20, 100 and 400 characters takes one thread 24, 54 and 189 ms of processor
time with PyTorch and 8, 23 and 94 ms with 8 bits, at a cosine of 0.9998 or more. ONNX Runtime's 8 bits lose 0.0024 and
let a vector depend on the texts beside it (0.993); PyTorch's lose 0.02. Repeat with `python -m benchmarks.embedding`.

Both take whole texts (prefix included) and give one unit vector a text: the mean of its tokens, with 8 bits each
weighted (`token_weights`).
"""

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from factcheck.ports import Matrix

INT8_DIRECTORY = "int8-v1"
"""Change the number when an export means other vectors."""
GRAPH_FILE = "model.xml"
TOKENS_A_BATCH = 512
"""Padding included. Of 512 to 4,096 tokens, 512 gave the most texts a CPU second, a third more than 4,096."""

THREADS_A_BATCH = 2
"""One message is embedded sooner by two threads than by one; many texts together take a little longer."""

LENGTH_STEP = 16
"""Tokens: int8 batches are padded to a multiple of it, for 130 shapes at most. OpenVINO keeps 0.7 MB for each shape."""

_SETTINGS = {
    # As measured, on every machine: no bfloat16 where the processor has it.
    "INFERENCE_PRECISION_HINT": "f32",
    # Numbers of one token that are rounded together on their way into a product. Processors without 8-bit products do
    # not round them.
    "DYNAMIC_QUANTIZATION_GROUP_SIZE": "32",
    # A bound thread waits when another process is busy on its core.
    "ENABLE_CPU_PINNING": False,
}

# By this package OpenVINO reports imports and conversions to its makers, unless a file in the user's home forbids it;
# so the package is taken for not installed. Whoever imports OpenVINO imports this module first (`tests/rules`).
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

Tokens = npt.NDArray[np.int64]


def quiet_loading() -> None:
    """Keeps progress bars and advice about training out of the logs."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


class Engine(Protocol):
    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit vectors, shape (texts, dimension). Longer texts are cut."""


class FullEngine:
    """sentence-transformers on PyTorch: any model."""

    def __init__(self, directory: Path, most_tokens: int, threads: int) -> None:
        """Raises whatever a broken model makes its library raise."""
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        quiet_loading()
        self._model = SentenceTransformer(str(directory), device="cpu", local_files_only=True)
        self._model.max_seq_length = min(self._model.max_seq_length or most_tokens, most_tokens)
        self._dimension = len(self._model.encode(["a"], show_progress_bar=False)[0])

    def encode(self, texts: Sequence[str]) -> Matrix:
        encodings = self._model.tokenizer(list(texts), truncation=True, max_length=self._model.max_seq_length)
        lengths = [len(ids) for ids in encodings["input_ids"]]
        rows: Matrix = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for batch in batches_by_length(lengths):
            rows[batch] = self._model.encode(
                [texts[at] for at in batch],
                batch_size=len(batch),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return rows


class Int8Engine:
    """The graph that `export` writes. Safe for threads."""

    def __init__(
        self,
        directory: Path,
        graph_directory: Path,
        most_tokens: int,
        threads: int = 1,
        weights: npt.NDArray[np.float32] | None = None,
    ) -> None:
        """`directory` has the tokenizer, `weights` one value a token id (None: all are equal). Raises whatever a broken
        file makes the libraries raise."""
        import openvino
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(most_tokens)
        self._tokenizer.no_padding()
        self._pad = _padding_token(directory)
        self._weights = weights
        streams = max(1, threads // THREADS_A_BATCH)
        settings = {**_SETTINGS, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": streams}
        core = openvino.Core()
        self._model = core.compile_model(core.read_model(graph_directory / GRAPH_FILE), "CPU", settings)
        self._dimension = int(self._model.output(0).partial_shape[2].get_length())
        self._requests = openvino.AsyncInferQueue(self._model, streams)
        self._one_call = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Matrix:
        encodings = self._tokenizer.encode_batch(list(texts))
        rows: Matrix = np.zeros((len(texts), self._dimension), dtype=np.float32)
        with self._one_call:
            self._requests.set_callback(lambda request, batch: _keep(request, rows, *batch))
            for batch in batches_by_length([in_steps(len(encoding.ids)) for encoding in encodings]):
                ids, mask = padded([encodings[at].ids for at in batch], self._pad)
                counts = mask if self._weights is None else mask * self._weights[ids]
                self._requests.start_async({"input_ids": ids, "attention_mask": mask}, (batch, counts))
            self._requests.wait_all()
        return rows


def batches_by_length(lengths: Sequence[int], most_tokens: int = TOKENS_A_BATCH) -> Iterator[list[int]]:
    """Positions of all texts, longest first, in batches of at most `most_tokens` with padding; a longer text is alone.
    `lengths`: tokens of each text, at least 1."""
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    at = 0
    while at < len(order):
        count = max(1, most_tokens // lengths[order[at]])
        yield order[at : at + count]
        at += count


def in_steps(length: int) -> int:
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[Tokens, Tokens]:
    """Token ids and attention mask, both of shape (texts, length of the longest in steps)."""
    longest = in_steps(max(map(len, rows)))
    ids = np.full((len(rows), longest), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask


def unit_means(hidden: npt.NDArray[np.float32], counts: npt.NDArray[Any]) -> Matrix:
    """(texts, tokens, dimension) -> (texts, dimension): weighted means at unit length. `counts`: (texts, tokens), 0 for
    padding."""
    sums = np.einsum("btd,bt->bd", hidden, counts.astype(np.float32))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-12), dtype=np.float32)


def _keep(request: Any, rows: Matrix, batch: list[int], counts: npt.NDArray[Any]) -> None:
    rows[batch] = unit_means(request.get_output_tensor(0).data, counts)


def _padding_token(directory: Path) -> int:
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    return int(config.get("pad_token_id") or 0)
