"""Questions asked of mixtures of known proportions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.evaluation.formulas.profiles import tumour_rmse
from twinpurify.evaluation.formulas.weighted import r2, spearman
from twinpurify.evaluation.known_truths.mixture_decomposition import (
    estimate_background,
    subtract_background,
)
from twinpurify.evaluation.known_truths.mixtures import Mixture
from twinpurify.evaluation.probes.regression import LinearProbe
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.purification.dilution import to_linear

COLUMNS = ["mixture", "method", "task", "metric", "n", "value", "reason"]


class Score(NamedTuple):
    """One number, or why there is none."""

    method: str
    task: str
    metric: str
    n: int
    value: float
    reason: str = ""


def measure_mixture(mixture: Mixture, methods: Mapping[str, EmbeddingMethod]) -> pd.DataFrame:
    """Ask of one laboratory's mixtures what is recovered of fractions and of the pure profile.

    Parameters
    ----------
    mixture : Mixture
    methods : mapping of str to EmbeddingMethod
        Unfitted; they are fitted on the mixtures, without the fractions, with the pure references
        as background.

    Returns
    -------
    DataFrame
        Columns mixture, method, task, metric, n (mixtures scored), value and reason (why there's
        no value). Tasks: ``fraction_estimate``: spearman, rmse, rmse_calibrated;
        ``fraction_left``: r2_linear; ``purified_profile``: rmse, correlation.
    """
    genes = mixture.variable_genes
    mixes, references = mixture.mixes[genes], mixture.references[genes]
    scores = _of_decomposition(mixture)
    for name, method in methods.items():
        fitted = method.fit(mixes, background=references)
        scores += _of_method(mixture, name, fitted, mixes)
    table = pd.DataFrame(scores, columns=Score._fields).assign(mixture=mixture.name)
    return table.sort_values(["task", "metric"], kind="stable")[COLUMNS].reset_index(drop=True)


def _of_decomposition(mixture: Mixture) -> list[Score]:
    """Score what the references alone allow, and two bounds: no knowledge, and full knowledge."""
    known = mixture.fraction[mixture.mixes.index].to_numpy()
    linear = pd.DataFrame(
        to_linear(mixture.mixes.to_numpy()), mixture.mixes.index, mixture.mixes.columns
    )
    references = mixture.mean_references
    shares = estimate_background(linear, references)
    estimate = (1.0 - shares.sum(axis=1)).to_numpy()
    others = (known.sum() - known) / (len(known) - 1)
    position = _contrast_position(mixture)
    truth = mixture.proportions.loc[linear.index, mixture.components]
    profiles = {
        "decomposition": subtract_background(linear, references, shares),
        "known_fractions": subtract_background(linear, references, truth),
    }
    task, n = "fraction_estimate", len(known)
    return [
        Score("mean_of_others", task, "rmse", n, _rmse(known, others)),
        Score("decomposition", task, "rmse", n, _rmse(known, estimate)),
        *_ranked("decomposition", known, estimate),
        *_ranked("contrast", known, position),
        *(
            score
            for name, profile in profiles.items()
            for score in _of_profiles(mixture, name, np.log2(profile + 1.0))
        ),
    ]


def _contrast_position(mixture: Mixture) -> np.ndarray:
    """Where mixtures lie on the line from the mean background to the mean mixture, log2."""
    genes = mixture.variable_genes
    background = mixture.references[genes].to_numpy().mean(axis=0)
    mixes = mixture.mixes[genes].to_numpy()
    line = mixes.mean(axis=0) - background
    return (mixes - background) @ line / max(float(line @ line), np.finfo(np.float32).tiny)


def _of_method(
    mixture: Mixture, name: str, fitted: EmbeddingMethod, mixes: pd.DataFrame
) -> list[Score]:
    """Score what a method of the registry made of the mixtures."""
    known = mixture.fraction[mixes.index].to_numpy()
    scores = [
        Score(name, "fraction_left", "r2_linear", len(mixes), _left(fitted.transform(mixes), known))
    ]
    if hasattr(fitted, "estimate_purity"):
        estimate = fitted.estimate_purity(mixes)
        if np.isfinite(estimate).all():
            scores += _ranked(name, known, estimate)
        else:
            reason = "no score of infiltration was found: too few references or genes"
            task = "fraction_estimate"
            scores.append(Score(name, task, "spearman", len(mixes), np.nan, reason))
    if hasattr(fitted, "purify"):
        scores += _of_profiles(mixture, name, fitted.purify(mixes))
    elif name == "raw":
        scores += _of_profiles(mixture, name, mixes)
    return scores


def _left(embedding: np.ndarray, known: np.ndarray) -> float:
    """R² of the fraction as read from the embedding of a mixture by a probe of all others."""
    samples, predicted = np.arange(len(known)), np.empty(len(known))
    for left_out in samples:
        kept = samples != left_out
        probe = LinearProbe().fit(embedding[kept], known[kept], samples[kept])
        predicted[left_out] = probe.predict(embedding[[left_out]])[0]
    return float(r2(np.ones((1, len(known))), known, predicted)[0])


def _ranked(name: str, known: np.ndarray, estimate: np.ndarray) -> list[Score]:
    """Score an estimate on a scale of its own: by rank, and calibrated by the other mixtures."""
    task, n = "fraction_estimate", len(known)
    rank = float(spearman(np.ones((1, n)), known, np.asarray(estimate, dtype=np.float64))[0])
    error = _rmse(known, calibrated(known, estimate))
    return [
        Score(name, task, "spearman", n, rank),
        Score(name, task, "rmse_calibrated", n, error),
    ]


def calibrated(known: np.ndarray, estimate: np.ndarray) -> np.ndarray:
    """Bring estimates to the scale of the known fractions by a line through all other samples.

    Parameters
    ----------
    known, estimate : array, shape (samples,)

    Returns
    -------
    array, shape (samples,)
        Each predicted by least squares on the others.
    """
    predicted = np.empty(len(known))
    for left_out in range(len(known)):
        kept = np.arange(len(known)) != left_out
        design = np.column_stack([np.ones(kept.sum()), np.asarray(estimate)[kept]])
        (level, slope), *_ = np.linalg.lstsq(design, known[kept], rcond=None)
        predicted[left_out] = level + slope * estimate[left_out]
    return predicted


def _of_profiles(mixture: Mixture, name: str, profiles: pd.DataFrame) -> list[Score]:
    """Compare profiles with that of the pure tumour over the variable genes, mean over samples."""
    genes = mixture.variable_genes
    found, pure = profiles[genes].to_numpy(), mixture.pure_tumour[genes].to_numpy()
    error = tumour_rmse(found, np.broadcast_to(pure, found.shape))
    similar = [np.corrcoef(profile, pure)[0, 1] for profile in found]
    task, n = "purified_profile", len(found)
    return [
        Score(name, task, "rmse", n, float(error.mean())),
        Score(name, task, "correlation", n, float(np.mean(similar))),
    ]


def _rmse(known: np.ndarray, estimate: np.ndarray) -> float:
    """Root mean squared error of fractions."""
    return float(np.sqrt(np.mean(np.square(known - estimate))))
