"""Gene sets and contrasts of the tiny cohort, and a method that purifies."""

import numpy as np
import pandas as pd

from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.splits.data import ExpectedPathway, split_data

from .stand_ins import GENES, Projection, divide

# Four genes are up in each subtype; the last five are of normal tissue.
MEMBERS = {
    ("hallmark", "LUMA"): GENES[0:4],
    ("hallmark", "LUMB"): GENES[4:8],
    ("hallmark", "BASAL"): GENES[8:12],
    ("hallmark", "NORMAL"): GENES[25:30],
    ("progeny", "OTHER"): GENES[12:18],
    ("progeny", "SMALL"): [*GENES[18:20], "ABSENT"],
    ("estimate", "ImmuneSignature"): GENES[25:30],
    ("estimate", "StromalSignature"): GENES[12:16],
    ("mcp_counter", "T cells"): GENES[0:4],
}
SETS = pd.DataFrame(
    [(*key, gene, 1.0) for key, genes in MEMBERS.items() for gene in genes],
    columns=["collection", "source", "target", "weight"],
)
EXPECTED = {"basal": ("hallmark", "BASAL")}


class Purifier(Projection):
    """Knows the normal tissue: takes out what the last genes say of it."""

    name = "purifier"

    def purify(self, X: pd.DataFrame) -> pd.DataFrame:
        purified = X.copy()
        normal = X[GENES[25:]].mean(axis=1)
        for gene in GENES[25:]:
            purified[gene] = X[gene] - normal + 5.0
        return purified


def with_contrasts(cohort):
    """Mark basal tumours against the others."""
    basal = (cohort.obs["subtype"] == "Basal").astype(float)
    cohort.obs["contrast_basal"] = basal.where(cohort.obs["subtype"].notna())
    cohort.obs["signal_leukocyte"] = 1.0 - cohort.obs["true_purity"]
    cohort.uns["contrasts"] = {
        name: ExpectedPathway(*said)._asdict() for name, said in EXPECTED.items()
    }
    return cohort


def split_of(cohort, sets: pd.DataFrame = SETS, split: int = 0):
    return split_data(cohort, divide(cohort, split), Resources(gene_sets=sets))


def table_of(answer, name: str) -> pd.DataFrame:
    return pd.concat(answer.tables[name], ignore_index=True)


def purity_of(obs: pd.DataFrame) -> np.ndarray:
    return obs["purity_absolute"].to_numpy()
