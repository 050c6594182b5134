"""A dask cluster in place of processes: the same bits, and a dead worker costs a retry."""

import os
import signal
import sys
import time

import numpy as np
import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.parallel.side_by_side import run_side_by_side


@pytest.fixture(scope="module")
def address():
    """Scheduler of two worker processes on this machine."""
    from distributed import LocalCluster

    options = {"threads_per_worker": 2, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=2, **options) as cluster:
        yield cluster.scheduler_address


def product(matrix, seed):
    """Sums whose last bits depend on the number of threads."""
    other = np.random.default_rng(seed).normal(size=matrix.shape)
    return np.linalg.svd(matrix @ other, compute_uv=False)


def die_once(marker, matrix, number):
    """Kill the own process the first time that this is called with a marker."""
    if marker and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return float(matrix.sum()) + number


def die(number):
    os.kill(os.getpid(), signal.SIGKILL)


def wait(seconds, number):
    """Let later calls end first."""
    time.sleep(seconds)
    return number


@pytest.fixture
def matrix():
    return np.random.default_rng(0).normal(size=(150, 150))


def test_results_are_those_of_processes_to_the_bit(address, matrix):
    calls = [(matrix, seed) for seed in range(6)]
    expected = run_side_by_side(product, calls, 2, "products")
    found = run_side_by_side(product, calls, 2, "products", address)
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_results_come_in_the_order_of_the_calls(address):
    calls = [(0.2 if number == 0 else 0.0, number) for number in range(5)]
    assert run_side_by_side(wait, calls, 1, "waits", address) == [0, 1, 2, 3, 4]


def test_a_killed_worker_costs_a_retry_and_no_result(address, matrix, tmp_path):
    markers = [tmp_path / "first", None, tmp_path / "second", None, None, None]
    calls = [(marker, matrix, number) for number, marker in enumerate(markers)]
    found = run_side_by_side(die_once, calls, 1, "deaths", address)
    assert [path.exists() for path in markers if path] == [True, True]
    assert found == [float(matrix.sum()) + number for number in range(6)]


def test_a_call_that_always_kills_its_worker_is_given_up(address):
    with pytest.raises(ConfigurationError, match="deaths: a call ended several workers"):
        run_side_by_side(die, [(1,)], 1, "deaths", address)


def test_an_error_in_a_call_is_passed_on(address):
    with pytest.raises(ValueError, match="invalid literal"):
        run_side_by_side(int, [("1",), ("x",)], 1, "numbers", address)


def test_a_cluster_may_be_started_on_this_machine():
    assert run_side_by_side(wait, [(0.0, 3), (0.0, 4)], 2, "waits", "local") == [3, 4]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere at all", "https://x"])
def test_a_scheduler_out_of_reach_is_told(address, monkeypatch):
    monkeypatch.setattr("twinpurify.parallel.cluster.CONNECTION_SECONDS", 0.5)
    with pytest.raises(ConfigurationError, match=r"no dask scheduler answers at .*cluster"):
        run_side_by_side(wait, [(0.0, 1)], 1, "waits", address)


def test_absent_dask_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigurationError, match=r"dask isn't installed: .*twinpurify\[cluster\]"):
        run_side_by_side(wait, [(0.0, 1)], 1, "waits", "local")


def test_a_process_that_is_ended_from_outside_is_told():
    with pytest.raises(ConfigurationError, match=r"deaths: a process was ended .* lower n_jobs"):
        run_side_by_side(die, [(1,), (2,)], 2, "deaths")
