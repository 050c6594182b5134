"""Nodes of the evaluation pipeline around its grid: what goes in, and what is put together."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from twinpurify.pipelines.types import Cohort

Tables = dict[str, pd.DataFrame]


def collect_resources(
    cohort: Cohort,
    gene_sets: pd.DataFrame,
    truth: pd.DataFrame | None = None,
    truth_table: pd.DataFrame | None = None,
    reference_normals: dict[str, pd.DataFrame] | None = None,
    **foreign: Cohort,
) -> Any:
    """Put together what questions need beyond the cohort.

    The truth is there for a simulated cohort, normals where another cohort gives them, and tissue
    of cohorts that nothing is trained on where a run names such.
    """
    from twinpurify.evaluation.known_truths.foreign_tissue import select_foreign
    from twinpurify.evaluation.known_truths.gene_sets import log_coverage
    from twinpurify.evaluation.known_truths.resources import Resources

    log_coverage(gene_sets, cohort.var_names)
    tissues = {
        str(other.uns["cohort"]): select_foreign(other, cohort) for other in foreign.values()
    }
    purity = None if truth_table is None else truth_table["purity"]
    return Resources(truth, gene_sets, tissues, purity, reference_normals or {})


def gather_tables(*parts: Tables) -> Tables:
    """Put tables of one name together."""
    from twinpurify.evaluation import evidence

    return evidence.gather_tables(*parts)


def combine_tables(*tables: pd.DataFrame) -> pd.DataFrame:
    """Put the tables of all methods and cohorts into one."""
    return pd.concat(tables, ignore_index=True)


def combine_lists(*lists: list[Any]) -> list[Any]:
    """Put the lists of all methods and cohorts into one."""
    return [item for part in lists for item in part]


def summarize_scores(scores: pd.DataFrame, *replicates: pd.DataFrame) -> pd.DataFrame:
    """Average over splits, with intervals and paired differences to raw expression."""
    from twinpurify.evaluation.uncertainty.bootstrap import summarize

    return summarize(scores, pd.concat(replicates, ignore_index=True))


def make_summarize_differences(final_method: str) -> Callable[..., pd.DataFrame]:
    """Make the node function that compares the final method with every other one."""

    def summarize_differences(scores: pd.DataFrame, *replicates: pd.DataFrame) -> pd.DataFrame:
        """Pair the scores of the final method with those of each other one."""
        from twinpurify.evaluation.uncertainty.differences import compare_with_others

        return compare_with_others(scores, pd.concat(replicates, ignore_index=True), final_method)

    return summarize_differences
