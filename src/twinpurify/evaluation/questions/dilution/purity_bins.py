"""Error of purified profiles by how pure the tumours are."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from twinpurify.evaluation.known_truths.purity_sources import TRUE_PURITY
from twinpurify.evaluation.measurement import Answer

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def tabulate_by_purity(answer: Answer, obs: pd.DataFrame, errors: Mapping[str, np.ndarray]) -> None:
    """Write the mean error in bins of the true purity: what little tumour there is costs most.

    Parameters
    ----------
    answer : Answer
        Takes the table ``purity_bins``: kind, purity_low, purity_high, profile, rmse, n. Without
        a true purity in the sample sheet it takes none.
    obs : DataFrame
        Sample sheet rows of the tumours.
    errors : mapping of str to array, shape (tumours,)
        Name of the profile (raw, purified) to the error of each tumour, log2.
    """
    if TRUE_PURITY not in obs:
        return
    purity = obs[TRUE_PURITY].to_numpy(dtype=np.float64)
    # A bin holds its upper edge, and the first its lower one as well.
    place = np.clip(np.ceil(purity / EDGES[1]), 1, len(EDGES) - 1)
    rows = [
        ("truth", low, high, profile, float(error[place == number].mean()), int(inside))
        for profile, error in errors.items()
        for number, (low, high) in enumerate(pairwise(EDGES), start=1)
        if (inside := (place == number).sum())
    ]
    columns = ["kind", "purity_low", "purity_high", "profile", "rmse", "n"]
    answer.tabulate("purity_bins", pd.DataFrame(rows, columns=columns))
