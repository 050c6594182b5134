"""How each contestant tells the risk of patients whose anchors are hidden."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from twinpurify.evaluation.probes.survival import CoxProbe
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.representation.registry import create_method
from twinpurify.studies.completion import TRANSFORMER, Completer, Parameters
from twinpurify.studies.restored_anchors.design import Stratum
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings
from twinpurify.supervised.scaling import CommonStandardizer, Standardizer

TRUE, BEST, ALL = "true_anchors", "observed_best", "observed_all"
# Equal profiles must have equal risks, whatever way their products were summed.
DECIMALS = 9
# From a stratum to the log hazards of its test patients.
Risk = Callable[[Stratum], np.ndarray]


def contestant_names(settings: RestoredAnchorSettings) -> list[str]:
    """List all contestants, the one that takes longest first.

    Parameters
    ----------
    settings : RestoredAnchorSettings

    Returns
    -------
    list of str
    """
    return [TRANSFORMER, *settings.imputers, ALL, "pca", BEST, TRUE]


def risk_of(
    name: str, data: SplitData, settings: RestoredAnchorSettings, parameters: Parameters
) -> Risk:
    """Fit what a contestant learns of all training patients, and give how it tells a risk.

    Parameters
    ----------
    name : str
        One of ``contestant_names``.
    data : SplitData
    settings : RestoredAnchorSettings
    parameters : mapping of str to mapping
        Of methods and imputers.

    Returns
    -------
    callable
        From a stratum to the log hazards of its test patients.
    """
    rivals: dict[str, Callable[[Stratum], np.ndarray]] = {
        TRUE: lambda stratum: _by_genes(stratum, data, settings, stratum.anchors),
        BEST: lambda stratum: _by_genes(stratum, data, settings, stratum.best_observed),
        ALL: lambda stratum: _by_genes(stratum, data, settings, stratum.observed),
        "pca": lambda stratum: _by_components(stratum, data, settings),
    }
    if name in rivals:
        return rivals[name]
    fitted = Completer(name, parameters).fit(data.train_tumours)
    return lambda stratum: _by_restored(stratum, data, settings, fitted)


def _by_genes(
    stratum: Stratum, data: SplitData, settings: RestoredAnchorSettings, genes: list[str]
) -> np.ndarray:
    """Learn from genes, and tell the risk from the same genes as measured."""
    test = data.test_tumours.loc[stratum.test, genes]
    return _risk(stratum, data, settings, data.train_tumours.loc[stratum.train, genes], test)


def _by_restored(
    stratum: Stratum, data: SplitData, settings: RestoredAnchorSettings, fitted: Completer
) -> np.ndarray:
    """Learn from true anchors, and tell the risk from restored ones."""
    shown = data.test_tumours.loc[stratum.test, stratum.observed]
    test = fitted.complete(shown)[stratum.anchors]
    train = data.train_tumours.loc[stratum.train, stratum.anchors]
    return _risk(stratum, data, settings, train, test)


def _by_components(
    stratum: Stratum, data: SplitData, settings: RestoredAnchorSettings
) -> np.ndarray:
    """Learn from principal components of the observed genes of all training patients."""
    method = create_method("pca", {"n_dimensions": settings.n_components})
    method.fit(data.train_tumours[stratum.observed])
    sides = data.train_tumours.loc[stratum.train], data.test_tumours.loc[stratum.test]
    train, test = (pd.DataFrame(method.transform(side[stratum.observed])) for side in sides)
    # Unwhitened: the penalty asks more of components that hardly vary.
    return _risk(stratum, data, settings, train, test, CommonStandardizer)


def _risk(
    stratum: Stratum,
    data: SplitData,
    settings: RestoredAnchorSettings,
    train: pd.DataFrame,
    test: pd.DataFrame,
    scaler: type[Standardizer] = Standardizer,
) -> np.ndarray:
    """Fit a penalised Cox regression on the training patients of the stratum."""
    rng = data.rng(f"inner folds of {stratum.name}")
    probe = CoxProbe(rng, settings.n_inner_folds, train.shape[1], scaler)
    patients = data.train_obs["patient_id"].to_numpy()[stratum.train]
    probe.fit(train.to_numpy(), stratum.time, stratum.event, patients)
    return np.round(probe.predict(test.to_numpy()), DECIMALS)
