"""A tumour fraction per tumour, without any reference."""

import numpy as np

# Of the regression of ABSOLUTE purity on the score in tumours that neither was fitted on: 0.49 to
# 0.62 and 0.10 to 0.13 in four cohorts of TCGA (docs/methods.md).
AVERAGE_PURITY = 0.6
PURITY_PER_UNIT = 0.12


def purity_of_scores(scores: np.ndarray) -> np.ndarray:
    """Turn scores of infiltration into tumour fractions.

    Which tumours of a cohort are purer comes from the data alone. The level doesn't: it is that
    of a cohort whose tumours are on average as pure as those of TCGA by ABSOLUTE. In a cohort
    that was, say, macrodissected, all estimates are too low by about the same.

    Parameters
    ----------
    scores : array, shape (samples,)
        Mean 0 and variance 1 over the training tumours, larger with more infiltrate.

    Returns
    -------
    array, shape (samples,), 0 to 1
    """
    return np.clip(AVERAGE_PURITY - PURITY_PER_UNIT * scores, 0.0, 1.0)
