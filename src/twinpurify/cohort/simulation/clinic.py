"""The clinical side of the synthetic cohort: who the patients are and how they fare."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.cohort.simulation.biology import SUBTYPES

GRADE_SHARES = (0.15, 0.45, 0.40)
STAGES = ("I", "II", "III", "IV")
STAGE_SHARES = (0.22, 0.53, 0.21, 0.04)
STAGE_LOG_HAZARD = (-0.4, 0.0, 0.5, 1.2)
AGE_LOG_HAZARD_PER_YEAR = 0.02
MEAN_AGE = (60.0, 57.0, 57.0, 54.0)
TYPICAL_SURVIVAL_DAYS = 6000.0
SURVIVAL_SHAPE = 1.2
FOLLOW_UP_DAYS = (400.0, 5000.0)
PUBLISHED_PURITY_NOISE = 0.11
PUBLISHED_PURITY_MISSING = 0.2
LEUKOCYTE_NOISE = 0.03


@dataclass(frozen=True)
class Roster:
    """Which samples there are, tumours first.

    Parameters
    ----------
    patient : ndarray of int, shape (n_samples,)
        Index of the patient; the first `n_tumours` patients have a tumour.
    is_tumour : ndarray of bool, shape (n_samples,)
        Tumour or adjacent normal.
    """

    patient: np.ndarray
    is_tumour: np.ndarray

    @property
    def n_patients(self) -> int:
        """Number of patients with at least one sample."""
        return int(self.patient.max()) + 1

    def patient_ids(self) -> list[str]:
        """Write the patients as `DEMO-0001`."""
        return [f"DEMO-{patient + 1:04d}" for patient in self.patient]

    def sample_ids(self) -> list[str]:
        """Write the samples as `DEMO-0001-T` (tumour) and `DEMO-0001-N` (adjacent normal)."""
        ends = np.where(self.is_tumour, "T", "N")
        return [f"{patient}-{end}" for patient, end in zip(self.patient_ids(), ends, strict=True)]


def draw_sample_sheet(
    roster: Roster,
    subtypes: np.ndarray,
    proliferation: np.ndarray,
    truth: pd.DataFrame,
    log_hazard_ratio: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw the sheet that a user would have, clinical labels of the normals left empty.

    Parameters
    ----------
    roster : Roster
        The samples.
    subtypes : ndarray of int, shape (n_tumours,)
        Index into `SUBTYPES`.
    proliferation : ndarray, shape (n_tumours,)
        Score of the proliferation programme, which grade follows.
    truth : DataFrame
        Truth of the tumours: purity, programme and fractions of the infiltrate.
    log_hazard_ratio : float
        Effect of one standard deviation of the programme on the hazard of death.
    rng : numpy.random.Generator
        Source of the random numbers.
    """
    batch = rng.permutation(np.arange(roster.n_patients) % 2)
    stage = rng.choice(len(STAGES), len(truth), p=STAGE_SHARES)
    mean_age = np.concatenate([np.array(MEAN_AGE)[subtypes], np.full(_n_without(roster), 57.0)])
    age = np.clip(rng.normal(mean_age, 12.0), 26, 90).round().astype(int)
    hazard = (
        log_hazard_ratio * truth["programme"].to_numpy()
        + np.array(STAGE_LOG_HAZARD)[stage]
        + AGE_LOG_HAZARD_PER_YEAR * (age[: len(truth)] - 58.0)
    )
    of_tumours = pd.DataFrame(
        {
            "subtype": np.array(SUBTYPES)[subtypes],
            "grade": _draw_grade(proliferation, rng),
            "stage": np.array(STAGES)[stage],
            **_draw_survival(hazard, rng),
            **_draw_published_fractions(truth, rng),
        }
    )
    sheet = pd.DataFrame(
        {
            "sample": roster.sample_ids(),
            "patient_id": roster.patient_ids(),
            "tissue": np.where(roster.is_tumour, "tumour", "normal"),
            "age": age[roster.patient],
            "batch": np.array(["B1", "B2"])[batch[roster.patient]],
        }
    )
    return sheet.join(of_tumours)


def _n_without(roster: Roster) -> int:
    """Count the patients who gave a normal only."""
    return roster.n_patients - int(roster.is_tumour.sum())


def _draw_grade(proliferation: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut a noisy reading of proliferation into grades '1', '2' and '3'."""
    reading = proliferation + rng.normal(0.0, 0.7, len(proliferation))
    cuts = np.quantile(reading, np.cumsum(GRADE_SHARES)[:-1])
    return np.array(["1", "2", "3"])[np.searchsorted(cuts, reading)]


def _draw_survival(log_hazard: np.ndarray, rng: np.random.Generator) -> dict[str, pd.Series]:
    """Draw Weibull times of death, censored at a random end of follow-up."""
    scale = TYPICAL_SURVIVAL_DAYS * np.exp(-log_hazard / SURVIVAL_SHAPE)
    death = scale * rng.weibull(SURVIVAL_SHAPE, len(log_hazard))
    end = rng.uniform(*FOLLOW_UP_DAYS, len(log_hazard))
    # Nullable integers keep "1" from being written as "1.0" beside the empty cells of normals.
    return {
        "os_time": pd.Series(np.ceil(np.minimum(death, end)).astype(int), dtype="Int64"),
        "os_event": pd.Series((death <= end).astype(int), dtype="Int64"),
    }


def _draw_published_fractions(
    truth: pd.DataFrame, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draw purity and leukocyte fraction as another assay would measure them."""
    purity = rng.normal(truth["purity"], PUBLISHED_PURITY_NOISE).clip(0.05, 1.0).round(2)
    missing = rng.random(len(truth)) < PUBLISHED_PURITY_MISSING
    leukocytes = rng.normal(truth["immune_fraction"], LEUKOCYTE_NOISE).clip(0.0, 1.0).round(3)
    return {
        "absolute_purity": np.where(missing, np.nan, purity),
        "leukocyte_fraction": leukocytes,
    }
