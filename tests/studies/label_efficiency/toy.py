"""A toy cohort whose label stands in three genes, and methods that see these or none of them."""

import numpy as np
import pandas as pd
from anndata import AnnData

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings

N_GENES, N_TELLING = 120, 3
GENES = [f"G{index:03d}" for index in range(N_GENES)]
NORMALIZATION = NormalizationSettings(steps=["log2"])


def toy_cohort(
    name: str = "toy", n_tumours: int = 120, n_normals: int = 30, seed: int = 0, prefix: str = "P"
) -> AnnData:
    """Tumours of three classes, every tenth without a label; normals, half of them matched."""
    rng = np.random.default_rng(seed)
    label = np.array(["a", "b", "c"])[np.arange(n_tumours) % 3]
    values = rng.normal(6.0, 1.0, (n_tumours + n_normals, N_GENES))
    # What most genes follow isn't the label.
    values[:, N_TELLING:60] += 2.0 * rng.normal(size=(len(values), 1))
    for place, one in enumerate("abc"):
        values[:n_tumours][label == one, place] += 2.5
    values[n_tumours:, 100:] += 4.0
    patients = [f"{prefix}{index:03d}" for index in range(n_tumours)]
    patients += [f"{prefix}{n_tumours - n_normals // 2 + index:03d}" for index in range(n_normals)]
    obs = pd.DataFrame(
        {
            "patient_id": patients,
            "tissue": ["tumour"] * n_tumours + ["normal"] * n_normals,
            "subtype": [
                *np.where(np.arange(n_tumours) % 10 == 9, None, label),
                *[None] * n_normals,
            ],
        },
        index=[f"{name}-{index:03d}" for index in range(len(values))],
    )
    return AnnData(
        values.clip(0.0, 25.0).astype(np.float32),
        obs=obs,
        var=pd.DataFrame(index=GENES),
        uns={
            "cohort": name,
            "platform": "rna_seq",
            "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
            "history": [],
        },
    )


def settings(**changes: object) -> LabelEfficiencySettings:
    """Few repeats, frozen, without sweeps."""
    few = {
        "methods": [],
        "encoders": ["frozen"],
        "label_fractions": [0.1, 0.3, 1.0],
        "n_repeats": 2,
        "n_bootstrap": 30,
        "n_components": 8,
        "n_permutations": 0,
        "sweep_repeats": 0,
    }
    return LabelEfficiencySettings(**(few | changes))


class Telling(EmbeddingMethod):
    """Sees the genes in which the label stands."""

    name = "telling"

    def __init__(self) -> None:
        pass

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        self.seen_ = len(tumours)

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return values[:, :N_TELLING]


class Blind(Telling):
    """Sees genes that know nothing of the label."""

    name = "blind"

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return values[:, 60:70]


class Contrasting(Telling):
    """Needs normals."""

    name = "contrasting"
    uses_background = True

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        self.seen_ = (len(tumours), len(normals))
