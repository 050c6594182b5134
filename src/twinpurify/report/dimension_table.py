"""What each dimension of the embedding stands for, as a table of the page."""

from collections.abc import Mapping

import pandas as pd

from twinpurify.plots.selections import evidence_of, of_method

COLUMNS = ("dimension", "collection", "pathway", "score", "fdr", "top_genes")
HEADINGS = ("Dimension", "Pathway", "Score", "FDR", "Genes with the largest weights")
SIGNIFICANT = 0.05


def dimension_table(tables: Mapping[str, pd.DataFrame], method: str) -> pd.DataFrame:
    """Name each dimension by the pathway that its genes stand for most surely.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``dimension_names``: dimension, collection, pathway, score, p_value, fdr, top_genes.
    method : str

    Returns
    -------
    DataFrame
        Text with the columns ``HEADINGS``, a row a dimension of the first split's model.

    Raises
    ------
    TableError
        If the table is missing, or has no row of the method.
    """
    name = "dimension_names"
    rows = of_method(evidence_of(tables, name, COLUMNS), method, name)
    first = rows[rows["split"] == rows["split"].min()]
    best = first.sort_values("fdr", kind="stable", na_position="last").drop_duplicates("dimension")
    return pd.DataFrame(
        [_row(row) for row in best.sort_values("dimension").to_dict("records")], columns=HEADINGS
    )


def _row(row: Mapping[str, object]) -> tuple[str, ...]:
    """Write one dimension; a pathway that may be chance is not named."""
    dimension, genes = str(row["dimension"]), str(row["top_genes"])
    if not float(row["fdr"]) < SIGNIFICANT:
        return dimension, "none stands out", "–", "–", genes
    pathway = f"{row['pathway']} ({row['collection']})".replace("_", " ")
    score = f"{float(row['score']):+.2f}".replace("-", "−")
    return dimension, pathway, score, f"{float(row['fdr']):.2g}", genes
