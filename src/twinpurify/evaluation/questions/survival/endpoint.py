"""An endpoint of survival: who had the event when, and the risk that others' outcomes predict."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.probes.survival import CoxProbe
from twinpurify.evaluation.splits.held_out import HeldOut


class FoldRisk(NamedTuple):
    """Log hazards of one fold.

    Attributes
    ----------
    fit, score : array of bool, shape (samples,)
        Samples that the model was fitted on, and those it had not seen.
    fitted : array, shape (fitted samples,)
        By the model that was fitted on them.
    out_of_fold : array, shape (fitted samples,)
        Each by a model that was fitted on other training patients; NaN where none converged.
    scored : array, shape (scored samples,)
        By the model that was fitted on the others.
    """

    fit: np.ndarray
    score: np.ndarray
    fitted: np.ndarray
    out_of_fold: np.ndarray
    scored: np.ndarray


@dataclass(frozen=True)
class Endpoint:
    """Samples whose follow-up of one endpoint is known.

    Attributes
    ----------
    task : Task
        Survival, of this endpoint.
    held : HeldOut
    time, event : array, shape (samples,)
        Days, and 1 for an event or 0 for censored.
    strata : array of int, shape (samples,)
        Only samples of one stratum are compared with each other; all 0 where there is but one.
    """

    task: Task
    held: HeldOut
    time: np.ndarray
    event: np.ndarray
    strata: np.ndarray

    @property
    def stratum_names(self) -> np.ndarray:
        """Value of the column of strata; NaN where it is missing, or the cohort has no such column.

        The numbers in ``strata`` are those of one split, these are the same in all.
        """
        obs = self.held.obs
        return obs.reindex(columns=[self.held.settings.survival_strata]).iloc[:, 0].to_numpy(object)

    @property
    def groups(self) -> np.ndarray:
        """Fold and stratum of each sample as one number: risks of other folds aren't compared."""
        return self.held.fold * (self.strata.max() + 1) + self.strata

    def peers(self, group: int) -> np.ndarray:
        """Mask of the samples that may be learnt from for a group: its stratum, other folds."""
        scored = self.groups == group
        same = self.strata == self.strata[scored][0]
        return same & (self.held.fold != self.held.fold[scored][0])

    def scored_groups(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Masks of the samples learnt from, and of those scored, group by group."""
        for group in np.unique(self.groups[self.held.scored]):
            yield self.peers(group), self.groups == group


def endpoint_of(held: HeldOut, name: str) -> Endpoint:
    """Take the samples whose follow-up is known.

    Parameters
    ----------
    held : HeldOut
        ``obs`` with ``<name>_time`` (days) and ``<name>_event`` (0 or 1).
    name : str
        For example ``os``.

    Returns
    -------
    Endpoint

    Raises
    ------
    UnanswerableError
        If there are too few events to learn from, or to score by.
    """
    time = held.obs[f"{name}_time"].to_numpy(dtype=np.float64)
    event = held.obs[f"{name}_event"].to_numpy(dtype=np.float64)
    known = np.isfinite(time) & np.isfinite(event)
    held, event = held.take(known), event[known]
    _check_events(held, event)
    strata = _strata(held.obs, held.settings.survival_strata)
    return Endpoint(Task("survival", endpoint=name), held, time[known], event, strata)


def _strata(obs: pd.DataFrame, column: str) -> np.ndarray:
    """Number the values of a column, a missing one among them."""
    if column not in obs:
        return np.zeros(len(obs), dtype=np.intp)
    return pd.factorize(obs[column].astype(object), use_na_sentinel=False)[0]


def _check_events(held: HeldOut, event: np.ndarray) -> None:
    """Refuse to learn from, or to score by, a handful of events."""
    fitted = min((int(event[fit].sum()) for fit, _ in held.folds()), default=0)
    scored, settings = int(event[held.scored].sum()), held.settings
    if fitted < settings.min_train_events or scored < settings.min_test_events:
        raise UnanswerableError(
            f"{fitted} events to fit on and {scored} to score; at least "
            f"{settings.min_train_events} and {settings.min_test_events} are needed "
            "(settings min_train_events, min_test_events)"
        )


def predict_risk(endpoint: Endpoint) -> list[FoldRisk]:
    """Learn the risk from the embedding of other patients, fold by fold.

    Parameters
    ----------
    endpoint : Endpoint

    Returns
    -------
    list of FoldRisk

    Raises
    ------
    ModelError
        If the Cox regression of a fold converges at no penalty.
    """
    held, settings, found = endpoint.held, endpoint.held.settings, []
    for fit, score in held.folds():
        probe = CoxProbe(
            held.rng(str(endpoint.task)), settings.n_inner_folds, settings.n_cox_components
        )
        outcome = (endpoint.time[fit], endpoint.event[fit])
        probe.fit(held.features[fit], *outcome, held.patients[fit], endpoint.strata[fit])
        scored = probe.predict(held.features[score])
        found.append(FoldRisk(fit, score, probe.risk_, probe.out_of_fold_, scored))
    return found


def held_out_risk(endpoint: Endpoint, risks: list[FoldRisk]) -> np.ndarray:
    """Log hazard of each sample by a model that had not seen it; 0 for those never scored."""
    risk = np.zeros(len(endpoint.time))
    for fold in risks:
        risk[fold.score] = fold.scored
    return risk
