"""Sounds and films made on the spot, and what becomes of them when they are forwarded."""

import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
needs_fpcalc = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("fpcalc") is None,
    reason="ffmpeg or fpcalc (Debian: libchromaprint-tools) is not installed",
)
RATE = 16_000


def melody(path: Path, seconds: float, seed: int) -> Path:
    """Tones that change four times a second, each with overtones."""
    random = np.random.default_rng(seed)
    pieces = []
    for _ in range(int(seconds * 4)):
        time = np.arange(RATE // 4) / RATE
        tones = random.choice(np.geomspace(150, 1800, 40), 3, replace=False)
        piece = sum(np.sin(2 * np.pi * tone * k * time) / k for tone in tones for k in (1, 2, 3))
        pieces.append(piece * np.hanning(len(time)))
    samples = np.concatenate(pieces)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples / np.abs(samples).max() * 28_000).astype("<i2").tobytes())
    return path


def silence(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(int(seconds * RATE) * 2))
    return path


def film(path: Path, scenes: int, seed: int, sound: Path | None = None) -> Path:
    """Scenes of three seconds: patches of colour, small so that they are quick to encode."""
    random = np.random.default_rng(seed)
    frames = []
    for _ in range(scenes):
        patches = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
        frames += [np.kron(patches, np.ones((20, 20, 1), dtype=np.uint8))] * 12
    ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "160x120", "-r", "4", "-i", "-"),
        *(("-i", sound, "-shortest", "-c:a", "aac") if sound else ()),
        *("-c:v", "mpeg4", "-q:v", "4", path),
        given=np.stack(frames).tobytes(),
    )
    return path


def ffmpeg(*arguments: object, given: bytes = b"") -> None:
    command = ["ffmpeg", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, input=given, check=True, capture_output=True)
