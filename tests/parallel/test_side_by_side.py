"""Independent pieces side by side: in order, on one thread, whatever the number of processes."""

import math

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.purification.nodes import make_fit
from twinpurify.representation.registry import METHODS


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


def test_the_number_of_processes_does_not_change_a_bit(cohort, normalizers, splits, tmp_path):
    parameters = parameters_model(METHODS["twin_network"])(
        n_dimensions=6, hidden=(12,), n_steps=6, batch_size=8, device="cpu"
    )
    fitted = {}
    for n_jobs in (1, 2):
        models = make_fit("twin_network", "demo")(
            cohort,
            normalizers,
            splits,
            parameters,
            str(tmp_path / str(n_jobs)),
            n_jobs,
            "",
        )
        fitted[n_jobs] = {key: model._state() for key, model in models.items()}
    assert list(fitted[1]) == list(fitted[2]) == ["split_0", "split_1"]
    for key, arrays in fitted[1].items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, fitted[2][key][name], err_msg=f"{key} {name}")
