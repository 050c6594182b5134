"""Another cohort that methods are pretrained on, in memory or in its file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from twinpurify.errors import CohortError, ConfigurationError, listed
from twinpurify.interface.stored_profiles import StoredProfiles, is_stored

if TYPE_CHECKING:
    from anndata import AnnData

MINIMUM_GENES = 100
SETTING = "label_efficiency.pretraining_file"


@dataclass(frozen=True)
class Corpus:
    """Profiles without labels, and whose they are.

    Attributes
    ----------
    name : str
        As it stands in the tables.
    profiles : AnnData, samples × genes
        log2(x + 1), with ``patient_id`` and ``tissue`` in obs; the matrix may be in a file.
    """

    name: str
    profiles: AnnData

    @classmethod
    def of_cohort(cls, cohort: AnnData) -> Self:
        """Bring a cohort to log2(x + 1), each sample on its own."""
        from twinpurify.normalization.cohorts import to_log2

        return cls(str(cohort.uns["cohort"]), to_log2(cohort))

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Open an h5ad file in log2(x + 1), and leave its matrix there.

        Parameters
        ----------
        path : Path

        Raises
        ------
        ConfigurationError
            If there is no such file, or it doesn't say whose all of its samples are: patients of
            the test could then not be kept out.
        """
        import anndata

        check_there(path)
        profiles = anndata.read_h5ad(path, backed="r")
        if "patient_id" not in profiles.obs:
            raise ConfigurationError(
                f"{SETTING}: {path} has no column patient_id in obs, so that patients of the test "
                f"can't be kept out of the pretraining; it has {listed(profiles.obs.columns, 20)}"
            )
        unnamed = int(profiles.obs["patient_id"].isna().sum())
        if unnamed:
            raise ConfigurationError(
                f"{SETTING}: {unnamed} of the {profiles.n_obs} samples of {path} have no "
                "patient_id, and could be of patients of the test; name their patients, or leave "
                "them out"
            )
        if "tissue" not in profiles.obs:
            profiles.obs["tissue"] = "tumour"
        return cls(path.stem, profiles)

    def shared_genes(self, genes: pd.Index) -> pd.Index:
        """Find the genes that a cohort shares with the corpus; see `shared_genes`."""
        return shared_genes(self.name, genes, self.profiles.var_names)

    def take(self, genes: pd.Index, tissue: str, without: Collection[str]) -> AnnData:
        """Take the samples of a tissue, but for some patients'; their profiles aren't read yet.

        Parameters
        ----------
        genes : Index of str
        tissue : {"tumour", "normal"}
        without : collection of str
            Patients and samples of the test, which may be in both cohorts.

        Returns
        -------
        AnnData
            A view.
        """
        obs = self.profiles.obs
        rows = (obs["tissue"] == tissue) & ~obs["patient_id"].astype(str).isin(set(without))
        return self.profiles[np.flatnonzero(rows.to_numpy()), list(genes)]


def check_there(path: Path) -> None:
    """Refuse a corpus that isn't there.

    Raises
    ------
    ConfigurationError
    """
    if not path.is_file():
        raise ConfigurationError(f"{SETTING}: there is no file {path}")


def shared_genes(name: str, genes: pd.Index, there: pd.Index) -> pd.Index:
    """Find the genes that a cohort shares with a corpus, in the cohort's order.

    Parameters
    ----------
    name : str
        Of the corpus, for messages.
    genes, there : Index of str
        Of the cohort and of the corpus.

    Returns
    -------
    Index of str

    Raises
    ------
    CohortError
        If there are fewer than 100.
    """
    shared = genes[genes.isin(there)]
    if len(shared) < min(MINIMUM_GENES, len(genes)):
        raise CohortError(
            f"{name} shares {len(shared)} of the cohort's {len(genes)} genes; at least "
            f"{MINIMUM_GENES} are needed to pretrain on it (label_efficiency."
            "pretraining_cohort or pretraining_file). Bring both to symbols (genes.id_type)"
        )
    return shared


def in_memory(profiles: AnnData, seed: int) -> pd.DataFrame:
    """Read profiles; of a file, so many as describe it.

    Parameters
    ----------
    profiles : AnnData, samples × genes
    seed : int
        Chooses those of a file.

    Returns
    -------
    DataFrame, samples × genes
    """
    if not is_stored(profiles):
        return profiles.to_df()
    values = StoredProfiles(profiles).sample(seed)
    return pd.DataFrame(values, columns=profiles.var_names.astype(str))
