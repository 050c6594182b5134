"""The whole study: what its cells gave, put together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from twinpurify.studies.completion import TRANSFORMER
from twinpurify.studies.tables import differences_of, stacked, summary_of

SCORES = ["cohort", "method", "task", "metric", "split", "value"]


class AnchorTables(NamedTuple):
    """Everything that the study writes.

    Attributes
    ----------
    scores : DataFrame
        One row a measurement: ``SCORES``.
    summary, differences : DataFrame
        Means over splits, and the transformer's differences to each rival, with 95% intervals
        over the test patients.
    anchors : DataFrame
        The anchors of each stratum and split, with their score.
    replicates : DataFrame
        Bootstrap replicates of the scores.
    skipped : list of str
        What couldn't be done.
    """

    scores: pd.DataFrame
    summary: pd.DataFrame
    differences: pd.DataFrame
    anchors: pd.DataFrame
    replicates: pd.DataFrame
    skipped: list[str]


def put_together(results: Sequence[Mapping[str, pd.DataFrame]]) -> AnchorTables:
    """Put the cells of the study together.

    Parameters
    ----------
    results : sequence of mapping of str to DataFrame
        As from ``run_contestant``.

    Returns
    -------
    AnchorTables
    """
    parts = {name: stacked([result[name] for result in results]) for name in results[0]}
    scores, replicates = parts["scores"], parts["replicates"]
    return AnchorTables(
        scores[SCORES],
        summary_of(scores, replicates),
        differences_of(scores, replicates, TRANSFORMER),
        parts["anchors"],
        replicates,
        list(dict.fromkeys(parts["notes"].get("note", []))),
    )
