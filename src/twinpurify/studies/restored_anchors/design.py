"""Whose survival is asked about on a split: strata, their anchors, and what is observed of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.errors import listed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels.reading import class_labels
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.studies.restored_anchors.cox_scores import cox_scores
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

WHOLE = "all"


@dataclass(frozen=True)
class Stratum:
    """Patients who are compared with each other, and the genes that are known of them.

    Attributes
    ----------
    name : str
    train, test : array of bool
        Masks of the training and test tumours with known follow-up.
    time, event : array
        Of the training tumours of the stratum.
    scores : Series
        How prognostic each gene is among them.
    anchors : list of str
        The most prognostic genes, which are hidden at test.
    observed : list of str
        Genes that are known at test.
    best_observed : list of str
        As many of them as there are anchors, the most prognostic ones.
    """

    name: str
    train: np.ndarray
    test: np.ndarray
    time: np.ndarray
    event: np.ndarray
    scores: pd.Series
    anchors: list[str]
    observed: list[str]
    best_observed: list[str]


def design(data: SplitData, settings: RestoredAnchorSettings) -> tuple[list[Stratum], list[str]]:
    """Choose strata, anchors and observed genes; the test patients' values have no part in it.

    Parameters
    ----------
    data : SplitData
    settings : RestoredAnchorSettings

    Returns
    -------
    list of Stratum
    list of str
        Notes on strata with too few events.

    Raises
    ------
    UnanswerableError
        If the endpoint isn't known, no stratum has enough events, or no gene would be left.
    """
    follow_up = [f"{settings.endpoint}_{part}" for part in ("time", "event")]
    if not set(follow_up) <= set(data.train_obs):
        raise UnanswerableError(
            f"the sample sheet has no endpoint {settings.endpoint!r} (definition key survival, "
            "setting restored_anchors.endpoint)"
        )
    _check_genes(data.train_tumours.shape[1], settings)
    sides = [_groups(obs, follow_up, settings) for obs in (data.train_obs, data.test_obs)]
    strata, notes = [], []
    for name in sorted({*sides[0]} - {""}):
        rows = [side == name for side in sides]
        lacking = _too_few(name, data, rows, follow_up[1], settings)
        notes += lacking
        if not lacking:
            strata.append(_stratum(name, data, *rows, follow_up, settings))
    if not strata:
        raise UnanswerableError(
            f"no stratum has {settings.min_train_events} events in training and "
            f"{settings.min_test_events} in test (settings restored_anchors.min_train_events, "
            f"min_test_events): {listed(notes) or 'no follow-up is known'}"
        )
    return strata, notes


def _check_genes(n_genes: int, settings: RestoredAnchorSettings) -> None:
    """Refuse to hide so many genes that none is left to restore them from."""
    n_observed = round(settings.observed_share * (n_genes - settings.n_anchors))
    if n_observed < settings.n_anchors:
        raise UnanswerableError(
            f"of {n_genes} genes {settings.n_anchors} are anchors, and {max(n_observed, 0)} of the "
            "others would be observed, where as many as anchors are needed (settings "
            "restored_anchors.n_anchors, observed_share)"
        )


def _too_few(
    name: str,
    data: SplitData,
    rows: list[np.ndarray],
    event: str,
    settings: RestoredAnchorSettings,
) -> list[str]:
    """Note that a stratum has too few events; nothing where it has enough."""
    train, test = (
        int((obs.loc[at, event].to_numpy(dtype=np.float64) > 0.0).sum())
        for obs, at in zip((data.train_obs, data.test_obs), rows, strict=True)
    )
    if train >= settings.min_train_events and test >= settings.min_test_events:
        return []
    return [f"{name}: {train} events to learn from and {test} to score by"]


def _groups(
    obs: pd.DataFrame, follow_up: list[str], settings: RestoredAnchorSettings
) -> np.ndarray:
    """Name the stratum of each tumour, empty where follow-up or stratum isn't known."""
    known = np.isfinite(obs[follow_up].to_numpy(dtype=np.float64)).all(axis=1)
    column = settings.strata_column
    names = class_labels(obs, column) if column in obs else np.full(len(obs), WHOLE)
    return np.where(known, names, "")


def _stratum(
    name: str,
    data: SplitData,
    train: np.ndarray,
    test: np.ndarray,
    follow_up: list[str],
    settings: RestoredAnchorSettings,
) -> Stratum:
    """Find the anchors of a stratum, and draw what is observed of the other genes."""
    time, event = data.train_obs.loc[train, follow_up].to_numpy(dtype=np.float64).T
    profiles = data.train_tumours.loc[train]
    scores = pd.Series(cox_scores(profiles.to_numpy(), time, event), profiles.columns)
    ranked = scores.abs().sort_values(ascending=False, kind="stable").index
    anchors, others = list(ranked[: settings.n_anchors]), sorted(ranked[settings.n_anchors :])
    rng = data.rng(f"observed genes of {name}")
    n_observed = round(settings.observed_share * len(others))
    observed = sorted(rng.choice(np.array(others, dtype=object), n_observed, replace=False))
    best = list(ranked[ranked.isin(observed)][: settings.n_anchors])
    return Stratum(name, train, test, time, event, scores, anchors, observed, best)
