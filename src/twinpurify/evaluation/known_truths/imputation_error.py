"""How far imputed values are from those that were hidden."""

import numpy as np

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import ratio
from twinpurify.evaluation.measurement import Measurement, measure

# A correlation over fewer hidden values of a gene is far from its expectation, and the median over
# genes then is too high, in resampled patients more so.
MINIMUM_VALUES = 30


def measure_imputation(
    task: Task,
    rate: float,
    hidden: np.ndarray,
    truth: np.ndarray,
    imputed: np.ndarray,
    gene_scale: np.ndarray,
    weights: np.ndarray,
) -> list[Measurement]:
    """Score imputed values in three ways, with replicates of the patient bootstrap.

    ``rmse`` pools all hidden values, log2. ``relative_rmse`` is the error of a gene over its
    standard deviation in training, the median over genes: 1 is what the mean of training gets.
    ``gene_correlation`` is Pearson's between truth and imputation over the samples in which a
    gene was hidden, 0 where all got one value, the median over the genes with 30 of them.

    Parameters
    ----------
    task : Task
    rate : float
        Share that was hidden, which stands in the place of the tumour fraction.
    hidden : array of bool, shape (samples, genes)
    truth, imputed : array, shape (samples, genes)
        log2(x + 1).
    gene_scale : array, shape (genes,)
        Standard deviation of each gene in training; a gene with 0 isn't scored by itself.
    weights : array, shape (replicates, samples)

    Returns
    -------
    list of Measurement
    """
    scale = np.where(gene_scale > 0.0, gene_scale, np.nan)
    error = np.where(hidden, np.asarray(imputed, dtype=np.float64) - truth, 0.0)
    asked = hidden.astype(np.float64)
    scored = {
        "rmse": lambda drawn: _rmse(drawn, error, asked),
        "relative_rmse": lambda drawn: _relative_rmse(drawn, error / scale, asked),
        "gene_correlation": lambda drawn: _correlation(drawn, asked, truth, imputed),
    }
    return [measure(task, metric, rate, weights, score) for metric, score in scored.items()]


def _rmse(weights: np.ndarray, error: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Pool the hidden values of all samples and genes."""
    total = weights @ np.square(error).sum(axis=1)
    return np.sqrt(ratio(total, weights @ asked.sum(axis=1)))


def _relative_rmse(weights: np.ndarray, error: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Pool the hidden values of a gene, and take the median over genes."""
    return _median(np.sqrt(ratio(weights @ np.square(error), weights @ asked)))


def _correlation(
    weights: np.ndarray, asked: np.ndarray, truth: np.ndarray, imputed: np.ndarray
) -> np.ndarray:
    """Correlate truth and imputation of each gene, and take the median over genes."""
    enough = asked.sum(axis=0) >= MINIMUM_VALUES
    if not enough.any():
        return np.full(len(weights), np.nan)
    asked = asked[:, enough]
    # Centred, or the difference of large sums would lose its digits.
    x, y = (_centred(values[:, enough], asked) for values in (truth, imputed))
    size = weights @ asked
    mean_x, mean_y = ratio(weights @ x, size), ratio(weights @ y, size)
    spread_x = np.maximum(ratio(weights @ x**2, size) - mean_x**2, 0.0)
    spread_y = np.maximum(ratio(weights @ y**2, size) - mean_y**2, 0.0)
    together = ratio(weights @ (x * y), size) - mean_x * mean_y
    found = ratio(together, np.sqrt(spread_x * spread_y))
    # One value for all tells nothing of who has more; rounding gives such a value some spread.
    found = np.where(spread_y > 1e-10, found, 0.0)
    return _median(np.where(spread_x > 1e-10, found, np.nan))


def _centred(values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Centre each gene over its hidden values; others become 0."""
    values = np.where(asked > 0.0, np.asarray(values, dtype=np.float64), 0.0)
    return (values - values.sum(axis=0) / asked.sum(axis=0)) * asked


def _median(by_gene: np.ndarray) -> np.ndarray:
    """Take the median over the genes that can be scored; NaN where none can."""
    scorable = np.isfinite(by_gene).any(axis=0)
    if not scorable.any():
        return np.full(len(by_gene), np.nan)
    return np.nanmedian(by_gene[:, scorable], axis=1)
