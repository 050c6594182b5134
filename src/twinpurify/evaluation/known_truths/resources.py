"""What questions need beyond the cohort: the truth, gene sets, tissue of other cohorts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from twinpurify.evaluation.measurement import UnanswerableError

GENE_SET_COLUMNS = ["collection", "source", "target", "weight"]


def no_gene_sets() -> pd.DataFrame:
    """Return a table of gene sets without rows."""
    return pd.DataFrame(columns=GENE_SET_COLUMNS).astype({"weight": float})


@dataclass(frozen=True)
class Resources:
    """Knowledge from outside the cohort; nothing but the reference normals is ever fitted on.

    Attributes
    ----------
    truth : DataFrame, tumours × genes, optional
        Pure profiles of the tumours, log2(x + 1), where they are known.
    true_purity : Series, optional
        Tumour fractions by sample id, 0 to 1, where they are known.
    gene_sets : DataFrame
        Text columns ``collection``, ``source`` (name of the set) and ``target`` (gene), and
        ``weight``, 1.0 for plain sets.
    foreign : mapping of str to DataFrame, samples × genes
        Tissue that no method was trained on, to dilute with, by the name of its cohort; log2(x +
        1), with the genes of the cohort that are known of it.
    reference_normals : mapping of str to DataFrame, normals × genes
        Normals of another cohort that serve for this one, by the key of the split to whose
        training tumours they are aligned; log2(x + 1), indexed by patient and sample.
    """

    truth: pd.DataFrame | None = None
    gene_sets: pd.DataFrame = field(default_factory=no_gene_sets)
    foreign: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    true_purity: pd.Series | None = None
    reference_normals: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def lenders(self) -> list[str]:
        """Patients of another cohort whose normals serve for this one."""
        tables = self.reference_normals.values()
        return sorted({patient for table in tables for patient in table.index.get_level_values(0)})

    def collection(self, name: str) -> pd.DataFrame:
        """Select the sets of a collection.

        Parameters
        ----------
        name : str
            Key of the setting ``gene_sets``.

        Returns
        -------
        DataFrame
            Columns ``source``, ``target``, ``weight``.

        Raises
        ------
        UnanswerableError
            If the collection wasn't read.
        """
        rows = self.gene_sets.loc[self.gene_sets["collection"] == name, GENE_SET_COLUMNS[1:]]
        if rows.empty:
            raise UnanswerableError(f"there are no gene sets {name!r} (setting gene_sets.{name})")
        return rows.reset_index(drop=True)
