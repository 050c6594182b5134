"""The whole study: what its cells gave, put together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.studies.completion import TRANSFORMER
from twinpurify.studies.tables import differences_of, stacked, summary_of

DRAWS = ["cohort", "method", "task", "metric", "panel_size", "draw", "split", "value"]


class PanelTables(NamedTuple):
    """Everything that the study writes.

    Attributes
    ----------
    scores : DataFrame
        One row a panel: ``DRAWS``.
    summary, differences : DataFrame
        Means over panels and splits, and the transformer's differences to each rival, with 95%
        intervals over the test patients; ``panel_size`` beside the columns of ``studies.tables``.
    replicates : DataFrame
        Bootstrap replicates of the scores.
    skipped : list of str
        What couldn't be done.
    """

    scores: pd.DataFrame
    summary: pd.DataFrame
    differences: pd.DataFrame
    replicates: pd.DataFrame
    skipped: list[str]


def put_together(results: Sequence[Mapping[str, pd.DataFrame]]) -> PanelTables:
    """Put the cells of the study together.

    Parameters
    ----------
    results : sequence of mapping of str to DataFrame
        As from ``run_contestant``.

    Returns
    -------
    PanelTables
    """
    parts = {name: stacked([result[name] for result in results]) for name in results[0]}
    scores, replicates = parts["scores"], parts["replicates"]
    return PanelTables(
        parts["draws"][DRAWS],
        with_size(summary_of(scores, replicates)),
        with_size(differences_of(scores, replicates, TRANSFORMER)),
        replicates,
        list(dict.fromkeys(parts["notes"].get("note", []))),
    )


def with_size(table: pd.DataFrame) -> pd.DataFrame:
    """Read the size of the panels from the task.

    Parameters
    ----------
    table : DataFrame
        With ``task``.

    Returns
    -------
    DataFrame
        With ``panel_size`` behind the task.
    """
    sizes = task_columns(table["task"])["amount"].astype(int).tolist()
    placed = table.copy()
    placed.insert(list(table.columns).index("task") + 1, "panel_size", sizes)
    return placed
