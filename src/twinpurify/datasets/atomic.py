"""Files that are written beside their place and moved there when they are whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside a file, and put what was written there in the file's place.

    If the writing fails, the former file stays and the unfinished one is removed.

    Parameters
    ----------
    target : Path
        Its folder is created.

    Yields
    ------
    Path
        With the ending of the target, since some writers go by it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".unfinished.{target.name}")
    try:
        yield unfinished
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


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
