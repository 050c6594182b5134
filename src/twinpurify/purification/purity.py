"""A relative tumour fraction per tumour, without any reference."""

import numpy as np

LOW_QUANTILE, HIGH_QUANTILE = 0.01, 0.99


def score_range(scores: np.ndarray) -> np.ndarray:
    """Take the range of the training tumours' scores that the relative purity is scaled to."""
    return np.quantile(scores, [LOW_QUANTILE, HIGH_QUANTILE]).astype(np.float32)


def relative_purity(scores: np.ndarray, training_range: np.ndarray) -> np.ndarray:
    """Turn infiltrate scores into a relative tumour fraction.

    It ranks tumours of one cohort. It is not calibrated: 0 and 1 are the most and the least
    infiltrated per cent of the training tumours, not an absence or purity of tumour cells.

    Parameters
    ----------
    scores : array, shape (samples,)
    training_range : array, shape (2,)
        From ``score_range``.

    Returns
    -------
    array, shape (samples,), 0 to 1
    """
    low, high = training_range
    return np.clip((high - scores) / max(high - low, 1e-6), 0.0, 1.0)
