"""Finds lines of text in pixels and reads them: PP-OCR's models, whose weights are in the package `rapidocr`, run by
OpenVINO as the sentence model is.

rapidocr runs models by OpenVINO, too, but keeps what a run needed: after a few pictures of different sizes it holds a
gigabyte. Here memory is given back with each picture (`_keep_little`).
"""

import ctypes
import os
from collections.abc import Iterator, Sequence
from importlib import resources

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Shape (height, width, 3): blue, green, red."""
Quad = npt.NDArray[np.float32]
"""Shape (4, 2): corners from the upper left on, clockwise, as x and y in pixels."""

TALL = 1.5
"""A line so many times as high as wide is a column."""
MOST_PIXELS = 800_000
"""Of what lines are looked for in at once: each million takes some 300 MB while it is looked through."""
_SHORT_SIDE, _STEP = 736, 32
"""Smaller pictures are enlarged; the model wants multiples of the step."""
_LINE_HEIGHT, _LEAST_WIDTH = 48, 320
_LINES_AT_ONCE, _WIDTH_AT_ONCE = 6, 2400
"""Lines are read together until their widths add up to that."""
_WIDEST = 4800
"""Longer lines are squeezed."""
_MARKS_OF_COLUMNS, _MARKS_OF_ROWS = 0.5, 0.4
"""Letters by which a line is cut longer at both ends than it was found to be."""
_BESIDE_COLUMNS = 0.16
"""Letters by which a column is cut wider on both sides; up to a quarter, fewer letters are wrong than without."""
_PROPERTIES = {
    "INFERENCE_NUM_THREADS": "1",
    "NUM_STREAMS": "1",
    "INFERENCE_PRECISION_HINT": "f32",
    "CPU_RUNTIME_CACHE_CAPACITY": "0",
}
"""One thread: the machine's other core answers people meanwhile. What runs of one size need is not kept for the next
picture of that size: it grew by some megabytes with each."""
_PREPARED_STEPS = "32"
"""Of models, each for one size of picture. oneDNN keeps 1024: 90 MB at the peak, and no picture is read the sooner."""
_LARGE_BYTES, _M_MMAP_THRESHOLD = 1024 * 1024, -3
"""What is larger comes from the system and goes back to it at once. The C library raises that with what it sees."""


class TextEngine:
    """Loads the models when it is made: half a second, 250 MB."""

    def __init__(self) -> None:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess
        from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

        _keep_little()
        models = resources.files("rapidocr") / "models"
        self._detector = _Model(str(models / "PP-OCRv6_det_small.onnx"))
        self._recogniser = _Model(str(models / "PP-OCRv6_rec_small.onnx"))
        self._boxes = DBPostProcess(0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)
        self._decode = CTCLabelDecode(self._recogniser.characters())

    def find(self, pixels: Pixels) -> list[Quad]:
        """Finds the lines, in no order."""
        import cv2

        height, width = pixels.shape[:2]
        scale = max(1.0, _SHORT_SIDE / min(height, width))
        scale *= min(1.0, (MOST_PIXELS / (height * width * scale * scale)) ** 0.5)
        size = tuple(max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        found = self._detector.run(_normalised(np.asarray(small, dtype=np.uint8))[None])
        self._detector.release()
        quads, _ = self._boxes(found, (height, width))
        return [np.asarray(quad, dtype=np.float32) for quad in quads]

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Reads pictures of one line each. Gives text and confidence, 0 to 1, of each."""
        read: dict[int, tuple[str, float]] = {}
        for batch in _batches(crops):
            lines = [self._line(crops[at]) for at in batch]
            width = max(_LEAST_WIDTH, *(line.shape[2] for line in lines))
            together = np.zeros((len(lines), 3, _LINE_HEIGHT, width), dtype=np.float32)
            for row, line in enumerate(lines):
                together[row, :, :, : line.shape[2]] = line
            texts, _ = self._decode(self._recogniser.run(together))
            read.update(zip(batch, ((text, float(confidence)) for text, confidence in texts), strict=True))
        self._recogniser.release()
        return [read[at] for at in range(len(crops))]

    def crop(self, pixels: Pixels, quad: Quad) -> Pixels:
        """Cuts a line out and lays it level; a column is turned on its side, as the model wants it."""
        from rapidocr.utils.process_img import get_rotate_crop_image

        crop: Pixels = get_rotate_crop_image(pixels, quad)
        return crop

    def _line(self, crop: Pixels) -> npt.NDArray[np.float32]:
        import cv2

        width = _width(crop)
        return _normalised(np.asarray(cv2.resize(crop, (width, _LINE_HEIGHT)), dtype=np.uint8))


class _Model:
    def __init__(self, path: str) -> None:
        from openvino import Core

        core = Core()
        self._graph = core.read_model(path)
        self._compiled = core.compile_model(self._graph, "CPU", _PROPERTIES)

    def characters(self) -> list[str]:
        """Gives what the recogniser can read, in the order of its outputs."""
        return str(self._graph.get_rt_info()["framework"]["character"].value).splitlines()

    def run(self, given: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        request = self._compiled.create_infer_request()
        request.infer([given])
        return np.array(request.get_output_tensor().data)

    def release(self) -> None:
        self._compiled.release_memory()
        give_memory_back()


def _keep_little() -> None:
    """Has oneDNN, which reads it when it runs its first model, and the C library keep little of what runs needed."""
    os.putenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", _PREPARED_STEPS)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_memory_back() -> None:
    """Gives the system what the process has freed, which the C library would keep."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def _normalised(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Gives colours from -1 to 1, of the shape (3, height, width)."""
    scaled = pixels.transpose(2, 0, 1).astype(np.float32)
    scaled /= 127.5
    scaled -= 1
    return scaled


def _width(crop: Pixels) -> int:
    return min(_WIDEST, max(1, -(-crop.shape[1] * _LINE_HEIGHT // crop.shape[0])))


def _batches(crops: Sequence[Pixels]) -> Iterator[list[int]]:
    """Puts lines of like widths together, since the shorter ones are filled up."""
    batch: list[int] = []
    for at in sorted(range(len(crops)), key=lambda each: _width(crops[each])):
        if batch and (len(batch) == _LINES_AT_ONCE or _width(crops[at]) * (len(batch) + 1) > _WIDTH_AT_ONCE):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def grown(quad: Quad, share: float) -> Quad:
    """Gives a line's corners with so much more of its height, half above and half below."""
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2 * share / 2
    moved: Quad = quad + np.stack([-down, -down, down, down])
    return moved.astype(np.float32)


def with_room(quad: Quad) -> Quad:
    """Gives a line with room around it, where small marks stand."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    wide, high = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    if high < TALL * wide:
        more = across / wide * high * _MARKS_OF_ROWS
        moved: Quad = quad + np.stack([-more, more, more, -more])
    else:
        more, beside = down / high * wide * _MARKS_OF_COLUMNS, across * _BESIDE_COLUMNS
        moved = quad + np.stack([-more - beside, beside - more, more + beside, more - beside])
    return moved.astype(np.float32)
