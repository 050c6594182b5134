"""The bar that shows how downloads get on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType

from tqdm import tqdm

from twinpurify.fetch.transfer.remote_file import RemoteFile


class Progress:
    """One bar for several downloads at once, with the time that is left.

    Parameters
    ----------
    files : sequence of RemoteFile
        What is fetched.
    """

    def __init__(self, files: Sequence[RemoteFile]) -> None:
        self._sizes = {file.path: file.size for file in files}
        self._lock = threading.Lock()
        names = {file.path.rpartition("/")[2] for file in files}
        # Without a terminal, as in a log, a bar would be one line a second.
        self._bar = tqdm(
            desc=names.pop() if len(names) == 1 else f"{len(names)} files",
            total=self._total(),
            unit="B",
            unit_scale=True,
            disable=None,
        )

    def expect(self, path: str, size: int) -> None:
        """Take the size of a file as soon as it is known."""
        with self._lock:
            self._sizes[path] = size
            self._bar.total = self._total()

    def advance(self, size: int) -> None:
        """Take the bytes that came, or, negative, that had to be thrown away."""
        with self._lock:
            self._bar.update(size)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def _total(self) -> int | None:
        """The bytes in all, once the size of every file is known."""
        sizes = list(self._sizes.values())
        return None if None in sizes else sum(sizes)
