"""Parameters: the constructor is the one place that states name, type, range and default."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import pytest
from pydantic import Field

from twinpurify.errors import ConfigurationError
from twinpurify.parameters import check_parameters, parameters_model
from twinpurify.training.parameters import Device


class Example:
    """Takes one parameter of each kind that the methods have."""

    def __init__(
        self,
        n_steps: Annotated[int, Field(ge=1)] = 5,
        rate: Annotated[float, Field(gt=0, lt=1)] = 0.5,
        hidden: Sequence[Annotated[int, Field(ge=1)]] = (8,),
        width: Annotated[int, Field(ge=1)] | None = None,
        device: Device = "auto",
    ) -> None:
        """Only its signature matters."""


class NoParameters:
    """Takes none."""

    def __init__(self) -> None:
        """Only its signature matters."""


def test_the_model_has_the_defaults_of_the_constructor():
    found = parameters_model(Example)().model_dump()
    assert found == {
        "n_steps": 5,
        "rate": 0.5,
        "hidden": (8,),
        "width": None,
        "device": "auto",
    }


def test_the_model_is_made_once():
    assert parameters_model(Example) is parameters_model(Example)
    assert parameters_model(Example).__name__ == "ExampleParameters"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"rate": np.float64(0.1)},
        {"hidden": [16, 8]},
        {"hidden": ()},
        {"width": 3},
        {"width": None},
        {"device": "cpu"},
    ],
)
def test_what_fits_is_accepted(values):
    check_parameters(Example, values)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"n_step": 5}, r"n_step = 5: Extra inputs.*Known parameters: n_steps, rate, hidden"),
        ({"n_steps": "60"}, "n_steps = '60': Input should be a valid integer"),
        ({"n_steps": 5.0}, r"n_steps = 5\.0: Input should be a valid integer"),
        ({"n_steps": True}, "n_steps = True: Input should be a valid integer"),
        ({"n_steps": 0}, "n_steps = 0: Input should be greater than or equal to 1"),
        ({"rate": "1e-3"}, "rate = '1e-3': Input should be a valid number"),
        ({"rate": 1.0}, r"rate = 1\.0: Input should be less than 1"),
        ({"rate": float("nan")}, "rate = nan"),
        ({"rate": float("inf")}, "rate = inf"),
        ({"hidden": 8}, "hidden = 8"),
        ({"hidden": "8"}, "hidden = '8'"),
        ({"hidden": [8, 0]}, r"hidden\.1 = 0: Input should be greater than or equal to 1"),
        ({"width": 0}, "width = 0"),
        ({"device": "gpu"}, "device = 'gpu': Input should be 'auto', 'cpu' or 'cuda'"),
    ],
)
def test_what_does_not_fit_is_named(values, match):
    with pytest.raises(ConfigurationError, match=f"^Example: {match}"):
        check_parameters(Example, values)


def test_all_problems_are_named_at_once():
    with pytest.raises(ConfigurationError, match=r"n_steps = 0: .*; rate = 2\.0: "):
        check_parameters(Example, {"n_steps": 0, "rate": 2.0})


def test_a_method_without_parameters_says_so():
    with pytest.raises(ConfigurationError, match=r"seed = 1: .*Known parameters: none\."):
        check_parameters(NoParameters, {"seed": 1})
