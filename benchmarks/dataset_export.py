"""Writes all files of a dataset, in a process that has nothing else in it, and says what each took.

python -m benchmarks.dataset_export DATABASE_URL FOLDER
"""

import json
import resource
import sys
import time
import zipfile
from pathlib import Path

from factcheck.clock import utc_now
from factcheck.dataset.all_files import WRITE_ORDER
from factcheck.dataset.reading import reading
from factcheck.dataset.write_file import write_file
from factcheck.db.session import make_engine, make_session_factory

FIGURES = "figures.json"


def export(url: str, folder: Path) -> None:
    """As `factcheck.dataset.export` does, with a clock beside each file."""
    engine = make_engine(url)
    files = {}
    spent = time.process_time()
    with reading(make_session_factory(engine)) as reader:
        for file in WRITE_ORDER:
            begun, worked = time.perf_counter(), time.process_time()
            info = write_file(file, (file.present(rows) for rows in reader.batches(file)), folder, utc_now())
            seconds, processor = time.perf_counter() - begun, time.process_time() - worked
            with zipfile.ZipFile(folder / info.name) as archive:
                size = sum(member.file_size for member in archive.infolist())
            files[file.name] = {
                "rows": info.rows,
                "rows_a_second": round(info.rows / seconds),
                "rows_a_processor_second": round(info.rows / processor),
                "mb_a_second": round(size / seconds / 1e6, 1),
                "mb_a_processor_second": round(size / processor / 1e6, 1),
            }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = {"files": files, "peak_mb": peak, "processor_seconds": round(time.process_time() - spent, 1)}
    (folder / FIGURES).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    export(sys.argv[1], Path(sys.argv[2]))
