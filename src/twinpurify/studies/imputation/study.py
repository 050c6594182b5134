"""Imputation: what is hidden from test patients, and how near imputers come to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.known_truths.imputation_error import measure_imputation
from twinpurify.evaluation.known_truths.missingness import PATTERNS, hide_at_random, hide_gene_block
from twinpurify.evaluation.measurement import Measurement
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.uncertainty.bootstrap import GROUP, PatientBootstrap, collect, summarize
from twinpurify.evaluation.uncertainty.differences import compare_with_others
from twinpurify.imputation.imputer import Imputer
from twinpurify.normalization.alignment.registry import create_alignment
from twinpurify.studies.imputation.settings import ImputationSettings

PLATFORM, CONTROL = "platform", "control_permuted"
NAMES = {"method": "imputer", "task": "pattern", "fraction": "rate"}
KEYS = ["cohort", "trained_on", "pattern", "rate", "metric", "imputer"]
SUMMARY = ["n_splits", "mean", "low", "high", "sd_splits"]
DIFFERENCE = ["difference", "difference_low", "difference_high", "p_value", "p_adjusted"]
COLUMNS = [*KEYS, *SUMMARY, "reference", *DIFFERENCE]


@dataclass(frozen=True)
class Target:
    """Tumours of another cohort, perhaps of another platform.

    Attributes
    ----------
    name : str
    tumours : DataFrame, shape (samples, genes)
        log2(x + 1), each brought there on its own.
    obs : DataFrame
        Their rows of the sample sheet.
    alignment : str
        What the setting ``transfer_alignment`` calls the way to the training platform.
    """

    name: str
    tumours: pd.DataFrame
    obs: pd.DataFrame
    alignment: str


def study_split(
    imputer: Imputer,
    data: SplitData,
    settings: ImputationSettings,
    cohort: str,
    bootstrap: PatientBootstrap,
    targets: Iterable[Target] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit an imputer on the training tumours of a split, and hide values of its test tumours.

    Parameters
    ----------
    imputer : Imputer
        Unfitted.
    data : SplitData
    settings : ImputationSettings
    cohort : str
        Name of the cohort.
    bootstrap : PatientBootstrap
        Of its patients.
    targets : iterable of Target
        Cohorts that a block of genes is hidden from, besides, after alignment.

    Returns
    -------
    scores, replicates : DataFrame
        As from ``collect``: ``task`` is the pattern, ``fraction`` the rate of hidden values.
    """
    imputer.fit(data.train_tumours)
    weights = bootstrap.weights(data.test_obs["patient_id"])
    key = (imputer.name, data.split, data.seed)
    own = _hide_by_patterns(imputer, data, settings, weights)
    parts = [collect(own, cohort, cohort, *key)]
    for target in targets:
        found = _hide_from_target(imputer, data, settings, target)
        parts.append(collect(found, target.name, cohort, *key))
    scores, replicates = (
        pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True)
    )
    return scores, replicates


def study_control(
    imputer: Imputer,
    data: SplitData,
    settings: ImputationSettings,
    cohort: str,
    bootstrap: PatientBootstrap,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ask the same where there is nothing to learn: genes are permuted across samples.

    Every gene keeps its values and loses all others', among the training tumours and among the
    test tumours. No imputer can beat the mean of training.

    Parameters
    ----------
    imputer, data, settings, cohort, bootstrap
        As of `study_split`.

    Returns
    -------
    scores, replicates : DataFrame
        As from ``collect``.
    """
    rng = data.rng(CONTROL)
    train, test = (_permuted(table, rng) for table in (data.train_tumours, data.test_tumours))
    blind = replace(data, train_tumours=train, test_tumours=test)
    imputer.fit(train)
    hidden = hide_at_random(test, settings.control_rate, rng, blind.test_obs["patient_id"])
    weights = bootstrap.weights(data.test_obs["patient_id"])
    found = _measure(imputer, CONTROL, settings.control_rate, test, hidden, weights)
    return collect(found, cohort, cohort, imputer.name, data.split, data.seed)


def summarize_study(scores: pd.DataFrame, replicates: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Average over splits, with intervals and the paired difference to one imputer.

    Parameters
    ----------
    scores, replicates : DataFrame
        Of all imputers and splits.
    reference : str
        Imputer that the others are paired with.

    Returns
    -------
    DataFrame
        cohort, trained_on, pattern, rate, metric, imputer, n_splits, mean, low, high, sd_splits,
        reference, difference (the imputer's less the reference's), difference_low,
        difference_high, p_value, p_adjusted; the last five are NaN for the reference itself.
    """
    summary = summarize(scores, replicates)[[*GROUP, *SUMMARY]]
    against = compare_with_others(scores, replicates, reference)
    # It is the reference's less the other's.
    against = against.assign(
        difference=-against["difference"],
        difference_low=-against["high"],
        difference_high=-against["low"],
        method=against["other"],
    )
    table = summary.merge(against[[*GROUP, *DIFFERENCE]], on=GROUP, how="left")
    table = table.assign(reference=reference).rename(columns=NAMES)
    return table[COLUMNS].sort_values(KEYS[:-1], kind="stable").reset_index(drop=True)


def _permuted(profiles: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Permute the values of every gene across samples, each by itself."""
    values = rng.permuted(profiles.to_numpy(), axis=0)
    return pd.DataFrame(values, index=profiles.index, columns=profiles.columns)


def _hide_by_patterns(
    imputer: Imputer, data: SplitData, settings: ImputationSettings, weights: np.ndarray
) -> list[Measurement]:
    """Ask at every pattern and rate; what is hidden is the same for all imputers."""
    tumours, obs = data.test_tumours, data.test_obs
    groups = obs.get(settings.block_column, pd.Series("", index=obs.index))
    found = []
    for pattern in settings.patterns:
        for rate in settings.rates:
            rng = data.rng(f"imputation {pattern} {rate:g}")
            hidden = PATTERNS[pattern](tumours, rate, rng, groups)
            found += _measure(imputer, pattern, rate, tumours, hidden, weights)
    return found


def _hide_from_target(
    imputer: Imputer, data: SplitData, settings: ImputationSettings, target: Target
) -> list[Measurement]:
    """Ask of another cohort that lacks a block of the shared genes.

    The imputer sees the genes that are left, aligned by themselves. Those that are hidden are
    aligned for the score alone, since a difference of platforms is no error of imputation.
    """
    others = ~target.obs["patient_id"].isin(data.train_obs["patient_id"]).to_numpy()
    shared = data.train_tumours.columns.intersection(target.tumours.columns, sort=False)
    tumours, training = target.tumours.loc[others, shared], data.train_tumours
    # Drawn for all patients of the target, so that every split has the same weights.
    bootstrap = PatientBootstrap(target.obs["patient_id"], settings.n_bootstrap, data.seed)
    weights = bootstrap.weights(target.obs.loc[others, "patient_id"])
    truth = create_alignment(target.alignment).fit(tumours, reference=training).transform(tumours)
    found = []
    for rate in settings.rates:
        rng = data.rng(f"imputation {target.name} {rate:g}")
        hidden = hide_gene_block(tumours, rate, rng, pd.Series("", index=tumours.index))
        seen = tumours.loc[:, ~hidden[0]]
        seen = create_alignment(target.alignment).fit(seen, reference=training).transform(seen)
        found += _measure(imputer, PLATFORM, rate, truth, hidden, weights, seen)
    return found


def _measure(
    imputer: Imputer,
    pattern: str,
    rate: float,
    truth: pd.DataFrame,
    hidden: np.ndarray,
    weights: np.ndarray,
    seen: pd.DataFrame | None = None,
) -> list[Measurement]:
    """Hide values, or show what is given, and score what the imputer makes of it."""
    shown = truth.mask(hidden) if seen is None else seen
    imputed = imputer.transform(shown)[truth.columns].to_numpy()
    place = pd.Index(imputer.genes_).get_indexer(truth.columns)
    scale = imputer.gene_scale_[place]
    return measure_imputation(
        Task(pattern), rate, hidden, truth.to_numpy(), imputed, scale, weights
    )
