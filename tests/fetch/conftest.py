"""The loopback server, and a fetcher that doesn't sleep."""

import random

import pytest

from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.patience import Patience

from .server import serving


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """A proxy of the machine must not stand between the tests and their server."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def source():
    with serving() as running:
        yield running


@pytest.fixture
def waits():
    """Seconds that would have been waited."""
    return []


@pytest.fixture
def patience(waits):
    return Patience(
        sleep=waits.append, generator=random.Random(0), connect_timeout=2, read_timeout=2
    )


@pytest.fixture
def said():
    """Lines that a person would have read."""
    return []


@pytest.fixture
def fetcher(tmp_path, patience, said):
    return Fetcher(tmp_path / "raw", patience, said.append)
