"""ComBat, fitted on training samples and frozen: batches to one mean and one spread."""

from __future__ import annotations

import logging
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ExpressionError, ModelError, SampleSheetError, listed
from twinpurify.extras import naming_extras
from twinpurify.normalization.alignment.base import replace_genes
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.step import Step

logger = logging.getLogger(__name__)

NO_BATCH = "(no batch)"
SMALLEST_RANGE = 1e-6
LARGEST_RESIDUAL = 1e-6
MEND = "correct `columns.batch` of the cohort's definition, or leave `combat` out of the steps"


class ComBat(Step):
    """Takes the batches' own shift and spread out of each gene, by empirical Bayes.

    Without covariates ComBat moves every gene of a batch along a straight line. The lines are
    read off what inmoose makes of the training samples, and applied to any later sample of these
    batches, alone or among others. A sample of a batch that wasn't in training, or of none,
    passes unchanged, with a warning; so does one of a batch with a single training sample, whose
    spread nobody knows. As only tumours are trained on, a batch of nothing but normals is unseen
    too: its difference from the others can't be told from that between the tissues.

    A gene that stays constant within a batch has no spread to adjust and passes unchanged.
    What the batches differ in for biological reasons goes too: where one holds more of a subtype
    than another, that difference is taken for the batches'.

    Attributes
    ----------
    genes_ : Index of str
    batches_ : list of str
        Batches with two training samples or more.
    slope_, intercept_ : array, shape (batches, genes)
    unseen_batches_ : list of str
        Batches that have passed unchanged since the fit.

    References
    ----------
    Johnson, Li & Rabinovic 2007, doi:10.1093/biostatistics/kxj037. Behdenna et al. 2023,
    doi:10.1186/s12859-023-05578-5.
    """

    takes: ClassVar = "log2"
    gives: ClassVar = "log2"
    bends: ClassVar = True
    not_stored: ClassVar = ("unseen_batches_",)
    unseen_batches_: list[str] | tuple[str, ...] = ()

    def fit(
        self, X: pd.DataFrame | Blocks, y: None = None, *, batch: pd.Series | None = None
    ) -> Self:
        """Fit on training samples, whose whole matrix is in memory then.

        Parameters
        ----------
        X : DataFrame or Blocks, samples × genes
            log2(x + 1).
        y : None
            Ignored; there so that scikit-learn pipelines can call.
        batch : Series of str
            Batch by sample id; further samples are ignored. None, for a cohort without batches,
            is an error.

        Raises
        ------
        SampleSheetError
            If samples have no batch, or fewer than two batches have two samples.
        ExpressionError
            If values are missing, or fewer than two genes vary within all batches.
        ModelError
            If the adjustment isn't a straight line, which is what is stored.
        """
        X = Blocks.of(X).to_frame(np.float64)
        labels = _labels(X, batch)
        sizes = labels.value_counts()
        self.genes_ = X.columns
        self.batches_ = sorted(sizes.index[sizes > 1])
        self.unseen_batches_ = []
        _check_batches(labels, self.batches_)
        self._warn(sorted(sizes.index[sizes == 1]))
        kept = labels.isin(self.batches_).to_numpy()
        values, labels = _values(X)[kept], labels.to_numpy()[kept]
        varying = _varying(values, labels)
        shape = (len(self.batches_), len(self.genes_))
        self.slope_, self.intercept_ = np.ones(shape), np.zeros(shape)
        self._read_lines(values, _adjusted(values[:, varying], labels), labels, varying)
        return self

    def transform(self, X: pd.DataFrame, *, batch: pd.Series | None = None) -> pd.DataFrame:
        """Adjust samples of known batches.

        Parameters
        ----------
        X : DataFrame, shape (samples, genes)
            log2(x + 1). Genes that weren't in training pass unchanged; those of training may be
            missing.
        batch : Series of str, optional
            Batch by sample id. Samples without one pass unchanged.

        Returns
        -------
        DataFrame, shape (samples, genes), float32
            log2(x + 1), at or above 0.
        """
        check_is_fitted(self, "slope_")
        labels = pd.Series(np.nan, X.index) if batch is None else batch.reindex(X.index)
        labels = labels.astype(object).where(labels.notna(), NO_BATCH).astype(str)
        self._warn(sorted(set(labels) - set(self.batches_)))
        genes = self.genes_.intersection(X.columns, sort=False)
        lines = self.genes_.get_indexer(genes)
        values = X[genes].to_numpy(dtype=np.float64, copy=True)
        for row, name in enumerate(self.batches_):
            own = (labels == name).to_numpy()
            values[own] = values[own] * self.slope_[row, lines] + self.intercept_[row, lines]
        return replace_genes(X, genes, values)

    def _read_lines(
        self, values: np.ndarray, adjusted: np.ndarray, labels: np.ndarray, varying: np.ndarray
    ) -> None:
        """Find slope and intercept of each batch and gene by least squares, and see them fit."""
        for row, name in enumerate(self.batches_):
            before, after = values[labels == name][:, varying], adjusted[labels == name]
            centred = before - before.mean(axis=0)
            slope = (centred * after).sum(axis=0) / np.square(centred).sum(axis=0)
            intercept = after.mean(axis=0) - slope * before.mean(axis=0)
            residual = np.abs(before * slope + intercept - after).max()
            if not residual <= LARGEST_RESIDUAL:
                raise ModelError(
                    f"ComBat's adjustment of the batch {name!r} differs from a straight line by "
                    f"{residual:.2g}, so that it can't be stored; install inmoose 0.9"
                )
            self.slope_[row, varying], self.intercept_[row, varying] = slope, intercept

    def _warn(self, batches: list[str]) -> None:
        """Say, once for each, which batches pass unchanged."""
        new = [name for name in batches if name not in self.unseen_batches_]
        if new:
            self.unseen_batches_ = sorted([*self.unseen_batches_, *new])
            logger.warning(
                "ComBat leaves batches of fewer than two training samples as they are: %s",
                listed(new),
            )


def _labels(X: pd.DataFrame, batch: pd.Series | None) -> pd.Series:
    """Batch of each training sample."""
    labels = pd.Series(np.nan, X.index) if batch is None else batch.reindex(X.index)
    if labels.isna().any():
        raise SampleSheetError(
            f"training samples without a batch: {listed(X.index[labels.isna()])}; {MEND}"
        )
    return labels.astype(str)


def _check_batches(labels: pd.Series, batches: list[str]) -> None:
    if len(batches) < 2:
        raise SampleSheetError(
            f"ComBat compares batches, and of {listed(labels.unique())} only {len(batches)} "
            f"of two training samples or more; {MEND}"
        )


def _values(X: pd.DataFrame) -> np.ndarray:
    values = X.to_numpy()
    faulty = ~np.isfinite(values)
    if faulty.any():
        raise ExpressionError(
            f"{int(faulty.sum())} values for ComBat are missing or infinite, in the genes "
            f"{listed(X.columns[faulty.any(axis=0)])}; remove or impute them"
        )
    return values


def _varying(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mark genes that vary within every batch; priors need two of them."""
    ranges = [np.ptp(values[labels == name], axis=0) for name in np.unique(labels)]
    varying = np.min(ranges, axis=0) > SMALLEST_RANGE
    if varying.sum() < 2:
        raise ExpressionError(
            f"{int(varying.sum())} of {len(varying)} genes vary within each of the batches "
            f"{listed(np.unique(labels))}; ComBat needs two genes at least: {MEND}"
        )
    return varying


def _adjusted(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Run ComBat with parametric priors, samples × genes."""
    with naming_extras():
        from inmoose.pycombat import pycombat_norm

    return np.asarray(pycombat_norm(values.T, list(labels))).T
