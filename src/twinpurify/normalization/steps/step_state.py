"""What a fitted step holds, as plain values and arrays that can be stored without a pickle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from twinpurify.normalization.steps.step import Step

NAMES = "names"


def state_of(step: Step) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Collect the fitted attributes of a step, those that end in an underscore.

    Parameters
    ----------
    step : Step
        Holds arrays of numbers, an Index of names, and plain values.

    Returns
    -------
    dict
        JSON-able values; names stand under ``{"names": [...]}``.
    dict of str to array
    """
    plain, arrays = {}, {}
    for key, value in vars(step).items():
        if not key.endswith("_") or key.startswith("_") or key in step.not_stored:
            continue
        if isinstance(value, pd.Index):
            plain[key] = {NAMES: [*map(str, value)]}
        elif isinstance(value, np.ndarray):
            arrays[key] = value
        else:
            plain[key] = value.item() if isinstance(value, np.generic) else value
    return plain, arrays


def restore_state(step: Step, plain: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Give a new step what `state_of` collected."""
    for key, value in plain.items():
        is_names = isinstance(value, dict) and set(value) == {NAMES}
        setattr(step, key, pd.Index(value[NAMES], dtype=object) if is_names else value)
    for key, array in arrays.items():
        setattr(step, key, array)
