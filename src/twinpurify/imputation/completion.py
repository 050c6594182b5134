"""The genes of a model for profiles of another cohort that lacks some of them."""

import numpy as np
import pandas as pd

from twinpurify.imputation.registry import IMPUTERS, create_imputer
from twinpurify.interface.profiles import complete_genes


def complete_from_training(
    profiles: pd.DataFrame, training: pd.DataFrame, missing_genes: str
) -> tuple[pd.DataFrame, float]:
    """Give profiles exactly the genes of the training tumours, under a policy for those they lack.

    Parameters
    ----------
    profiles : DataFrame, shape (samples, genes of the profiles)
        log2(x + 1), aligned to the training tumours.
    training : DataFrame, shape (tumours, genes)
        log2(x + 1).
    missing_genes : str
        As of ``complete_genes``, or an imputer, which is fitted on the training tumours with its
        own defaults.

    Returns
    -------
    DataFrame, shape (samples, genes of the training), float32
    float
        Share of the genes that the profiles lacked, 0 to 1.

    Raises
    ------
    GeneMismatchError, ConfigurationError
        As of ``complete_genes``.
    """
    mean = training.mean(axis=0).to_numpy()
    if missing_genes not in IMPUTERS:
        return complete_genes(profiles, training.columns, mean, missing_genes)
    # The checks, the order and the share are the same whatever the genes are filled in with.
    completed, share = complete_genes(profiles, training.columns, mean, "training_mean")
    if share > 0.0:
        known = completed.loc[:, training.columns.isin(profiles.columns)]
        completed = create_imputer(missing_genes).fit(training).transform(known)
    return completed.astype(np.float32), share
