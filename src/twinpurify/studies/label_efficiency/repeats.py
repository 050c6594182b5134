"""One repeat of the study: who is in training and test, and what methods are pretrained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from twinpurify.cohort.splits import PatientSplit, select, split_patients
from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.splits.data import named_rng
from twinpurify.normalization.alignment.reference_normals import align_normals, shared_genes
from twinpurify.normalization.alignment.registry import create_alignment
from twinpurify.normalization.cohorts import fit_normalizer, normalize, to_log2
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.studies.label_efficiency.classes import (
    check_sides,
    learnt_classes,
    sample_classes,
)
from twinpurify.studies.label_efficiency.corpus import Corpus, in_memory
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings

if TYPE_CHECKING:
    from anndata import AnnData


@dataclass(frozen=True)
class Samples:
    """Profiles of one side, with the class and the patient of each.

    Attributes
    ----------
    profiles : DataFrame, samples × genes
        log2(x + 1).
    labels, patients : array of str, shape (samples,)
        The label is empty where it is missing or of a class that isn't learnt.
    """

    profiles: pd.DataFrame
    labels: np.ndarray
    patients: np.ndarray

    def take(self, rows: np.ndarray) -> Samples:
        """Keep the samples of a mask."""
        return Samples(self.profiles.loc[rows], self.labels[rows], self.patients[rows])

    def mapped(self, function: Callable[[pd.DataFrame], pd.DataFrame]) -> Samples:
        """Map the profiles, as to another platform."""
        return replace(self, profiles=function(self.profiles))


@dataclass(frozen=True)
class Material:
    """What methods are pretrained on, without any label.

    Attributes
    ----------
    name : str
        Cohort that it is from.
    tumours : DataFrame or AnnData, samples × genes
        For methods that contrast tumours with normals.
    normals : DataFrame or None, samples × genes
        Their background.
    samples : DataFrame or AnnData, samples × genes
        For all other methods: the tumours, with the normals where these are a class too.
    """

    name: str
    tumours: Any
    normals: pd.DataFrame | None
    samples: Any


@dataclass(frozen=True)
class Repeat:
    """One division of the patients.

    Attributes
    ----------
    number, seed : int
    cohort : str
    classes : list of str
    train, test : Samples
        The test samples all have a class.
    material : Material
        Of the same cohort: training patients alone.
    withheld : frozenset of str
        Ids of all test patients and of their samples, those without a class too.
    """

    number: int
    seed: int
    cohort: str
    classes: list[str]
    train: Samples
    test: Samples
    material: Material
    withheld: frozenset[str]

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers of one purpose, equal for all methods of the repeat."""
        return named_rng(self.seed, self.number, purpose)


def divide(cohort: AnnData, settings: LabelEfficiencySettings) -> list[PatientSplit]:
    """Split the patients repeatedly, stratified by the label.

    Parameters
    ----------
    cohort : AnnData
    settings : LabelEfficiencySettings

    Returns
    -------
    list of PatientSplit

    Raises
    ------
    ConfigurationError
        If the sample sheet lacks the label.
    """
    sample_classes(cohort.obs, settings.label, settings.include_normals)
    return split_patients(
        cohort.obs, settings.n_repeats, settings.test_fraction, settings.seed, settings.label
    )


def prepare_repeat(
    cohort: AnnData,
    split: PatientSplit,
    settings: LabelEfficiencySettings,
    normalization: NormalizationSettings,
    reference: AnnData | None = None,
    corpus: Corpus | None = None,
) -> Repeat:
    """Normalise a cohort as fitted on the training patients, and take it apart.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In its own unit.
    split : PatientSplit
    settings : LabelEfficiencySettings
    normalization : NormalizationSettings
    reference : AnnData, optional
        Cohort that gives its normals, in its own unit.
    corpus : Corpus, optional
        Cohort that methods are also pretrained on: only shared genes take part.

    Returns
    -------
    Repeat

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt and scored.
    ConfigurationError
        If cohort and corpus have one name.
    """
    cohort = cohort[:, _common_genes(cohort, reference, corpus)]
    normalizer = fit_normalizer(select(cohort, split.train), normalization)
    normalized = normalize(cohort, normalizer)
    whole = _samples(normalized, settings)
    classes = learnt_classes(whole.labels, whole.patients, settings.min_class_patients)
    whole = replace(whole, labels=np.where(np.isin(whole.labels, classes), whole.labels, ""))
    trained, labelled = np.isin(whole.patients, split.train), whole.labels != ""
    tumour = (normalized.obs["tissue"] == "tumour").to_numpy()
    train, test = whole.take(trained & (tumour | labelled)), whole.take(~trained & labelled)
    check_sides(train.labels, test.labels, classes, split.split)
    pretrained = trained & tumour & (labelled | settings.pretrain_on_unlabelled)
    tumours = whole.profiles.loc[pretrained]
    normals = whole.profiles.loc[trained & ~tumour]
    if reference is not None:
        normals = _lent(reference, tumours, split, normalization)
    material = Material(
        name=str(cohort.uns["cohort"]),
        tumours=tumours,
        normals=None if normals.empty else normals,
        samples=whole.profiles.loc[pretrained | (trained & ~tumour & labelled)],
    )
    return Repeat(
        number=split.split,
        seed=settings.seed,
        cohort=material.name,
        classes=classes,
        train=train,
        test=test,
        material=material,
        withheld=frozenset([*split.test, *whole.profiles.index[~trained].astype(str)]),
    )


def _common_genes(cohort: AnnData, reference: AnnData | None, corpus: Corpus | None) -> pd.Index:
    """Find the genes that all cohorts of the study have, in the cohort's order."""
    genes = cohort.var_names if reference is None else shared_genes(cohort, reference)
    if corpus is None:
        return genes
    if corpus.name == str(cohort.uns["cohort"]):
        raise ConfigurationError(
            f"{corpus.name}, which methods are pretrained on, is called as the cohort is, and "
            "their results could not be told apart: rename label_efficiency.pretraining_file"
        )
    return corpus.shared_genes(genes)


def _samples(normalized: AnnData, settings: LabelEfficiencySettings) -> Samples:
    """Read profiles, labels and patients of all samples."""
    obs = normalized.obs
    labels = sample_classes(obs, settings.label, settings.include_normals)
    return Samples(normalized.to_df(), labels, obs["patient_id"].astype(str).to_numpy())


def _lent(
    reference: AnnData,
    tumours: pd.DataFrame,
    split: PatientSplit,
    normalization: NormalizationSettings,
) -> pd.DataFrame:
    """Align another cohort's normals to the training tumours, but for those of test patients."""
    aligned = align_normals(
        to_log2(reference), tumours, split.test, normalization.transfer_alignment
    )
    patients = aligned.index.get_level_values("patient_id")
    kept = aligned.loc[~patients.isin(split.test)]
    return kept.set_axis(kept.index.get_level_values("sample_id"))


def fewer(repeat: Repeat, share: float) -> Repeat:
    """Pretrain on the samples of a share of the patients; a smaller share is among a larger one.

    Parameters
    ----------
    repeat : Repeat
    share : float
        Above 0, up to 1; three patients at least.

    Returns
    -------
    Repeat
        With the same normals in the background, and the same labels to learn from.
    """
    patients = pd.Series(repeat.train.patients, index=repeat.train.profiles.index)
    material = repeat.material
    order = repeat.rng("pretraining").permutation(np.unique(patients[material.samples.index]))
    kept = patients.isin(order[: max(3, round(share * len(order)))])

    def of_kept(profiles: pd.DataFrame) -> pd.DataFrame:
        return profiles.loc[kept[profiles.index].to_numpy()]

    tumours, samples = of_kept(material.tumours), of_kept(material.samples)
    return replace(repeat, material=replace(material, tumours=tumours, samples=samples))


def transferred(repeat: Repeat, corpus: Corpus, normalization: NormalizationSettings) -> Repeat:
    """Pretrain on another cohort: its material, and own samples brought to its platform.

    Patients of the test are left out of the other cohort by their ids and those of their samples.
    The alignment is fitted on training tumours of both, and is then the same for every sample.

    Parameters
    ----------
    repeat : Repeat
        With genes that the corpus has.
    corpus : Corpus
    normalization : NormalizationSettings
        ``transfer_alignment`` is used.

    Returns
    -------
    Repeat
    """
    genes = repeat.train.profiles.columns
    # A corpus that names no patients has each sample for one.
    tumours = corpus.take(genes, "tumour", repeat.withheld)
    found = corpus.take(genes, "normal", repeat.withheld)
    normals = None if not found.n_obs else found.to_memory().to_df()
    alignment = create_alignment(normalization.transfer_alignment)
    alignment.fit(repeat.material.tumours, reference=in_memory(tumours, repeat.seed))
    return replace(
        repeat,
        train=repeat.train.mapped(alignment.transform),
        test=repeat.test.mapped(alignment.transform),
        material=Material(corpus.name, tumours, normals, tumours),
    )
