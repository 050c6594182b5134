"""Which gene sets the strongest genes belong to."""

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, hypergeom


def over_representation(importance: pd.Series, sets: pd.DataFrame, n_top: int) -> pd.DataFrame:
    """Count the strongest genes in each set, against drawing as many at random.

    The background is the genes that have an importance: a set is not enriched because the matrix
    was chosen to hold it. Computed here since ``decoupler.mt.ora`` (2.2.0) takes all genes but the
    weakest ``n_up`` for the strongest ones.

    Parameters
    ----------
    importance : Series
        By gene; genes without one are left out.
    sets : DataFrame
        Columns ``source`` and ``target``.
    n_top : int
        Strongest genes that are looked up.

    Returns
    -------
    DataFrame
        A row a set: ``source``, ``n_genes`` of it in the background, ``n_found`` among the
        strongest and ``expected``, ``p_value`` (one-sided), ``p_adjusted`` (false discovery rate).

    References
    ----------
    Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    ranked = importance.dropna().sort_values(ascending=False, kind="stable").index
    top, rows = set(ranked[:n_top]), []
    for source, genes in sets[sets["target"].isin(ranked)].groupby("source")["target"]:
        members = set(genes)
        found, drawn = len(members & top), len(top)
        p_value = hypergeom.sf(found - 1, len(ranked), len(members), drawn)
        row = {"source": source, "n_genes": len(members), "n_found": found}
        expected = drawn * len(members) / len(ranked)
        rows.append(row | {"expected": expected, "p_value": float(p_value)})
    table = pd.DataFrame(rows, columns=["source", "n_genes", "n_found", "expected", "p_value"])
    adjusted = false_discovery_control(table["p_value"]) if len(table) else np.empty(0)
    return table.assign(p_adjusted=adjusted)
