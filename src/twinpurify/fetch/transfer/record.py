"""The record of what was fetched: ``fetched.json`` beside the files."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from twinpurify.persistence import replacing

NAME = "fetched.json"


def record_folder(raw: Path, path: str) -> Path:
    """Tell in which folder the record of a file stands: one for a source of a cohort.

    Parameters
    ----------
    raw : Path
        The run's folder of raw data.
    path : str
        Path of the file below it.

    Returns
    -------
    Path
        ``<raw>/<cohort>/<source>``, or ``<raw>/<cohort>`` for a file right there.
    """
    return raw.joinpath(*Path(path).parts[:-1][:2])


class Record:
    """Remembers where files came from and their checksums, as few sources publish any.

    Parameters
    ----------
    folder : Path
        Folder of the files, or one above.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._files: dict[str, dict[str, Any]] = self._read()

    def entry(self, name: str) -> dict[str, Any] | None:
        """Return what is known of a file: url, size, sha256, etag, last_modified, fetched."""
        return self._files.get(name)

    def add(self, name: str, entry: dict[str, Any]) -> None:
        """Take a file that has come; `save` writes it down."""
        with self._lock:
            self._files[name] = entry

    def save(self) -> None:
        """Write the record beside its place and move it there."""
        with self._lock:
            if not self._files:
                return
            text = json.dumps({"files": dict(sorted(self._files.items()))}, indent=2)
            with replacing(self._folder / NAME) as unfinished:
                unfinished.write_text(f"{text}\n", encoding="utf-8")

    def _read(self) -> dict[str, dict[str, Any]]:
        """A record that can't be read is none: the files are then checked as if placed by hand."""
        try:
            files = json.loads((self._folder / NAME).read_text(encoding="utf-8"))["files"]
            return {name: dict(entry) for name, entry in files.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}
