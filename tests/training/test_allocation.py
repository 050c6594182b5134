"""Memory that is freed and taken again isn't cleared anew by the system."""

import ctypes
import resource
import sys

import numpy as np
import pytest

from twinpurify.training.allocation import memory_kept

N_VALUES = 12_000_000
PAGES = N_VALUES * 4 // resource.getpagesize()


def faults_of_taking_again() -> int:
    """Pages that the system hands out for a second block as large as a freed one."""
    np.ones(N_VALUES, np.float32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(N_VALUES, np.float32)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


ON_LINUX = sys.platform.startswith("linux")


@pytest.mark.skipif(
    not (ON_LINUX and hasattr(ctypes.CDLL(None), "mallopt")), reason="not the GNU C library"
)
def test_freed_memory_is_taken_again_within_and_given_back_after():
    with memory_kept():
        within = faults_of_taking_again()
    assert within < 0.05 * PAGES
    # Huge pages make fewer faults of as much memory.
    assert faults_of_taking_again() > 4 * within + 20


def test_an_error_within_passes():
    with pytest.raises(ValueError, match="within"), memory_kept():
        raise ValueError("within")


def test_another_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    with memory_kept():
        pass


def test_another_system_is_not_asked_for_its_library(monkeypatch):
    def refuse(_):
        raise TypeError("no library has no name here")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with memory_kept():
        pass
