"""Repeated splits of a cohort's patients into training and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import closest
from twinpurify.errors import BackgroundError, CohortError, ConfigurationError, listed

if TYPE_CHECKING:
    from anndata import AnnData

OPTIONAL_LABELS = ("subtype", "grade", "stage", "batch")


@dataclass(frozen=True)
class PatientSplit:
    """One division of the patients; ``dataclasses.asdict`` and ``PatientSplit(**record)`` are JSON.

    Parameters
    ----------
    split : int
        Number of the split, from 0.
    train, test : list of str
        Sorted patient ids; nobody is in both.
    """

    split: int
    train: list[str]
    test: list[str]


def split_patients(
    obs: pd.DataFrame,
    n_splits: int = 5,
    test_fraction: float = 0.3,
    seed: int = 0,
    stratify_by: str = "subtype",
) -> list[PatientSplit]:
    """Split patients, so that no patient's tumour or normal is on both sides.

    Every split draws anew. Patients are sorted by whether they have a normal, then by label, in
    random order within, and a systematic sample of them becomes the test side: each stratum gives
    its share to within one patient. Where there are normals, both sides have one. Only ids, tissues
    and the label are used, so nothing that is measured on a patient moves a split.

    Parameters
    ----------
    obs : DataFrame
        Sample sheet of the cohort; the order of its rows doesn't matter.
    n_splits : int
        Number of splits.
    test_fraction : float
        Share of the patients on the test side, above 0 and below 1.
    seed : int
        The same seed gives the same splits.
    stratify_by : str
        Label of the patient's tumour. A cohort without a subtype, grade, stage or batch is
        stratified by the presence of a normal alone.

    Raises
    ------
    ConfigurationError
        A setting is out of range, or `stratify_by` isn't a column.
    BackgroundError
        All normals are of one patient.
    CohortError
        One side would be without patients.
    """
    _check_settings(obs, n_splits, test_fraction, stratify_by)
    patients = _strata(obs, stratify_by)
    if patients["has_normal"].sum() == 1:
        raise BackgroundError(
            f"All normals are of the patient {patients.index[patients['has_normal']][0]!r}, so "
            "that training or test would be without. Add normals of another patient, or leave "
            "these out of tissue_values.normal."
        )
    return [
        _split(patients, split, test_fraction, np.random.default_rng([seed, split]))
        for split in range(n_splits)
    ]


def _check_settings(
    obs: pd.DataFrame, n_splits: int, test_fraction: float, stratify_by: str
) -> None:
    if n_splits < 1:
        raise ConfigurationError(f"n_splits is {n_splits}; at least 1 is needed.")
    if not 0 < test_fraction < 1:
        raise ConfigurationError(f"test_fraction is {test_fraction}; it lies between 0 and 1.")
    if stratify_by not in obs.columns and stratify_by not in OPTIONAL_LABELS:
        raise ConfigurationError(
            f"stratify_by is {stratify_by!r}{closest(stratify_by, obs.columns)}; the columns are "
            f"{listed(obs.columns, 40)}."
        )


def _strata(obs: pd.DataFrame, stratify_by: str) -> pd.DataFrame:
    tumours = obs[obs["tissue"] == "tumour"].sort_index()
    by_patient = tumours.drop_duplicates("patient_id").set_index("patient_id")
    normals = set(obs.loc[obs["tissue"] == "normal", "patient_id"])
    patients = pd.DataFrame(index=pd.Index(sorted(set(obs["patient_id"])), name="patient_id"))
    patients["has_normal"] = patients.index.isin(normals)
    patients["label"] = ""
    if stratify_by in obs.columns:
        labels = by_patient[stratify_by].astype(object).reindex(patients.index)
        patients["label"] = labels.map(str, na_action="ignore").fillna("")
    return patients


def _split(
    patients: pd.DataFrame, split: int, test_fraction: float, rng: np.random.Generator
) -> PatientSplit:
    shuffled = patients.iloc[rng.permutation(len(patients))]
    # A stable sort keeps the random order within each stratum.
    ordered = shuffled.sort_values(["has_normal", "label"], kind="stable")
    marks = np.floor(np.arange(len(ordered) + 1) * test_fraction + rng.uniform())
    in_test = _with_normals_on_both_sides(np.diff(marks) > 0, ordered["has_normal"].to_numpy(), rng)
    if in_test.all() or not in_test.any():
        raise CohortError(
            f"test_fraction {test_fraction} of {len(ordered)} patients leaves "
            f"{int(in_test.sum())} for the test and {int((~in_test).sum())} for training."
        )
    ids = ordered.index.to_numpy(dtype=str)
    return PatientSplit(split, sorted(ids[~in_test].tolist()), sorted(ids[in_test].tolist()))


def _with_normals_on_both_sides(
    in_test: np.ndarray, has_normal: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    with_normal = np.flatnonzero(has_normal)
    sides = in_test[with_normal]
    if len(with_normal) and (sides.all() or not sides.any()):
        moved = rng.choice(with_normal)
        in_test[moved] = ~in_test[moved]
    return in_test


def select(cohort: AnnData, patients: Sequence[str], tissue: str | None = None) -> AnnData:
    """Take the samples of some patients, as a view in the order of the cohort.

    Parameters
    ----------
    cohort : AnnData
        A cohort.
    patients : sequence of str
        For example ``split.train``.
    tissue : {'tumour', 'normal'}, optional
        Only samples of this tissue.

    Raises
    ------
    CohortError
        A patient isn't in the cohort, as when the splits were drawn for another one.
    """
    unknown = sorted(set(patients) - set(cohort.obs["patient_id"]))
    if unknown:
        raise CohortError(
            f"The patients {listed(unknown)} aren't in the cohort "
            f"{cohort.uns.get('cohort', '')!r}. Run ingestion again, which draws the splits anew."
        )
    chosen = cohort.obs["patient_id"].isin(patients)
    if tissue is not None:
        chosen &= cohort.obs["tissue"] == tissue
    return cohort[chosen.to_numpy()]
