"""Nodes of the comparison of finished runs."""

from collections.abc import Callable, Sequence

import pandas as pd

from twinpurify.pipelines.clock import now


def make_compare_cohorts(cohorts: Sequence[str]) -> Callable[..., tuple[str, pd.DataFrame]]:
    """Make the node function that compares these cohorts, in their order."""

    def compare_cohorts(*summaries: pd.DataFrame) -> tuple[str, pd.DataFrame]:
        """Write the page, and the table of what holds over the cohorts."""
        from twinpurify.report.comparison import build_comparison, own_scores, pattern

        found = dict(zip(cohorts, summaries, strict=True))
        created = now()
        return build_comparison(found, created), pattern(own_scores(found))

    return compare_cohorts
