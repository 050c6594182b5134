"""Datasets of files that are written beside their place and moved there when they are whole."""

from pathlib import Path, PurePosixPath
from typing import Any

from twinpurify.persistence import replacing


class AtomicSave:
    """Mixin for a file dataset: an interruption leaves the former file or the new one.

    Stands before a dataset with a ``_filepath`` on the local file system.
    """

    _filepath: PurePosixPath

    def save(self, data: Any) -> None:
        """Save under a temporary name in the same folder, then rename."""
        target = self._filepath
        with replacing(Path(target)) as unfinished:
            self._filepath = PurePosixPath(unfinished)
            try:
                super().save(data)
            finally:
                self._filepath = target
