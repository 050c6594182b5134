"""Fetches the files of a cohort, and takes those that are there already as they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

import requests

from twinpurify.errors import listed
from twinpurify.fetch.transfer.by_hand import describe_by_hand
from twinpurify.fetch.transfer.download import Transfer, open_session
from twinpurify.fetch.transfer.patience import Patience
from twinpurify.fetch.transfer.progress import Progress
from twinpurify.fetch.transfer.record import Record, record_folder
from twinpurify.fetch.transfer.remote_file import (
    AbsentError,
    DownloadError,
    RemoteFile,
    StoppedError,
    UnreachableError,
)
from twinpurify.fetch.transfer.wholeness import checksum, fault_of

WORKERS = 4


class Fetcher:
    """Brings files of public sources below the `raw` folder.

    Parameters
    ----------
    raw : Path
        The run's folder of raw data.
    patience : Patience
        When to try again.
    say : callable
        Takes a line for the person who waits.
    """

    def __init__(
        self,
        raw: Path,
        patience: Patience | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        self.raw = Path(raw)
        self.say = say
        self._patience = patience or Patience()
        self._threads = threading.local()
        self._records: dict[Path, Record] = {}

    def path_of(self, file: RemoteFile) -> Path:
        """Return where a file belongs."""
        return self.raw / file.path

    def get(self, files: Sequence[RemoteFile]) -> None:
        """Have all of these files in their places; only optional ones may lack afterwards.

        Parameters
        ----------
        files : sequence of RemoteFile
            What is needed together.

        Raises
        ------
        UnreachableError
            A source can't be reached; the message names every file that is missing, and where to
            place it by hand.
        AbsentError
            A source doesn't have a file that is needed.
        DownloadError
            A file that was placed by hand is damaged, or one can't be stored.
        """
        # Before the threads begin, so that they share the records.
        for file in files:
            self._record(file)
        there = [file for file in files if self.path_of(file).is_file()]
        whole = sum(self._is_whole(file) for file in there)
        if whole:
            self.say(f"{whole} of {len(files)} files are there already, and whole.")
        missing = [file for file in files if file not in there]
        try:
            if missing:
                self._download(missing)
        finally:
            for record in self._records.values():
                record.save()

    def _is_whole(self, file: RemoteFile) -> bool:
        """Tell whether a file is as it was fetched; one that was placed by hand is looked at."""
        path = self.path_of(file)
        entry = self._record(file).entry(file.path)
        if entry is None:
            self._accept(file, path)
            return False
        if checksum(path, "sha256") == entry.get("sha256"):
            return True
        self.say(
            f"{path} was changed since it was fetched ({entry.get('fetched')}); it stays as it is. "
            "To have it anew, move it away and run the same command again."
        )
        return False

    def _record(self, file: RemoteFile) -> Record:
        folder = record_folder(self.raw, file.path)
        if folder not in self._records:
            self._records[folder] = Record(folder)
        return self._records[folder]

    def _accept(self, file: RemoteFile, path: Path) -> None:
        """Take a file that somebody has placed there."""
        fault = fault_of(path, file)
        if fault is not None:
            raise DownloadError(
                f"{path}, which wasn't fetched by this command, {fault}. Remove it, or place the "
                f"file of {file.urls[0]} there."
            )
        self.say(f"{path} was placed by hand and is taken as it is.")
        self._note(file, {"url": None})

    def _note(self, file: RemoteFile, origin: dict[str, str | None]) -> None:
        path = self.path_of(file)
        self._record(file).add(
            file.path,
            {
                **origin,
                "size": path.stat().st_size,
                "sha256": checksum(path, "sha256"),
                "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )

    def _download(self, files: Sequence[RemoteFile]) -> None:
        stop = threading.Event()
        failures: list[tuple[RemoteFile, DownloadError]] = []
        with Progress(files) as watch, ThreadPoolExecutor(WORKERS) as pool:
            running = {pool.submit(self._fetch, file, watch, stop): file for file in files}
            try:
                for done in as_completed(running):
                    error = done.exception()
                    if isinstance(error, DownloadError):
                        failures.append((running[done], error))
                    elif error is not None:
                        raise error
                    # What isn't there for one file may be for others; a lost network is for all.
                    if error is not None and not isinstance(error, AbsentError):
                        stop.set()
            finally:
                # Also when the person who waits presses Ctrl-C.
                stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
        self._judge(files, failures)

    def _fetch(self, file: RemoteFile, watch: Progress, stop: threading.Event) -> None:
        if stop.is_set():
            raise StoppedError(f"{file.path} was not begun")
        target = self.path_of(file)
        arrival = Transfer(file, target, self._session(), self._patience, watch, stop).run()
        origin = {"etag": arrival.etag, "last_modified": arrival.last_modified}
        self._note(file, {"url": arrival.url, **origin})

    def _session(self) -> requests.Session:
        if not hasattr(self._threads, "session"):
            self._threads.session = open_session()
        return self._threads.session

    def _judge(
        self, files: Sequence[RemoteFile], failures: Iterable[tuple[RemoteFile, DownloadError]]
    ) -> None:
        absent, others = [], []
        for file, error in failures:
            if isinstance(error, AbsentError) and file.optional:
                self.say(f"{file.path} isn't to be had, and is left out: {error}")
            elif isinstance(error, AbsentError):
                absent.append((file, error))
            elif not isinstance(error, StoppedError):
                others.append((file, error))
        for _, error in others:
            if not isinstance(error, UnreachableError):
                raise error
        lacking = [file for file in files if not self.path_of(file).is_file()]
        if others:
            raise UnreachableError(describe_by_hand(lacking, self.raw, str(others[0][1])))
        if absent:
            lost, error = absent[0]
            raise AbsentError(
                f"The source doesn't have {listed(file.path for file, _ in absent)}: {error}. It "
                "may have moved: docs/public_cohorts.md says how to set another address. A file "
                f"that you have from elsewhere can be placed by hand: {self.path_of(lost)}"
            )
