"""The way of a block of profiles into the steps and through them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import cells
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ExpressionError, listed
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.step import Step, as_values, like


def check_names(rows: Blocks) -> None:
    """Refuse a matrix whose columns can't be told apart, or that is empty.

    Raises
    ------
    ExpressionError
    """
    if not len(rows) or not len(rows.genes):
        raise ExpressionError(
            f"expected samples × genes to normalise, found {len(rows)} × {len(rows.genes)}"
        )
    if not rows.genes.is_unique:
        doubled = rows.genes[rows.genes.duplicated()].unique()
        raise ExpressionError(
            f"doubled genes {listed(doubled)} to normalise; collapse them (`genes.collapse`)"
        )


def to_linear(block: pd.DataFrame, unit: Unit, genes: pd.Index | None = None) -> pd.DataFrame:
    """Bring a block to linear values at or above 0, and to some of its genes, in order.

    Raises
    ------
    ExpressionError
        If values are missing or infinite.
    """
    if genes is not None and not block.columns.equals(genes):
        block = block.loc[:, genes]
    values = as_values(block)
    finite = np.isfinite(values)
    if not finite.all():
        raise ExpressionError(
            f"the values to normalise are missing or infinite in {cells(block, ~finite)}; remove "
            "or impute them"
        )
    return like(block, np.maximum(unit.to_linear(values), 0.0))


def fit_step(step: Step, rows: Blocks, given: Mapping[str, pd.Series | None]) -> Blocks:
    """Fit a step, handing it those of `given`, such as batches, that it asks for.

    Returns
    -------
    Blocks
        The same rows, computed where that was worth it.
    """
    asked = inspect.signature(step.fit).parameters
    if type(step).fit is Step.fit and type(step)._fit is Step._fit:
        return rows
    rows = rows.held()
    step.fit(rows, **{name: given[name] for name in given if name in asked})
    return rows


def changed(rows: Blocks, step: Step, batch: pd.Series | None) -> Blocks:
    """Let blocks go through a fitted step."""
    change = step.transform
    if "batch" in inspect.signature(change).parameters:
        change = partial(change, batch=batch)
    return rows.map(change, step.kept(rows.genes))
