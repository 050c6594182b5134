"""Settings of the study; imported at Kedro start-up, so nothing heavy is imported here."""

from pydantic import BaseModel, Field


class GeneAttributionSettings(BaseModel, extra="forbid"):
    """Which genes are asked about, by how many tumours.

    Parameters
    ----------
    label : str
        Column of the sample sheet that a linear probe reads from the embedding.
    n_tumours_per_class : int
        Test tumours of each class that are explained.
    n_permuted_genes : int
        Genes, drawn at random, whose values are permuted, and on which the accounts are
        compared. Each is one more pass over these tumours.
    n_steps : int
        Points between the mean profile and a tumour at which gradients are taken.
    n_top_genes : int
        Strongest genes of a class whose gene sets are looked up.
    pathway_collections : list of str
        Gene sets that are looked up, of the section ``gene_sets``.
    min_set_genes : int
        A set with fewer genes in the matrix is left out.
    n_inner_folds : int
        Folds by patient that choose the penalty of the probe.
    min_class_patients : int
        Training patients that a class needs.
    n_splits : int
        The first so many of the evaluation's splits.
    n_bootstrap : int
        Replicates of the patient bootstrap.
    """

    label: str = "cancer"
    n_tumours_per_class: int = Field(30, ge=3)
    n_permuted_genes: int = Field(200, ge=3)
    n_steps: int = Field(32, ge=1)
    n_top_genes: int = Field(50, ge=1)
    pathway_collections: list[str] = ["hallmark"]
    min_set_genes: int = Field(5, ge=1)
    n_inner_folds: int = Field(3, ge=2)
    min_class_patients: int = Field(10, ge=2)
    n_splits: int = Field(1, ge=1)
    n_bootstrap: int = Field(500, ge=1)
