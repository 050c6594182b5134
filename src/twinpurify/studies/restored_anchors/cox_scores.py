"""How prognostic each gene is by itself."""

import numpy as np

from twinpurify.evaluation.probes.cox import schoenfeld_residuals

# The information is a matrix of genes × genes: of so many at a time it is small.
BLOCK = 256


def cox_scores(values: np.ndarray, time: np.ndarray, event: np.ndarray) -> np.ndarray:
    r"""Test the hazard ratio of each gene by the score of the Cox model at a ratio of one.

    .. math:: z_g = \frac{\sum_i (x_{ig} - \bar x_g(t_i))}{\sqrt{\sum_i V_g(t_i)}}

    over the events :math:`i`, with the mean and the variance of the gene among those at risk;
    ties after Efron. No model is fitted; for a gene with two values its square is the log-rank
    statistic.

    Parameters
    ----------
    values : array, shape (samples, genes)
    time, event : array, shape (samples,)
        Days; 1 for an event, 0 for censored.

    Returns
    -------
    array, shape (genes,)
        Standard normal where a gene tells nothing, above 0 where a high value is bad; 0 for a
        gene that doesn't vary.

    References
    ----------
    Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x
    """
    starts = range(0, values.shape[1], BLOCK)
    blocks = [_of_block(values[:, start : start + BLOCK], time, event) for start in starts]
    return np.concatenate(blocks)


def _of_block(values: np.ndarray, time: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Test some genes."""
    centred = np.asarray(values, dtype=np.float64) - values.mean(axis=0, dtype=np.float64)
    no_effect = np.zeros(centred.shape[1])
    residuals, information = schoenfeld_residuals(centred, time, event, no_effect)
    variance = np.diag(information)
    # What remains of a constant after its mean is rounding.
    known = variance > 1e-9 * max(event.sum(), 1.0)
    score = np.nansum(residuals, axis=0)
    return np.where(known, score / np.sqrt(np.where(known, variance, 1.0)), 0.0)
