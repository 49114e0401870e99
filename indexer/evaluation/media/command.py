"""`python -m indexer evaluate --media`: what is read in pictures, and which copies of pictures, sounds and videos are
found again."""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.settings import Settings
from indexer.evaluation.media.films import measure_sounds, measure_videos
from indexer.evaluation.media.pictures import drawn, measure_finding, measure_reading
from indexer.evaluation.results import save
from indexer.media.known import Hashes, nearest
from indexer.media.local_reader import READER_VERSION

Json = dict[str, Any]

_MILLION = 1_000_000


def evaluate_media(settings: Settings, options: argparse.Namespace) -> int:
    begun = time.process_time()
    folder = settings.var_dir / "evaluation" / "readings"
    pictures = drawn(options.media)
    reading, texts = measure_reading(pictures, folder)
    found: Json = {"reader": READER_VERSION, "share": round(options.media, 3), "reading": reading}
    _say_reading(reading)
    found["finding"] = measure_finding(pictures, texts, folder, options.media_readings)
    _say_finding(found["finding"])
    found["search_ms"] = search_milliseconds()
    print(f"the nearest of a million hashes: {found['search_ms']} ms")
    if options.media_films:
        with tempfile.TemporaryDirectory(prefix="factline-films-") as name:
            found["sounds"] = measure_sounds(Path(name))
            found["videos"] = measure_videos(Path(name))
        for kind in ("sounds", "videos"):
            print(f"{kind}: found {found[kind]['found']}, false {found[kind]['false']}")
    found["processor_seconds"] = round(time.process_time() - begun, 1)
    found["load"] = round(os.getloadavg()[0], 1)
    if options.json:
        save(options.json, found)
    return 0


def search_milliseconds() -> float:
    """Gives the median time of looking through a million hashes."""
    random = np.random.default_rng(1)
    rows = random.bytes(32 * _MILLION)
    hashes = Hashes((str(at), rows[at * 32 : at * 32 + 32]) for at in range(_MILLION))
    times = []
    for _ in range(15):
        wanted, started = random.bytes(32), time.perf_counter()
        nearest(wanted, hashes)
        times.append(time.perf_counter() - started)
    return round(float(np.median(times)) * 1000, 1)


def _say_reading(reading: Json) -> None:
    print(f"{reading['pictures']} pictures; character error rates (mean, median, read without error):")
    for group in ("error_rate", "error_rate_by_kind"):
        for name, each in reading[group].items():
            print(
                f"  {name:<22}{each['mean']:8.4f}{each['median']:8.4f}  {each['without_error']} of {each['pictures']}"
            )


def _say_finding(finding: Json) -> None:
    print(
        f"{finding['copies']} edited copies, {finding['read']} read; false by hash {finding['false_by_hash']}, with a "
        f"closer look {finding['false_by_look']}, by text {finding['false_by_text']}, by Cofacts' rule "
        f"{finding['cofacts']['false']}; no false match up to {finding['largest_without_false_match']} bits (in use: "
        f"{finding['threshold_bits']})"
    )
    print(f"  the same template, taken for one of the set: {finding['templates']}")
    print(f"  {'edit':<22}{'hash':>8}{'look':>8}{'text':>8}{'any':>8}{'Cofacts':>9}")
    for name, each in finding["by_edit"].items():
        figures = (each[one] for one in ("by_hash", "by_look", "by_text_of_those", "by_any"))
        shown = [*figures, finding["cofacts"]["found"][name]]
        print(f"  {name:<22}" + "".join(f"{'-' if value is None else format(value, '.3f'):>8}" for value in shown))
