"""The whole study: what its splits gave, put together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from twinpurify.studies.gene_attribution.accounts import ACCOUNTS
from twinpurify.studies.tables import stacked

RUN = ["cohort", "split", "class"]
ATTRIBUTIONS = [*RUN, "gene", *ACCOUNTS]
AGREEMENT = [*RUN, "first", "second", "spearman", "low", "high", "n_genes", "n_tumours"]
AGREEMENT += ["incompleteness"]
ENRICHMENT = [*RUN, "account", "collection", "source", "n_genes", "n_found", "expected"]
ENRICHMENT += ["p_value", "p_adjusted"]


class AttributionTables(NamedTuple):
    """Everything that the study writes.

    Attributes
    ----------
    attributions : DataFrame
        Importance of each gene for each class: ``ATTRIBUTIONS``.
    agreement : DataFrame
        Rank correlation of each two accounts: ``AGREEMENT``.
    enrichment : DataFrame
        Gene sets of the strongest genes: ``ENRICHMENT``.
    skipped : list of str
        What couldn't be done.
    """

    attributions: pd.DataFrame
    agreement: pd.DataFrame
    enrichment: pd.DataFrame
    skipped: list[str]


def put_together(results: Sequence[Mapping[str, pd.DataFrame]]) -> AttributionTables:
    """Put the splits of the study together.

    Parameters
    ----------
    results : sequence of mapping of str to DataFrame
        As from ``run_contestant``.

    Returns
    -------
    AttributionTables
    """
    parts = {name: stacked([result[name] for result in results]) for name in results[0]}
    return AttributionTables(
        parts["attributions"][ATTRIBUTIONS],
        parts["agreement"][AGREEMENT],
        parts["enrichment"].reindex(columns=ENRICHMENT),
        list(dict.fromkeys(parts["notes"].get("note", []))),
    )
