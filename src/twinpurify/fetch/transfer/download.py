"""The transfer of one file by HTTP: goes on where it broke off, and checks what has come."""

from __future__ import annotations

import re
import shutil
import threading
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import requests
import urllib3

from twinpurify.fetch.transfer.part_file import PartFile
from twinpurify.fetch.transfer.patience import Patience, retry_after
from twinpurify.fetch.transfer.remote_file import (
    AbsentError,
    DownloadError,
    InterruptionError,
    RemoteFile,
    StoppedError,
    UnreachableError,
)
from twinpurify.fetch.transfer.wholeness import fault_of
from twinpurify.io.files.contents import is_web_page

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
# Without a network, and with a file that arrives damaged, further tries rarely help.
FEW_TRIES = 3
# So little that a slow connection loses little when it drops, and is stopped soon.
CHUNK_BYTES = 1 << 16


class Watch(Protocol):
    """What is told how a download gets on."""

    def expect(self, path: str, size: int) -> None:
        """Take the size of a file as soon as it is known."""

    def advance(self, size: int) -> None:
        """Take the bytes that came, or, negative, that had to be thrown away."""


@dataclass(frozen=True)
class Arrival:
    """Where a file came from, and what the server said of its version.

    Attributes
    ----------
    url : str
        Address that gave it.
    etag, last_modified : str or None
        Headers of the answer.
    """

    url: str
    etag: str | None
    last_modified: str | None


def open_session() -> requests.Session:
    """Open a session that honours the proxies of the environment and sends no credentials.

    Returns
    -------
    requests.Session
        For one thread.
    """
    session = requests.Session()
    session.headers["User-Agent"] = f"twinpurify/{version('twinpurify')}"
    # Unpacked on the way, a file would be neither of the stated size nor what its name says.
    session.headers["Accept-Encoding"] = "identity"
    # Else requests would send what stands for the host in a .netrc.
    session.auth = lambda request: request
    return session


class Transfer:
    """Fetches one file to its place.

    Parameters
    ----------
    file : RemoteFile
        What to fetch.
    target : Path
        Its place.
    session : requests.Session
        Of this thread.
    patience : Patience
        When to try again.
    watch : Watch
        Is told how it gets on.
    stop : threading.Event
        Ends the download early when set; the part stays.
    """

    def __init__(
        self,
        file: RemoteFile,
        target: Path,
        session: requests.Session,
        patience: Patience,
        watch: Watch,
        stop: threading.Event,
    ) -> None:
        self._file = file
        self._session = session
        self._patience = patience
        self._watch = watch
        self._stop = stop
        self._part = PartFile(target)
        self._shown = 0

    def run(self) -> Arrival:
        """Try the addresses one after the other.

        Returns
        -------
        Arrival
            Of the file, which is whole and in its place.

        Raises
        ------
        UnreachableError
            No address gave the file, and one of them may another time.
        AbsentError
            No address has the file.
        DownloadError
            It can't be stored.
        """
        failures: list[DownloadError] = []
        for url in self._file.urls:
            try:
                return self._from(url)
            except (UnreachableError, AbsentError) as error:
                failures.append(error)
        # The query of a listing fills a page.
        said = re.sub(r"\?[^\s:]+", "", "; ".join(map(str, failures)))
        if any(isinstance(error, UnreachableError) for error in failures):
            raise UnreachableError(said) from failures[-1]
        raise AbsentError(said) from failures[-1]

    def _from(self, url: str) -> Arrival:
        furthest, failures = self._part.size, 0
        while True:
            try:
                return self._attempt(url)
            except InterruptionError as error:
                # A file that gets further at every try comes in the end.
                if self._part.size > furthest:
                    furthest, failures = self._part.size, 0
                failures += 1
                if failures >= (error.tries or self._patience.tries):
                    raise UnreachableError(f"{error} ({failures} tries)") from error
                self._rest(self._patience.pause(failures, error.asked), url)

    def _rest(self, seconds: float, url: str) -> None:
        (self._patience.sleep or self._stop.wait)(seconds)
        if self._stop.is_set():
            raise StoppedError(f"{url} was stopped")

    def _attempt(self, url: str) -> Arrival:
        self._show()
        try:
            with self._session.get(
                url,
                headers=self._resumption(url),
                stream=True,
                timeout=self._patience.timeout,
            ) as response:
                self._check_status(response, url)
                self._receive(response, url)
                headers = response.headers
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            tries = FEW_TRIES if _never_connected(error) else None
            raise InterruptionError(f"{url}: {_reason(error)}", tries=tries) from error
        except OSError as error:
            raise DownloadError(self._describe_storage(error.strerror or str(error))) from error
        self._check_whole(url)
        self._part.finish()
        return Arrival(url, headers.get("ETag"), headers.get("Last-Modified"))

    def _resumption(self, url: str) -> dict[str, str]:
        size, validator = self._part.size, self._part.validator(url)
        if not size or not validator:
            return {}
        return {"Range": f"bytes={size}-", "If-Range": validator}

    def _check_status(self, response: requests.Response, url: str) -> None:
        status = response.status_code
        said = f"{url} answers {status} {response.reason}"
        if status in BUSY:
            asked = retry_after(response.headers.get("Retry-After"))
            if asked is not None and asked > self._patience.longest_request:
                raise UnreachableError(f"{said}, and asks to wait for {asked:.0f} seconds")
            raise InterruptionError(said, asked)
        if status == requests.codes.requested_range_not_satisfiable:
            if _range_total(response) == self._part.size:
                return
            self._part.discard()
            raise InterruptionError(said)
        if status not in (requests.codes.ok, requests.codes.partial_content):
            raise AbsentError(said)

    def _receive(self, response: requests.Response, url: str) -> None:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            return
        if response.status_code == requests.codes.ok:
            self._part.begin(url, response.headers)
            self._show()
            total = _number(response.headers.get("Content-Length"))
        elif _range_start(response) == self._part.size:
            total = _range_total(response)
        else:
            self._part.discard()
            raise InterruptionError(f"{url} gave another part of the file than it was asked for")
        self._store(response, url, total)

    def _store(self, response: requests.Response, url: str, total: int | None) -> None:
        if total is not None:
            self._check_room(total - self._part.size)
            self._watch.expect(self._file.path, total)
        with self._part.path.open("ab") as stream:
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
                if self._stop.is_set():
                    raise StoppedError(f"{url} was stopped")
                stream.write(chunk)
                self._shown += len(chunk)
                self._watch.advance(len(chunk))
        if total is not None and self._part.size < total:
            raise InterruptionError(f"{url} broke off after {self._part.size} of {total} bytes")

    def _check_room(self, needed: int) -> None:
        free = shutil.disk_usage(self._part.path.parent).free
        if free < needed:
            raise DownloadError(
                self._describe_storage(f"it needs {needed:,} more bytes, and {free:,} are free")
            )

    def _describe_storage(self, reason: str) -> str:
        return (
            f"{self._part.target} can't be stored: {reason}. Make room, or set RAW to another "
            "folder; the same command then goes on from what has come."
        )

    def _check_whole(self, url: str) -> None:
        fault = fault_of(self._part.path, self._file)
        if fault is None:
            return
        never = not self._file.web_page and is_web_page(self._part.path)
        self._part.discard()
        if never:
            raise AbsentError(f"What came from {url} {fault}")
        raise InterruptionError(f"What came from {url} {fault}", tries=FEW_TRIES)

    def _show(self) -> None:
        """Bring the watch up to date with what is at hand."""
        size = self._part.size
        self._watch.advance(size - self._shown)
        self._shown = size


def _never_connected(error: Exception) -> bool:
    """Tell a network that isn't there from a connection that broke."""
    refused = (
        requests.ConnectTimeout,
        requests.exceptions.SSLError,
        requests.exceptions.ProxyError,
    )
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, refused) or isinstance(reason, urllib3.exceptions.NewConnectionError)


def _reason(error: Exception) -> str:
    """The innermost reason, without the names of the layers around it."""
    inner = error.args[0] if error.args else error
    inner = getattr(inner, "reason", inner)
    return re.sub(r"^<?[\w.]+\(.*?\)>?: |^HTTP\w+Pool\(.*?\): ", "", str(inner)) or str(error)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _range_start(response: requests.Response) -> int | None:
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _range_total(response: requests.Response) -> int | None:
    return _number(response.headers.get("Content-Range", "").rpartition("/")[2])
