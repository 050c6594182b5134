"""Published or true purities that a sample sheet holds."""

import numpy as np
import pandas as pd

PREFIX = "purity_"
TRUE_PURITY = "true_purity"


def purity_sources(obs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Purities by source, in the order of the sample sheet.

    Parameters
    ----------
    obs : DataFrame
        Sample sheet; columns ``purity_<source>``, 0 to 1.

    Returns
    -------
    dict of str to array, shape (samples,)
        NaN where missing.
    """
    return {
        column.removeprefix(PREFIX): obs[column].to_numpy(dtype=np.float64)
        for column in obs.columns
        if column.startswith(PREFIX)
    }


def with_true_purity(obs: pd.DataFrame, true_purity: pd.Series | None) -> pd.DataFrame:
    """Put the true purity beside the sample sheet, which a simulation keeps apart.

    Parameters
    ----------
    obs : DataFrame
        Sample sheet, by sample id; a column ``true_purity`` of its own counts.
    true_purity : Series, optional
        By sample id, 0 to 1.

    Returns
    -------
    DataFrame
    """
    if true_purity is None or TRUE_PURITY in obs:
        return obs
    return obs.assign(**{TRUE_PURITY: true_purity.reindex(obs.index)})
