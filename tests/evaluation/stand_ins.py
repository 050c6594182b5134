"""A tiny cohort with known answers, and tiny methods, for the tests of the evaluation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData, split_data
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap

GENES = [f"G{index:02d}" for index in range(30)]
SUBTYPES = ["LumA", "LumB", "Basal"]


@dataclass(frozen=True)
class Division:
    """Stands in for a patient split."""

    split: int
    train: list[str]
    test: list[str]


class Identity:
    """Stands in for raw expression."""

    name = "raw"

    def __init__(self) -> None:
        self.calls: list[pd.Index] = []

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        self.calls.append(X.index)
        return X.to_numpy(dtype=np.float32)


class Projection:
    """A fixed linear embedding, with a purity estimate."""

    name = "projection"

    def __init__(self, n_dimensions: int = 8) -> None:
        self.axes = np.random.default_rng(0).normal(size=(len(GENES), n_dimensions))

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        return (X.to_numpy() @ self.axes).astype(np.float32)

    def estimate_purity(self, X: pd.DataFrame) -> np.ndarray:
        return -X["G29"].to_numpy()


def pure_profiles(rng: np.random.Generator, subtype: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Tumours: 4 genes up in each subtype; the last genes belong to normal tissue."""
    profiles = base + rng.normal(0.0, 0.6, (len(subtype), len(GENES)))
    for position, name in enumerate(SUBTYPES):
        profiles[np.ix_(subtype == name, range(4 * position, 4 * position + 4))] += 1.5
    profiles[:, 25:] -= 4.0
    return np.maximum(profiles, 0.0)


def make_cohort(n_tumours: int = 150, n_normals: int = 40) -> tuple[AnnData, pd.DataFrame]:
    """Diluted tumours with all labels, normals (half of them matched), and the pure profiles."""
    rng = np.random.default_rng(11)
    base = rng.uniform(5.0, 9.0, len(GENES))
    subtype = np.array(SUBTYPES)[np.arange(n_tumours) % 3]
    pure = pure_profiles(rng, subtype, base)
    normals = np.maximum(base + rng.normal(0.0, 0.3, (n_normals, len(GENES))), 0.0)
    purity = rng.uniform(0.4, 1.0, n_tumours)
    mixed = purity[:, None] * (2.0**pure - 1.0)
    mixed += (1.0 - purity)[:, None] * (2.0 ** normals[np.arange(n_tumours) % n_normals] - 1.0)
    tumours = np.log2(mixed + 1.0)
    obs = _clinic(rng, pure, subtype, purity)
    patients = [f"P{index:03d}" for index in range(n_tumours - n_normals // 2, n_tumours)]
    patients += [f"Q{index:03d}" for index in range(n_normals - len(patients))]
    sheet = pd.DataFrame({"patient_id": patients, "tissue": "normal"})
    sheet.index = [f"{patient}-N" for patient in patients]
    values = np.concatenate([tumours, normals]).astype(np.float32)
    cohort = AnnData(values, obs=pd.concat([obs, sheet]), var=pd.DataFrame(index=GENES))
    return cohort, pd.DataFrame(pure, index=obs.index, columns=GENES)


def _clinic(
    rng: np.random.Generator, pure: np.ndarray, subtype: np.ndarray, purity: np.ndarray
) -> pd.DataFrame:
    """Sample sheet of the tumours."""
    n = len(subtype)
    patients = [f"P{index:03d}" for index in range(n)]
    hazard = np.exp(1.5 * (pure[:, 20] - pure[:, 20].mean()))
    death, end = rng.exponential(1000.0 / hazard), rng.uniform(200.0, 3000.0, n)
    return pd.DataFrame(
        {
            "patient_id": patients,
            "tissue": "tumour",
            "subtype": np.where(np.arange(n) % 25 == 7, None, subtype),
            "grade": np.where(pure[:, 21] > np.median(pure[:, 21]), "3", "1"),
            "purity_absolute": np.where(np.arange(n) % 10 == 3, np.nan, purity),
            "purity_cpe": np.clip(purity + rng.normal(0.0, 0.05, n), 0.0, 1.0),
            "true_purity": purity,
            "os_time": np.minimum(death, end),
            "os_event": (death < end).astype(float),
            # They tell nothing of survival.
            "age": 45.0 + 7 * np.arange(n) % 31,
            "stage": np.array(["I", "II", "III", "IV"])[np.arange(n) % 4],
            "pfi_time": end,
            "pfi_event": np.zeros(n),
        },
        index=[f"{patient}-T" for patient in patients],
    )


def divide(cohort: AnnData, split: int = 0) -> Division:
    """Two thirds of the patients in training."""
    patients = np.array(sorted(set(cohort.obs["patient_id"])))
    patients = np.random.default_rng(split).permutation(patients)
    third = len(patients) // 3
    return Division(split, patients[third:].tolist(), patients[:third].tolist())


def settings(**changes: object) -> EvaluationSettings:
    """Few bootstrap replicates."""
    return EvaluationSettings(**({"n_bootstrap": 20} | changes))


def bootstrap(cohort: AnnData, n: int = 20) -> PatientBootstrap:
    """Weights of all patients of the cohort."""
    return PatientBootstrap(cohort.obs["patient_id"], n, 0)


def embed(
    cohort: AnnData,
    method: object | None = None,
    truth: pd.DataFrame | None = None,
    data: SplitData | None = None,
    **changes: object,
) -> EmbeddedSplit:
    """The cohort's first split, seen through a method."""
    data = data or split_data(cohort, divide(cohort), Resources(truth=truth))
    return EmbeddedSplit(method or Identity(), data, settings(**changes), bootstrap(cohort))


def values(measurements: list) -> dict[tuple[str, str, float], float]:
    """Values by task, metric and fraction."""
    return {(m.task, m.metric, m.fraction): m.value for m in measurements}
