"""A synthetic cohort whose truth is known: pure profiles, purity, and what diluted each tumour."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field, model_validator
from scipy.special import betainc, betaincinv

from twinpurify.cohort.simulation.biology import (
    COMPARTMENTS,
    IMMUNE,
    INFILTRATE,
    PROGRAMME_MEANS,
    RESIDENT,
    STROMA,
    SUBTYPE_SHARES,
    SUBTYPES,
    GeneLevels,
    draw_gene_levels,
    draw_programme_scores,
    risk_programme,
)
from twinpurify.cohort.simulation.clinic import Roster, draw_sample_sheet
from twinpurify.cohort.simulation.gene_symbols import known_gene_count, select_modules

PURITY_RANGE = (0.1, 0.97)
# Beta distributions of what adjacent normals hold of immune cells and of activated stroma.
NORMAL_IMMUNE = (2.0, 38.0)
NORMAL_STROMA = (1.5, 48.0)
# How much likelier a tumour draws in immune cells (stroma) per unit of its interferon
# (dedifferentiation) score.
ATTRACTION = 0.3
# Variation of a gene between patients, in all their tissue, relative to that between tumours.
GERMLINE_SHARE = 0.4


class SyntheticSettings(BaseModel, extra="forbid", frozen=True):
    """Size, noise and seed of the synthetic cohort.

    Parameters
    ----------
    n_tumours, n_normals, n_matched_normals, n_genes : int
        Sizes; the matched normals are the normals of patients whose tumour is in the cohort.
    purity_alpha, purity_beta : float
        Beta distribution of the tumour fraction of the RNA, cut to 0.1 .. 0.97.
    private_sd : float
        Variation of a gene that belongs to one tumour alone, in log2.
    noise_sd : float
        Measurement noise, in log2.
    batch_sd : float
        Difference of a gene between the two batches, in log2.
    log_hazard_ratio : float
        Effect of one standard deviation of the risk programme on the hazard of death.
    seed : int
        The same seed gives the same bits.
    """

    n_tumours: int = Field(400, ge=20, le=9000)
    n_normals: int = Field(60, ge=2, le=900)
    n_matched_normals: int = Field(40, ge=0)
    n_genes: int = Field(2000, ge=100)
    purity_alpha: float = Field(4.2, gt=0.0, le=100.0)
    purity_beta: float = Field(2.8, gt=0.0, le=100.0)
    private_sd: float = Field(0.5, ge=0.0, le=3.0)
    noise_sd: float = Field(0.25, ge=0.0, le=3.0)
    batch_sd: float = Field(0.15, ge=0.0, le=3.0)
    log_hazard_ratio: float = Field(1.0, ge=0.0, le=3.0)
    seed: int = Field(20260, ge=0)

    @model_validator(mode="after")
    def _check_sizes(self) -> Self:
        """Hold the sizes against each other and against the symbols at hand."""
        if self.n_matched_normals > min(self.n_normals, self.n_tumours):
            raise ValueError(
                f"n_matched_normals is {self.n_matched_normals}, more than the "
                f"{self.n_normals} normals (n_normals) or the {self.n_tumours} tumours (n_tumours)"
            )
        if self.n_genes > known_gene_count():
            raise ValueError(
                f"n_genes is {self.n_genes}, but only {known_gene_count()} symbols are at hand"
            )
        return self


@dataclass(frozen=True)
class SyntheticCohort:
    """The cohort as a user would have it, and beside it the truth, for evaluation only.

    Parameters
    ----------
    expression : DataFrame
        samples × genes, log2(TPM + 1), float32; index `sample`, tumours first.
    samples : DataFrame
        Sample sheet with the column `sample`, in the same order.
    pure_profiles : DataFrame
        tumours × genes, log2(TPM + 1), float32: each tumour at tumour fraction 1, without noise.
    truth_table : DataFrame
        Per tumour `purity`, `programme` (standardised), and the fractions of resident normal
        tissue, immune cells and activated stroma; purity and the three fractions sum to 1.
    """

    expression: pd.DataFrame
    samples: pd.DataFrame
    pure_profiles: pd.DataFrame
    truth_table: pd.DataFrame


def generate_synthetic_cohort(settings: SyntheticSettings) -> SyntheticCohort:
    """Simulate a cohort by mixing tumours with an infiltrate in linear space.

    Parameters
    ----------
    settings : SyntheticSettings
        Size, noise and seed.
    """
    # A stream for each part, so that, say, another number of genes leaves the patients as they are.
    streams = ("genes", "roster", "scores", "fractions", "private", "measurement", "clinic")
    seeds = np.random.SeedSequence(settings.seed).spawn(len(streams))
    rng = {name: np.random.default_rng(seed) for name, seed in zip(streams, seeds, strict=True)}
    levels = draw_gene_levels(select_modules(settings.n_genes), rng["genes"])
    roster, subtypes = _draw_roster(settings, rng["roster"])
    scores = draw_programme_scores(subtypes, rng["scores"])
    fractions = _draw_fractions(settings, roster, subtypes, scores, rng["fractions"])
    pure, infiltrate = _draw_profiles(settings, roster, scores, levels, fractions, rng["private"])
    purity = 1.0 - fractions.sum(axis=1)
    bulk = infiltrate
    bulk[: settings.n_tumours] += purity[: settings.n_tumours, None] * pure

    tumour_ids = roster.sample_ids()[: settings.n_tumours]
    truth = _truth_table(fractions[: settings.n_tumours], scores, tumour_ids)
    proliferation = scores[:, list(PROGRAMME_MEANS).index("proliferation")]
    samples = draw_sample_sheet(
        roster, subtypes, proliferation, truth, settings.log_hazard_ratio, rng["clinic"]
    )
    bulk *= _measurement_effects(settings, samples["batch"], bulk.shape, rng["measurement"])
    return SyntheticCohort(
        expression=_log2_table(bulk, roster.sample_ids(), levels.genes),
        samples=samples,
        pure_profiles=_log2_table(pure, tumour_ids, levels.genes),
        truth_table=truth,
    )


def _draw_roster(
    settings: SyntheticSettings, rng: np.random.Generator
) -> tuple[Roster, np.ndarray]:
    """Choose the subtype of each tumour and the patients who also gave a normal."""
    n_tumours, n_matched = settings.n_tumours, settings.n_matched_normals
    bounds = np.rint(np.cumsum(SUBTYPE_SHARES) * n_tumours).astype(int)
    subtypes = rng.permutation(np.searchsorted(bounds, np.arange(n_tumours), side="right"))
    matched = np.sort(rng.choice(n_tumours, n_matched, replace=False))
    others = n_tumours + np.arange(settings.n_normals - n_matched)
    patient = np.concatenate([np.arange(n_tumours), matched, others])
    return Roster(patient, np.arange(len(patient)) < n_tumours), subtypes


def _draw_purity(settings: SyntheticSettings, rng: np.random.Generator) -> np.ndarray:
    """Draw the tumour fractions from the Beta distribution, cut to the range seen in practice."""
    shape = (settings.purity_alpha, settings.purity_beta)
    low, high = betainc(*shape, PURITY_RANGE)
    drawn = betaincinv(*shape, rng.uniform(low, high, settings.n_tumours))
    return np.clip(drawn, *PURITY_RANGE)


def _draw_fractions(
    settings: SyntheticSettings,
    roster: Roster,
    subtypes: np.ndarray,
    scores: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the fraction of each compartment in each sample: (n_samples, n_compartments)."""
    tumour_parts = _dirichlet(_infiltrate_concentration(subtypes, scores), rng)
    tumour_parts *= 1.0 - _draw_purity(settings, rng)[:, None]
    immune = rng.beta(*NORMAL_IMMUNE, settings.n_normals)
    stroma = (1.0 - immune) * rng.beta(*NORMAL_STROMA, settings.n_normals)
    parts = np.vstack([tumour_parts, np.column_stack([1.0 - immune - stroma, immune, stroma])])
    n_samples = len(roster.patient)
    # A patient has tissue of her own kind, and two samples of it are alike, not equal.
    of_patients = _dirichlet(np.tile(list(RESIDENT.values()), (roster.n_patients, 1)), rng)
    resident = _dirichlet(0.1 + 30.0 * of_patients[roster.patient], rng)
    immune_cells = _dirichlet(np.tile(list(IMMUNE.values()), (n_samples, 1)), rng)
    stroma_cells = _dirichlet(np.tile(list(STROMA.values()), (n_samples, 1)), rng)
    return np.hstack(
        [parts[:, :1] * resident, parts[:, 1:2] * immune_cells, parts[:, 2:] * stroma_cells]
    )


def _infiltrate_concentration(subtypes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Let subtype, interferon and dedifferentiation of a tumour shape its infiltrate."""
    programmes = list(PROGRAMME_MEANS)
    concentration = np.array([INFILTRATE[name] for name in SUBTYPES])[subtypes]
    concentration[:, 1] *= np.exp(ATTRACTION * scores[:, programmes.index("interferon")])
    dedifferentiation = scores[:, programmes.index("invasive_dedifferentiation")]
    concentration[:, 2] *= np.exp(ATTRACTION * dedifferentiation)
    return concentration


def _dirichlet(concentration: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one composition per row, each row with its own concentrations."""
    drawn = rng.gamma(concentration)
    return drawn / drawn.sum(axis=1, keepdims=True)


def _draw_profiles(
    settings: SyntheticSettings,
    roster: Roster,
    scores: np.ndarray,
    levels: GeneLevels,
    fractions: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Build pure tumours and infiltrate in linear TPM, both with the patient's own variation."""
    n_genes = len(levels.genes)
    spread = settings.private_sd * rng.gamma(4.0, 0.25, n_genes)
    tumour = levels.tumour + spread * rng.standard_normal((settings.n_tumours, n_genes))
    # Column -1 is the score of the genes without a programme.
    with_none = np.hstack([scores, np.zeros((settings.n_tumours, 1))])
    tumour += with_none[:, levels.programme] * levels.loading
    germline = spread * GERMLINE_SHARE * rng.standard_normal((roster.n_patients, n_genes))
    # Unlike a matrix product, einsum sums in one order however many threads there are.
    infiltrate = np.einsum("sc,cg->sg", fractions, np.exp2(levels.compartments))
    infiltrate *= np.exp2(germline[roster.patient])
    return np.exp2(tumour + germline[: settings.n_tumours]), infiltrate


def _measurement_effects(
    settings: SyntheticSettings, batch: pd.Series, shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Draw the factors by which batch and noise distort each linear value."""
    noise = settings.noise_sd * rng.standard_normal(shape)
    of_batch = settings.batch_sd * rng.standard_normal(shape[1])
    return np.exp2(noise + np.outer(batch == "B2", of_batch))


def _truth_table(fractions: np.ndarray, scores: np.ndarray, tumour_ids: list[str]) -> pd.DataFrame:
    """Sum the compartments to the three kinds of infiltrate and add purity and programme."""
    columns = pd.Index(COMPARTMENTS)
    immune = fractions[:, columns.isin(IMMUNE)].sum(axis=1)
    stroma = fractions[:, columns.isin(STROMA)].sum(axis=1)
    table = {
        "purity": 1.0 - fractions.sum(axis=1),
        "programme": risk_programme(scores),
        "normal_fraction": fractions[:, columns.isin(RESIDENT)].sum(axis=1),
        "immune_fraction": immune,
        "stroma_fraction": stroma,
    }
    return pd.DataFrame(table, index=pd.Index(tumour_ids, name="sample"))


def _log2_table(linear: np.ndarray, sample_ids: list[str], genes: np.ndarray) -> pd.DataFrame:
    """Write linear TPM as log2(TPM + 1) in single precision."""
    index = pd.Index(sample_ids, name="sample")
    return pd.DataFrame(np.log2(linear + 1.0).astype(np.float32), index=index, columns=genes)
