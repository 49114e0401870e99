"""The channel access token from a file, read again when that changes."""

import os
from pathlib import Path

import structlog

from factcheck.settings import SettingsError

log = structlog.get_logger()


class TokenFile:
    """Call it for the token; between changes that costs one `stat`."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError when there is no token to begin with."""
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._token = ""
        if not self():
            raise SettingsError(f"LINE_CHANNEL_ACCESS_TOKEN_FILE: no token can be read from {path}.")

    def __call__(self) -> str:
        """Keep the last token while the file is gone or empty, as in the midst of a change."""
        try:
            stat = os.stat(self._path)  # noqa: PTH116 -- follows links, which is how mounted secrets change
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                token = self._path.read_text(encoding="ascii").strip()
                if token:
                    self._token, self._seen = token, seen
        except (OSError, ValueError) as error:
            log.warning("line_token_file_unreadable", error=type(error).__name__)
        return self._token
