"""Who tells the class from a panel: what each makes of its genes, and which classifier learns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.evaluation.probes.kernel_classification import KernelClassificationProbe
from twinpurify.evaluation.questions.labels.reading import Probe
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.representation.registry import create_method
from twinpurify.studies.completion import TRANSFORMER, CrossFitted, Parameters
from twinpurify.studies.gene_panels.pair_probe import PairProbe
from twinpurify.studies.gene_panels.settings import GenePanelSettings
from twinpurify.supervised.scaling import CommonStandardizer

KERNEL = "support_vectors"
NETWORK = "panel_network"
# Profiles of the panel, of training and test, to the features of both.
Features = Callable[[pd.DataFrame, pd.DataFrame], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Contestant:
    """One way to tell the class from a panel.

    Attributes
    ----------
    name : str
    features : callable
        From training and test profiles of a panel to the features of both.
    probe : callable
        Makes a classifier.
    permuted : bool
        Whether permuted labels are learnt besides, which has to end at chance.
    """

    name: str
    features: Features
    probe: Callable[..., Probe] = field(default=ClassificationProbe)
    permuted: bool = False


def contestant_names(settings: GenePanelSettings) -> list[str]:
    """List all contestants, the one that takes longest first.

    Parameters
    ----------
    settings : GenePanelSettings

    Returns
    -------
    list of str
    """
    return [TRANSFORMER, *settings.imputers, NETWORK, KERNEL, "raw", "pca", "untrained"]


def create_contestant(
    name: str, data: SplitData, settings: GenePanelSettings, parameters: Parameters
) -> Contestant:
    """Fit what a contestant learns without labels from full training profiles.

    Parameters
    ----------
    name : str
        One of ``contestant_names``.
    data : SplitData
    settings : GenePanelSettings
    parameters : mapping of str to mapping
        Of methods and imputers.

    Returns
    -------
    Contestant
    """
    if name in (TRANSFORMER, *settings.imputers):
        patients, folds = data.train_obs["patient_id"].to_numpy(), settings.n_completion_folds
        rng = data.rng("completion")
        fitted = CrossFitted(name, parameters, data.train_tumours, patients, folds, rng)
        probe = PairProbe if name == TRANSFORMER else ClassificationProbe
        return Contestant(name, partial(_completed, fitted), probe, permuted=name == TRANSFORMER)
    if name == "pca":
        # Unwhitened: the penalty asks more of components that hardly vary.
        probe = partial(ClassificationProbe, scaler=CommonStandardizer)
        return Contestant(name, partial(_components, settings.n_components), probe)
    if name == "untrained":
        return Contestant(name, partial(_beside_untrained, parameters))
    probes = {KERNEL: KernelClassificationProbe, NETWORK: PairProbe}
    probe = probes.get(name, ClassificationProbe)
    return Contestant(name, _as_they_are, probe, permuted=name == "raw")


def _as_they_are(train: pd.DataFrame, test: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Take the values of the panel."""
    return train.to_numpy(), test.to_numpy()


def _components(
    n_components: int, train: pd.DataFrame, test: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Take the principal components of the panel in training."""
    method = create_method("pca", {"n_dimensions": n_components}).fit(train)
    return method.transform(train), method.transform(test)


def _completed(
    fitted: CrossFitted, train: pd.DataFrame, test: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Take the whole profile, as far as not measured completed."""
    return fitted.complete_training(train).to_numpy(), fitted.complete(test).to_numpy()


def _beside_untrained(
    parameters: Parameters, train: pd.DataFrame, test: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Put an untrained network's embedding of the panel beside its values."""
    method = create_method("untrained", dict(parameters.get("untrained", {}))).fit(train)
    train, test = (
        np.column_stack([part.to_numpy(), method.transform(part)]) for part in (train, test)
    )
    return train, test
