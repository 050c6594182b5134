"""How long a download waits, and how often it tries again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Patience:
    """When to try again, since servers break off, and many at once shouldn't return at once.

    Parameters
    ----------
    tries : int
        Times in a row that a file may fail without getting any further.
    first_wait, longest_wait : float
        Seconds; the wait doubles from one to the other.
    longest_request : float
        The most seconds for which a server may ask (``Retry-After``).
    connect_timeout, read_timeout : float
        Seconds without an answer after which a connection counts as dropped.
    sleep : callable, optional
        Waits for seconds; by default a wait that ends when the download is told to stop.
    generator : random.Random
        Spreads the waits.
    """

    tries: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_request: float = 600.0
    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    sleep: Callable[[float], object] | None = None
    generator: random.Random = field(default_factory=random.Random)

    @property
    def timeout(self) -> tuple[float, float]:
        """Timeouts as requests takes them."""
        return self.connect_timeout, self.read_timeout

    def pause(self, failures: int, asked: float | None) -> float:
        """Tell how long to wait before the next try.

        Parameters
        ----------
        failures : int
            Failures in a row so far, 1 or more.
        asked : float, optional
            Seconds that the server asks for; they are kept to.

        Returns
        -------
        float
            Seconds.
        """
        own = min(self.longest_wait, self.first_wait * 2 ** (failures - 1))
        return max(own * self.generator.uniform(0.5, 1.0), asked or 0.0)


def retry_after(value: str | None) -> float | None:
    """Read the header ``Retry-After``: seconds, or a date.

    Parameters
    ----------
    value : str, optional
        The header.

    Returns
    -------
    float or None
        Seconds from now, 0 or more; None without the header, or when it can't be read.
    """
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
