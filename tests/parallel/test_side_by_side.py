"""Independent pieces side by side: in order, on one thread, whatever the number of processes."""

import math

import pytest
import torch
from threadpoolctl import threadpool_info

from twinpurify.parallel.side_by_side import run_side_by_side


def test_results_come_in_the_order_of_the_calls():
    calls = [(base, 2) for base in range(5)]
    assert run_side_by_side(math.pow, calls, 1, "powers") == [0, 1, 4, 9, 16]


def _threads():
    return torch.get_num_threads(), [pool["num_threads"] for pool in threadpool_info()]


def test_each_call_has_one_thread_and_gives_them_back():
    torch.set_num_threads(2)
    try:
        before = _threads()
        ((of_torch, of_others),) = run_side_by_side(_threads, [()], 1, "threads")
        assert of_torch == 1
        assert set(of_others) <= {1}
        assert _threads() == before
        with pytest.raises(ValueError, match="invalid literal"):
            run_side_by_side(int, [("x",)], 1, "numbers")
        assert _threads() == before
    finally:
        torch.set_num_threads(1)


def test_an_error_in_a_call_is_passed_on():
    with pytest.raises(ValueError, match="invalid literal"):
        run_side_by_side(int, [("1",), ("x",)], 1, "numbers")
