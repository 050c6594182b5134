"""The logarithm that all methods work on: log2(x + 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from twinpurify.normalization.steps.step import Step, as_values, like

if TYPE_CHECKING:
    from twinpurify.cohort.units.unit import Unit


class Log2(Step):
    """Takes log2(x + 1) of a linear quantity; ``2**value - 1`` is linear again, for mixing."""

    takes: ClassVar = "linear"
    gives: ClassVar = "log2"

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Take the logarithm of linear expression, samples × genes."""
        return like(X, np.log2(as_values(X) + 1.0))


def as_log2_table(table: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Bring a plain table of profiles, such as a known truth, to log2(x + 1) in float32."""
    linear = np.maximum(unit.to_linear(as_values(table)), 0.0)
    return like(table, np.log2(linear + 1.0).astype(np.float32))
