"""Does the method's own purity rank tumours as published or true purities do?"""

from functools import partial

import numpy as np
import pandas as pd

from twinpurify.errors import ModelError
from twinpurify.evaluation.embedded import EmbeddedSplit, Method
from twinpurify.evaluation.measurement import Answer, UnanswerableError, measure
from twinpurify.evaluation.metrics import spearman
from twinpurify.evaluation.purity_sources import TRUE_PURITY, purity_sources

MIN_TUMOURS = 10


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Rank the undiluted test tumours by the method's purity.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``purity_estimate@<source>``, and ``purity_estimate@truth`` if the sample sheet has
        ``true_purity``: spearman.

    Raises
    ------
    UnanswerableError
        If the method estimates no purity, or none is known.
    """
    data = embedded.data
    return measure_estimate(
        embedded.method, data.test_tumours, data.test_obs, embedded.test_weights
    )


def measure_estimate(
    method: Method, profiles: pd.DataFrame, obs: pd.DataFrame, weights: np.ndarray
) -> Answer:
    """Rank tumours that the method wasn't fitted on by its purity.

    Parameters
    ----------
    method : Method
    profiles : DataFrame, tumours × genes
        log2(x + 1).
    obs : DataFrame
        Sample sheet rows, in the same order.
    weights : array, shape (replicates, tumours)

    Returns
    -------
    Answer

    Raises
    ------
    UnanswerableError
        If the method estimates no purity, or none is known.
    ModelError
        If the estimates aren't finite.
    """
    if not hasattr(method, "estimate_purity"):
        raise UnanswerableError(f"{method.name} estimates no purity")
    sources = purity_sources(obs)
    if TRUE_PURITY in obs:
        sources["truth"] = obs[TRUE_PURITY].to_numpy(dtype=np.float64)
    if not sources:
        raise UnanswerableError("the sample sheet has no purity (definition key purity)")
    estimate = np.asarray(method.estimate_purity(profiles), dtype=np.float64)
    if np.isnan(estimate).all():
        raise UnanswerableError(f"{method.name} had too few normals to estimate a purity")
    if estimate.shape != (len(profiles),) or not np.isfinite(estimate).all():
        raise ModelError(
            f"{method.name} estimates the purity of {len(profiles)} tumours as an array of shape "
            f"{estimate.shape} with {int((~np.isfinite(estimate)).sum())} values that aren't finite"
        )
    answer = Answer()
    for source, purity in sources.items():
        task, known = f"purity_estimate@{source}", np.isfinite(purity)
        if known.sum() < MIN_TUMOURS:
            answer.skip(task, f"{known.sum()} tumours have it; at least {MIN_TUMOURS} are needed")
            continue
        scorer = partial(spearman, first=purity[known], second=estimate[known])
        answer.measurements.append(measure(task, "spearman", 1.0, weights[:, known], scorer))
    return answer
