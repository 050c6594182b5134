"""A file dataset that is written beside its place and moved there when it is whole."""

import os
from pathlib import Path, PurePosixPath
from typing import Any


class AtomicSave:
    """Mixin for a file dataset: an interruption leaves the former file or the new one.

    Stands before a dataset with a ``_filepath`` on the local file system.
    """

    _filepath: PurePosixPath

    def save(self, data: Any) -> None:
        """Save under a temporary name in the same folder, then rename."""
        target = self._filepath
        unfinished = target.with_name(f".unfinished.{target.name}")
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        self._filepath = unfinished
        try:
            super().save(data)
            os.replace(unfinished, target)
        finally:
            self._filepath = target
            Path(unfinished).unlink(missing_ok=True)
