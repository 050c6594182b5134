"""Nodes of the comparison of finished runs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pandas as pd


def make_compare_cohorts(cohorts: Sequence[str]) -> Callable[..., tuple[str, pd.DataFrame]]:
    """Make the node function that compares these cohorts, in their order."""

    def compare_cohorts(*summaries: pd.DataFrame) -> tuple[str, pd.DataFrame]:
        """Write the page, and the table of what holds over the cohorts."""
        from twinpurify.report.comparison import build_comparison, own_scores, pattern

        found = dict(zip(cohorts, summaries, strict=True))
        created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return build_comparison(found, created), pattern(own_scores(found))

    return compare_cohorts
