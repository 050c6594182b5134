"""The page of the study of gene attribution."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from twinpurify.plots.names import ACCOUNTS, interval, number
from twinpurify.report.rows import p_value
from twinpurify.report.sections import Section
from twinpurify.report.studies.study_page import build_study_page

# Sets above are no finding.
FALSE_DISCOVERIES = 0.05
SECTIONS = (
    Section(
        "agreement_bars",
        "Do the accounts agree?",
        "Three accounts of which genes the model tells a class by: attention rolled out over the "
        "layers, integrated gradients of the class's log odds, and what the log likelihood of a "
        "test tumour's class loses when a gene's values are shuffled. Shown is their rank "
        "correlation over the genes that were shuffled, with 95% intervals over tumours. Attention "
        "alone explains nothing: where it doesn't agree with the others, the genes that it points "
        "to are not those that the class hangs on.",
        "nothing was compared",
    ),
    Section(
        "attribution_map",
        "Strongest genes of each class",
        "The five strongest genes of each class by integrated gradients, and how they rank in "
        "every class by that account and by attention. A gene that is strong everywhere tells no "
        "class from the others by itself.",
        "no class was explained",
    ),
    Section(
        "agreement",
        "Agreement in numbers",
        "Spearman correlations. Incompleteness is what integrated gradients lack to the whole "
        "difference of the log odds, in the median over tumours; it should be near 0.",
        "nothing was compared",
    ),
    Section(
        "enrichment",
        "Gene sets of the strongest genes",
        "Sets of which more genes are among the strongest than a draw at random would bring, of "
        "all genes that were asked about; false discovery rate 5% for each class and account.",
        "no gene set is over-represented among the strongest genes, or none was read",
    ),
)


def build_page(
    agreement: pd.DataFrame,
    enrichment: pd.DataFrame,
    skipped: Sequence[str],
    figures: Mapping[str, go.Figure],
    absent: Mapping[str, str],
    created: str,
) -> str:
    """Write the study's page.

    Parameters
    ----------
    agreement, enrichment : DataFrame
        As the study writes them.
    skipped : sequence of str
        What couldn't be done.
    figures : mapping of str to Figure
        By the key of their section.
    absent : mapping of str to str
        Reasons why others weren't drawn.
    created : str
        When, as it should be printed.

    Returns
    -------
    str
    """
    tables = {"agreement": _agreement(agreement), "enrichment": _enrichment(enrichment)}
    return build_study_page(
        "Genes that tell a class",
        f"TwinPurify study on the cohort {agreement['cohort'].iloc[0]}",
        created,
        SECTIONS,
        figures,
        {key: table for key, table in tables.items() if len(table)},
        absent,
        skipped,
    )


def _agreement(rows: pd.DataFrame) -> pd.DataFrame:
    """Write the agreement for reading."""
    spans = [interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return pd.DataFrame(
        {
            "Split": rows["split"].astype(str),
            "Class": rows["class"].astype(str),
            "Accounts": rows["first"].map(ACCOUNTS) + " and " + rows["second"].map(ACCOUNTS),
            "Correlation": rows["spearman"].map(number),
            "95% interval": spans,
            "Genes": rows["n_genes"].astype(str),
            "Tumours": rows["n_tumours"].astype(str),
            "Incompleteness": [f"{gap:.2g}" for gap in rows["incompleteness"]],
        }
    )


def _enrichment(table: pd.DataFrame) -> pd.DataFrame:
    """Write the sets that are over-represented for reading."""
    rows = table[table["p_adjusted"] < FALSE_DISCOVERIES]
    return pd.DataFrame(
        {
            "Split": rows["split"].astype(str),
            "Class": rows["class"].astype(str),
            "Account": rows["account"].map(ACCOUNTS),
            "Gene set": rows["source"].astype(str),
            "Found": [
                f"{row.n_found:.0f} of {row.n_genes:.0f} ({row.expected:.1f} expected)"
                for row in rows.itertuples()
            ],
            "p, adjusted": [p_value(value) for value in rows["p_adjusted"]],
        }
    )
