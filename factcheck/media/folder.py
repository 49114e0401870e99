"""Files of messages in a folder."""

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from factcheck.errors import NotFoundError

_NAME = re.compile(r"[0-9a-f]{64}/[a-z]{2,20}")


class FolderStore:
    """Implements `MediaStore`. A file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, source: Path) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            shutil.copyfile(source, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise NotFoundError("no such file") from None

    def size(self, name: str) -> int:
        with self.open(name) as file:
            return file.seek(0, 2)

    def piece(self, name: str, start: int, stop: int) -> bytes:
        with self.open(name) as file:
            file.seek(start)
            return file.read(stop - start)

    def delete(self, file_id: str) -> None:
        shutil.rmtree(self._path(f"{file_id}/full").parent, ignore_errors=True)

    def file_ids(self) -> Iterator[str]:
        for path in self._folder.glob("*/*"):
            if re.fullmatch(r"[0-9a-f]{64}", path.name):
                yield path.name

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not a name of a file")
        return self._folder / name[:2] / name
