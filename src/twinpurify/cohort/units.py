"""The unit of an expression matrix: what was measured, on which scale, with which offset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from twinpurify.cohort.hints import cells
from twinpurify.errors import ExpressionError

if TYPE_CHECKING:
    import pandas as pd

Quantity = Literal["counts", "cpm", "tpm", "fpkm", "rsem", "intensity", "log_ratio"]
Scale = Literal["linear", "log2"]
ARRAY_QUANTITIES = ("intensity", "log_ratio")
Values = TypeVar("Values", "np.ndarray", "pd.DataFrame", "pd.Series")

# 2^30 exceeds the reads of a whole library and the range of every scanner, and a linear matrix
# that stays below 30 throughout would hold no expressed gene.
LARGEST_LOG2 = 30.0
# Published matrices keep one or two decimals, which moves log2 of a pseudo-count such as 0.1.
FLOOR_TOLERANCE = 0.05


class Unit(BaseModel):
    """What the numbers of an expression matrix are, so that mixing can happen in linear space.

    Parameters
    ----------
    quantity : {'counts', 'cpm', 'tpm', 'fpkm', 'rsem', 'intensity'}
        What was measured; ``intensity`` is that of a microarray.
    scale : {'linear', 'log2'}
        ``log2`` means that the values are log2(quantity + offset).
    offset : float
        Pseudo-count that was added before the logarithm, in units of the quantity. Required for
        log2 (0 for microarray intensities), and 0 for linear.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: Quantity
    scale: Scale
    offset: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _offset_belongs_to_log2(self) -> Unit:
        if self.scale == "log2" and "offset" not in self.model_fields_set:
            raise ValueError(
                "scale log2 needs `offset`: the values are log2(x + offset), for example 1.0 for "
                "log2(TPM + 1), or 0.0 for the log2 intensities of a microarray"
            )
        if self.scale == "linear" and self.offset:
            raise ValueError(f"offset {self.offset:g} is only for scale log2; leave it out")
        return self

    def to_linear(self, values: Values) -> Values:
        """Undo the logarithm, since only linear expression adds up when cells are mixed.

        Parameters
        ----------
        values : array or DataFrame
            Expression in this unit.

        Returns
        -------
        array or DataFrame
            The quantity itself, ``2**values - offset`` for log2, never below 0.
        """
        if self.scale == "linear":
            return values
        return (np.exp2(values) - self.offset).clip(0)

    def describe(self) -> str:
        """Write the unit as people write it, for figures, logs and messages.

        Returns
        -------
        str
            For example ``log2(RSEM + 1)``, ``log2 intensity`` or ``linear counts``.
        """
        is_word = self.quantity in ("counts", "intensity")
        quantity = self.quantity if is_word else self.quantity.upper()
        if self.scale == "linear":
            return f"linear {quantity}"
        return f"log2({quantity} + {self.offset:g})" if self.offset else f"log2 {quantity}"


def check_unit(expression: pd.DataFrame, unit: Unit) -> None:
    """Refuse values that contradict the declared unit, since all that follows would be wrong.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    unit : Unit
        The unit that the cohort's definition declares.

    Raises
    ------
    ExpressionError
        Linear values are negative or evidently log2; log2 values are evidently linear, or lie
        below the logarithm of the offset.
    """
    values = expression.to_numpy()
    if unit.scale == "linear":
        _check_linear(expression, values, unit)
    else:
        _check_log2(expression, values, unit)


def _check_linear(expression: pd.DataFrame, values: np.ndarray, unit: Unit) -> None:
    if (values < 0).any():
        raise ExpressionError(
            f"The unit is {unit.describe()}, which can't be negative, but "
            f"there are {cells(expression, values < 0)}. "
            "If the values are logarithms, set unit.scale: log2 and unit.offset."
        )
    if values.max(initial=0.0) <= LARGEST_LOG2:
        raise ExpressionError(
            f"The unit is {unit.describe()}, but the largest value is {values.max():g}, as it is "
            "for logarithms. Set unit.scale: log2 and unit.offset."
        )


def _check_log2(expression: pd.DataFrame, values: np.ndarray, unit: Unit) -> None:
    if (values > LARGEST_LOG2).any():
        raise ExpressionError(
            f"The unit is {unit.describe()}, which stays below {LARGEST_LOG2:g}, but "
            f"there are {cells(expression, values > LARGEST_LOG2)}. "
            f"The values are likely linear {unit.quantity}: set unit.scale: linear."
        )
    floor = np.log2(unit.offset) if unit.offset else -np.inf
    too_low = values < floor - FLOOR_TOLERANCE
    if too_low.any():
        raise ExpressionError(
            f"The unit is {unit.describe()}, whose smallest value is {floor:.3g}, but "
            f"there are {cells(expression, too_low)}; the lowest is {values.min():.3g}. "
            f"Set unit.offset ({2.0 ** values.min():.2g} or less would allow these values)."
        )
