"""The evidence of methods as tables that say whose it is, split by split and put together."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from twinpurify.evaluation.measurement import SplitResult
from twinpurify.evaluation.uncertainty.bootstrap import collect

Tables = dict[str, pd.DataFrame]


class Evidence(NamedTuple):
    """What one method gave.

    Attributes
    ----------
    scores, replicates : DataFrame
        As from ``collect``.
    predictions : DataFrame
        ``cohort, trained_on, method, task, split, sample_id, prediction``.
    tables : dict of str to DataFrame
        What stands behind figures, by name.
    skipped : list of dict
        ``cohort, trained_on, method, split, task, reason`` of each question that wasn't asked.
    """

    scores: pd.DataFrame
    replicates: pd.DataFrame
    predictions: pd.DataFrame
    tables: Tables
    skipped: list[dict[str, Any]]


def tabulate(
    result: SplitResult, cohort: str, trained_on: str, method: str, split: int, seed: int
) -> Evidence:
    """Turn the result of one method on one split into tables that say whose it is.

    Parameters
    ----------
    result : SplitResult
    cohort, trained_on, method : str
        Cohort that is scored, cohort that the method was fitted on, name of the method.
    split, seed : int

    Returns
    -------
    Evidence
    """
    scores, replicates = collect(result.measurements, cohort, trained_on, method, split, seed)
    run = {"cohort": cohort, "trained_on": trained_on, "method": method}
    skipped = [{**run, "split": split, **skip._asdict()} for skip in result.skipped]
    tables = {name: table.assign(**run) for name, table in result.tables.items()}
    return Evidence(scores, replicates, result.predictions.assign(**run), tables, skipped)


def gather(parts: Sequence[Evidence]) -> Evidence:
    """Put the evidence of all splits, or of all methods, together."""
    scores, replicates, predictions, tables, skipped = zip(*parts, strict=True)
    return Evidence(
        pd.concat(scores, ignore_index=True),
        pd.concat(replicates, ignore_index=True),
        pd.concat(predictions, ignore_index=True),
        gather_tables(*tables),
        [skip for part in skipped for skip in part],
    )


def gather_tables(*parts: Tables) -> Tables:
    """Put tables of one name together."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in names
    }
