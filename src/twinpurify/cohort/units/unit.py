"""The unit of an expression matrix: what was measured, on which scale, with which offset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    import pandas as pd

Quantity = Literal["counts", "cpm", "tpm", "fpkm", "rsem", "intensity", "log_ratio"]
Scale = Literal["linear", "log2"]
ARRAY_QUANTITIES = ("intensity", "log_ratio")
Values = TypeVar("Values", "np.ndarray", "pd.DataFrame", "pd.Series")

# 2^30 exceeds the reads of a whole library and the range of every scanner, and a linear matrix
# that stays below 30 throughout would hold no expressed gene.
LARGEST_LOG2 = 30.0


class Unit(BaseModel):
    """What the numbers of an expression matrix are, so that mixing can happen in linear space.

    Parameters
    ----------
    quantity : {'counts', 'cpm', 'tpm', 'fpkm', 'rsem', 'intensity', 'log_ratio'}
        What was measured; ``intensity`` is that of a microarray, ``log_ratio`` that of two
        channels, a sample to a common reference.
    scale : {'linear', 'log2'}
        ``log2`` means that the values are log2(quantity + offset); a log_ratio is always log2.
    offset : float
        Pseudo-count that was added before the logarithm, in units of the quantity. Required for
        log2 (0 for microarray intensities), and 0 for linear and for a log_ratio.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: Quantity
    scale: Scale
    offset: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _ratio_is_log2(self) -> Unit:
        if self.quantity == "log_ratio" and (self.scale != "log2" or self.offset):
            raise ValueError(
                "a log_ratio is log2(sample / reference) without a pseudo-count: set scale: log2 "
                "and offset: 0.0"
            )
        return self

    @model_validator(mode="after")
    def _offset_belongs_to_log2(self) -> Unit:
        needs_offset = self.scale == "log2" and self.quantity != "log_ratio"
        if needs_offset and "offset" not in self.model_fields_set:
            raise ValueError(
                "scale log2 needs `offset`: the values are log2(x + offset), for example 1.0 for "
                "log2(TPM + 1), or 0.0 for the log2 intensities of a microarray"
            )
        if self.scale == "linear" and self.offset:
            raise ValueError(f"offset {self.offset:g} is only for scale log2; leave it out")
        return self

    def to_linear(self, values: Values) -> Values:
        """Undo the logarithm, since only linear expression adds up when cells are mixed.

        A log_ratio becomes the ratio, which is, gene by gene, linear in the amount.

        Parameters
        ----------
        values : array or DataFrame
            Expression in this unit; for log2 it becomes ``2**values - offset``, never below 0.
        """
        if self.scale == "linear":
            return values
        return (np.exp2(values) - self.offset).clip(0)

    def from_linear(self, values: Values) -> Values:
        """Go back to this unit after a sum in linear space: ``log2(values + offset)`` for log2.

        Parameters
        ----------
        values : array or DataFrame
            The quantity itself, 0 or more.
        """
        if self.scale == "linear":
            return values
        return np.log2(values + self.offset)

    def describe(self) -> str:
        """Write the unit as people do: ``log2(RSEM + 1)``, ``log2 ratio``, ``linear counts``."""
        if self.quantity == "log_ratio":
            return "log2 ratio"
        is_word = self.quantity in ("counts", "intensity")
        quantity = self.quantity if is_word else self.quantity.upper()
        if self.scale == "linear":
            return f"linear {quantity}"
        return f"log2({quantity} + {self.offset:g})" if self.offset else f"log2 {quantity}"
