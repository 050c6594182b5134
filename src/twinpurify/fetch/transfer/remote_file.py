"""What is said about a file before it is fetched, and how that can fail."""

from __future__ import annotations

from dataclasses import dataclass

from twinpurify.errors import TableError


@dataclass(frozen=True)
class RemoteFile:
    """A file of a public source, and where it belongs.

    Parameters
    ----------
    urls : tuple of str
        Its addresses, in the order in which they are tried.
    path : str
        Where it belongs, relative to the run's `raw` folder.
    size : int, optional
        Bytes, where the source publishes them.
    md5 : str, optional
        Checksum, where the source publishes it.
    optional : bool
        The cohort can do without it: not every source has it.
    web_page : bool
        It is a web page, which everywhere else is the sign of an error.
    remark : str
        What a person who places it by hand should know.
    """

    urls: tuple[str, ...]
    path: str
    size: int | None = None
    md5: str | None = None
    optional: bool = False
    web_page: bool = False
    remark: str = ""


class DownloadError(TableError):
    """A file can't be fetched from its source."""


class UnreachableError(DownloadError):
    """A source can't be reached, or breaks off again and again: another time it may answer."""


class AbsentError(DownloadError):
    """A source answers, and doesn't give the file."""


class InterruptionError(DownloadError):
    """A try failed in a way that the next one may not.

    Parameters
    ----------
    message : str
        What happened.
    asked : float, optional
        Seconds that the server asks to wait.
    tries : int, optional
        How many such failures in a row are enough, where it is fewer than usual.
    """

    def __init__(self, message: str, asked: float | None = None, tries: int | None = None) -> None:
        super().__init__(message)
        self.asked = asked
        self.tries = tries


class StoppedError(DownloadError):
    """A download was told to stop, since another one can't be had either."""
