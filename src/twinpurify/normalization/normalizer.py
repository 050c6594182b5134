"""The steps of the normalisation as one transformer, fitted on training tumours and frozen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import (
    ConfigurationError,
    ExpressionError,
    GeneMismatchError,
    ModelFileError,
    listed,
)
from twinpurify.normalization.passage import changed, check_names, fit_step, to_linear
from twinpurify.normalization.route import Route
from twinpurify.normalization.settings import DEFAULT_STEPS, NormalizationSettings
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.registry import StepSetting, create_step, parse_steps
from twinpurify.normalization.steps.step import Step
from twinpurify.normalization.steps.step_state import restore_state, state_of
from twinpurify.persistence import read_model, write_model

STEM = "normalizer"
SEPARATOR = "."
# Stands in the history of what was normalised by fitted steps.
FITTED_ON = "fitted on"


class Normalizer(BaseEstimator):
    """Brings profiles of any unit to log2(x + 1) by steps that are fitted on training tumours.

    Parameters
    ----------
    steps : sequence
        Each a name, a mapping of one name to its parameters, or a pair of both.
    protected_genes : sequence of str
        Genes that no step filters out.

    Attributes
    ----------
    unit_ : Unit
        Unit of the training tumours.
    genes_in_ : Index of str
        Genes of the training tumours.
    genes_ : Index of str
        Genes that come out, in order.
    n_samples_ : int
        Number of the training tumours.
    steps_ : list of (str, Step)
        The fitted steps. A step that is for counts alone is passed by where there are none.
    """

    def __init__(
        self,
        steps: Sequence[StepSetting] = DEFAULT_STEPS,
        protected_genes: Sequence[str] = (),
    ) -> None:
        self.steps = steps
        self.protected_genes = protected_genes

    @classmethod
    def from_settings(cls, settings: NormalizationSettings) -> Self:
        """Make an unfitted normaliser out of the settings of a run."""
        return cls(settings.steps, settings.protected_genes)

    def fit(
        self,
        X: pd.DataFrame | Blocks,
        unit: Unit,
        *,
        batch: pd.Series | None = None,
        lengths: pd.Series | None = None,
    ) -> Self:
        """Fit the steps, one after the other, on training tumours.

        Parameters
        ----------
        X : DataFrame or Blocks, samples × genes
            Training tumours in `unit`.
        unit : Unit
            Their unit.
        batch : Series, optional
            Batch of each sample, by sample id, for steps that take batches out.
        lengths : Series, optional
            Length of each gene in bases, by gene, for steps that divide by it.

        Raises
        ------
        ConfigurationError
            If the steps don't fit together, or don't fit the unit.
        ExpressionError
            If values are missing, infinite or text, or no gene is left.
        """
        named, rows, route = parse_steps(self.steps), Blocks.of(X), Route(unit)
        check_names(rows)
        self.unit_, self.genes_in_, self.n_samples_ = unit, rows.genes, len(rows)
        self.steps_ = []
        rows = rows.map(partial(to_linear, unit=unit), rows.genes)
        for name, parameters in named:
            step = create_step(name, parameters, self.protected_genes)
            self.steps_.append((name, step))
            route.check_training(name, step)
            if route.takes(step):
                rows = fit_step(step, rows, {"batch": batch, "lengths": lengths})
                rows = changed(rows, step, batch)
        self.genes_ = rows.genes
        if not len(self.genes_):
            raise ExpressionError(
                f"no gene of {len(self.genes_in_)} is left after "
                f"{', '.join(name for name, _ in named)}; loosen the filters among "
                "`normalization.steps`"
            )
        return self

    def transform(
        self, X: pd.DataFrame | Blocks, unit: Unit, *, batch: pd.Series | None = None
    ) -> pd.DataFrame:
        """Transform samples, each on its own: a batch gives what its samples would give alone.

        Parameters
        ----------
        X : DataFrame or Blocks, samples × genes
            In any order of genes; genes that the training lacked are left out.
        unit : Unit
            Unit of X, which may be another than that of the training.
        batch : Series, optional
            Batch of each sample, by sample id.

        Returns
        -------
        DataFrame, samples × genes, float32
            log2(x + 1), at or above 0. Of ``genes_``, those that X has, in order.

        Raises
        ------
        ConfigurationError
            If the samples are counts and no step takes out their depth.
        GeneMismatchError
            If X has no gene of the training, or lacks genes that a step can't do without.
        ExpressionError
            If values are missing, infinite or text.
        """
        return self.transformed_blocks(X, unit, batch=batch).to_frame()

    def transformed_blocks(
        self, X: pd.DataFrame | Blocks, unit: Unit, *, batch: pd.Series | None = None
    ) -> Blocks:
        """Transform samples a few rows at a time, whenever they are read; see `transform`."""
        check_is_fitted(self, "genes_")
        rows = Blocks.of(X)
        check_names(rows)
        found = self.genes_in_[self.genes_in_.isin(rows.genes)]
        if not self.genes_.isin(found).any():
            raise GeneMismatchError(
                f"none of the normaliser's {len(self.genes_)} genes, {listed(self.genes_)}, is "
                f"in the matrix, which has {listed(rows.genes)}; are both gene symbols, and the "
                "samples in rows?"
            )
        rows = rows.map(partial(to_linear, unit=unit, genes=found), found)
        for _, step in self._used(unit):
            rows = changed(rows, step, batch)
        return rows.map(_at_or_above_zero, rows.genes)

    def fit_transform(
        self,
        X: pd.DataFrame | Blocks,
        unit: Unit,
        *,
        batch: pd.Series | None = None,
        lengths: pd.Series | None = None,
    ) -> pd.DataFrame:
        """Fit on training tumours and transform them."""
        return self.fit(X, unit, batch=batch, lengths=lengths).transform(X, unit, batch=batch)

    def unit_after(self, unit: Unit) -> Unit:
        """Say in which unit samples of a unit come out: log2 of their quantity, plus 1."""
        route = Route(unit)
        for _, step in self.steps_:
            route.takes(step)
        return Unit(quantity=route.quantity, scale="log2", offset=1.0)

    def history(self, unit: Unit) -> list[str]:
        """Tell what happens to samples of a unit, one sentence a line.

        Parameters
        ----------
        unit : Unit
            Unit of the samples before.

        Returns
        -------
        list of str
        """
        check_is_fitted(self, "genes_")
        used = dict(self._used(unit))
        lines = [
            f"normalization: {unit.describe()} to {self.unit_after(unit).describe()} by "
            f"{', '.join(used)}; {len(self.genes_)} of {len(self.genes_in_)} genes, {FITTED_ON} "
            f"{self.n_samples_} tumours in {self.unit_.describe()}"
        ]
        for name, step in self.steps_:
            if name not in used and step.counts_only:
                lines.append(f"normalization: {name} left out, since it is for counts alone")
            if name in used and step.bends:
                lines.append(f"normalization: tissues mix only about linearly after {name}")
        return lines

    def save(self, folder: Path) -> None:
        """Store the fitted normaliser as normalizer.json and normalizer.safetensors."""
        check_is_fitted(self, "genes_")
        states, arrays = [], {}
        for number, (_, step) in enumerate(self.steps_):
            plain, of_step = state_of(step)
            states.append(plain)
            arrays |= {f"{number}{SEPARATOR}{key}": array for key, array in of_step.items()}
        description = {
            "steps": parse_steps(self.steps),
            "protected_genes": [*self.protected_genes],
            "unit": self.unit_.model_dump(),
            "n_samples": self.n_samples_,
            "genes_in": [*map(str, self.genes_in_)],
            "genes": [*map(str, self.genes_)],
            "states": states,
        }
        write_model(folder, description, arrays, STEM)

    def _used(self, unit: Unit) -> list[tuple[str, Step]]:
        """Pick the steps that samples of a unit go through."""
        route = Route(unit)
        return [(name, step) for name, step in self.steps_ if route.takes(step)]


def _at_or_above_zero(block: pd.DataFrame) -> pd.DataFrame:
    return block.clip(lower=0.0)


def load_normalizer(folder: Path) -> Normalizer:
    """Load a fitted normaliser that ``save`` wrote.

    Raises
    ------
    ModelFileError
        If a file is missing, damaged, of another format version, or describes no normaliser.
    """
    description, arrays = read_model(folder, STEM)
    try:
        return _restored(description, arrays)
    except (LookupError, TypeError, ValueError, AttributeError, ConfigurationError) as error:
        raise ModelFileError(
            f"{Path(folder) / STEM}.json doesn't describe a normaliser of this release "
            f"({type(error).__name__}: {error}); fit the normaliser again"
        ) from None


def _restored(description: dict[str, Any], arrays: dict[str, np.ndarray]) -> Normalizer:
    """Rebuild a fitted normaliser from what was stored."""
    normalizer = Normalizer(description["steps"], description["protected_genes"])
    normalizer.unit_ = Unit(**description["unit"])
    normalizer.n_samples_ = int(description["n_samples"])
    normalizer.genes_in_ = pd.Index(description["genes_in"], dtype=object)
    normalizer.genes_ = pd.Index(description["genes"], dtype=object)
    normalizer.steps_ = []
    for number, (name, parameters) in enumerate(parse_steps(normalizer.steps)):
        step = create_step(name, parameters, normalizer.protected_genes)
        start = f"{number}{SEPARATOR}"
        own = {key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)}
        restore_state(step, description["states"][number], own)
        normalizer.steps_.append((name, step))
    return normalizer
