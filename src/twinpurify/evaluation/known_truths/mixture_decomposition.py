"""Linear decomposition of a mixture when the background is known and the tumour isn't."""

import numpy as np
import pandas as pd

# Of a background's marker genes so many are taken for silent in the tumour.
SILENT = 0.05
SMALLEST_TUMOUR = 0.01
# A marker of one background is so many times higher in it than in any other.
MARKER_RATIO = 5.0


def estimate_background(linear: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Estimate how much of each background is in a profile, from that background alone.

    A gene that the tumour doesn't express is in the mixture only as far as the background is. Of
    each background's marker genes, some are such: the share is a low quantile over them of the
    ratio of mixture to background.

    Parameters
    ----------
    linear : DataFrame, samples × genes
        Mixtures, linear, with the totals of the references.
    references : DataFrame, components × genes
        Mean pure profiles of the background.

    Returns
    -------
    DataFrame, samples × components
        0 to 1; together less than 1.
    """
    shares = {
        name: _ratios(linear, references, name).quantile(SILENT, axis=1)
        for name in references.index
    }
    found = pd.DataFrame(shares).clip(0.0, 1.0)
    excess = (found.sum(axis=1) / (1.0 - SMALLEST_TUMOUR)).clip(lower=1.0)
    return found.div(excess, axis=0)


def subtract_background(
    linear: pd.DataFrame, references: pd.DataFrame, background: pd.DataFrame
) -> pd.DataFrame:
    """Take shares of the background out of profiles, and scale what remains to a whole.

    ``max(x - Σ b_k n_k, 0) / (1 - Σ b_k)`` for a profile x and shares b of backgrounds n.

    Parameters
    ----------
    linear : DataFrame, samples × genes
    references : DataFrame, components × genes
    background : DataFrame, samples × components

    Returns
    -------
    DataFrame, samples × genes
        Linear.
    """
    remaining = linear.to_numpy() - background.to_numpy() @ references.to_numpy()
    tumour = 1.0 - background.sum(axis=1).to_numpy()
    values = np.maximum(remaining, 0.0) / np.maximum(tumour, SMALLEST_TUMOUR)[:, None]
    return pd.DataFrame(values, index=linear.index, columns=linear.columns)


def _ratios(linear: pd.DataFrame, references: pd.DataFrame, name: str) -> pd.DataFrame:
    """Ratio of mixture to background over the marker genes of the background."""
    own = references.loc[name]
    others = references.drop(index=name).max(axis=0) if len(references) > 1 else 0.0 * own
    # Rarely expressed genes have ratios of noise.
    markers = references.columns[(own > own.median()) & (own > MARKER_RATIO * others)]
    return linear[markers] / own[markers]
