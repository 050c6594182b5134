"""Checks and selections of the tidy tables that the figures are drawn from."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from twinpurify.errors import TableError, listed

SUMMARY_COLUMNS = (
    "cohort",
    "trained_on",
    "method",
    "task",
    "metric",
    "fraction",
    "mean",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
)


def require_columns(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Check that a table holds the columns that a figure needs.

    Parameters
    ----------
    table : DataFrame
    columns : iterable of str
        Names that must be there.
    name : str
        What the table is called in the message.

    Raises
    ------
    TableError
        If a column is missing.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise TableError(
            f"{name} lacks the columns {listed(missing)}; it has {listed(table.columns, 20)}"
        )


def trainings(summary: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Go through a summary by who was asked and who taught the model, in the table's order.

    Parameters
    ----------
    summary : DataFrame
        With the columns ``SUMMARY_COLUMNS``.

    Yields
    ------
    tuple of str, str, DataFrame
        The cohort asked, the cohort trained on, and their rows.
    """
    require_columns(summary, SUMMARY_COLUMNS, "the summary")
    for (cohort, trained_on), rows in summary.groupby(["cohort", "trained_on"], sort=False):
        yield cohort, trained_on, rows


def single_training(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the summary if it speaks of one cohort and one training, as a figure must.

    Parameters
    ----------
    summary : DataFrame
        With the columns ``SUMMARY_COLUMNS``.

    Returns
    -------
    DataFrame
        The same rows.

    Raises
    ------
    TableError
        If it is empty, or mixes cohorts or trainings.
    """
    pairs = [f"{cohort} (trained on {source})" for cohort, source, _ in trainings(summary)]
    if len(pairs) != 1:
        raise TableError(
            f"a figure shows one cohort and one training, but the summary holds {listed(pairs)}; "
            "select by its columns cohort and trained_on"
        )
    return summary


def rows_of(summary: pd.DataFrame, task: str, metric: str) -> pd.DataFrame:
    """Select the scores of one task and metric.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.
    task, metric : str
        As they stand in the summary.

    Returns
    -------
    DataFrame
        Its rows with a mean, at least one.

    Raises
    ------
    TableError
        If there is none.
    """
    rows = single_training(summary)
    rows = rows[(rows["task"] == task) & (rows["metric"] == metric) & rows["mean"].notna()]
    if rows.empty:
        found = (summary["task"] + " " + summary["metric"]).unique()
        raise TableError(
            f"the summary holds no score of task '{task}' and metric '{metric}'; "
            f"it holds {listed(found, 20)}"
        )
    return rows


def evidence_of(
    tables: Mapping[str, pd.DataFrame], name: str, columns: Iterable[str]
) -> pd.DataFrame:
    """Return one of the tables beside the scores, as far as it is of the cohort trained on.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As in the folder ``tables`` of a run.
    name : str
        Of the table.
    columns : iterable of str
        What the figure needs beyond ``cohort``, ``trained_on``, ``method`` and ``split``.

    Returns
    -------
    DataFrame
        At least one row.

    Raises
    ------
    TableError
        If there is no such table, it lacks a column, or it tells nothing of that cohort.
    """
    if name not in tables:
        raise TableError(f"the run wrote no table '{name}': its question was not asked, or skipped")
    table = tables[name]
    require_columns(table, ("cohort", "trained_on", "method", "split", *columns), f"'{name}'")
    own = table[table["cohort"] == table["trained_on"]]
    if own.empty:
        raise TableError(f"the table '{name}' has no row of the cohort that was trained on")
    return own


def of_method(table: pd.DataFrame, method: str, name: str) -> pd.DataFrame:
    """Keep the rows of one method.

    Parameters
    ----------
    table : DataFrame
        With a column ``method``.
    method, name : str
        The method, and what the table is called in the message.

    Returns
    -------
    DataFrame
        At least one row.

    Raises
    ------
    TableError
        If there is none.
    """
    rows = table[table["method"] == method]
    if rows.empty:
        known = listed(table["method"].unique())
        raise TableError(f"the table '{name}' has no row of method '{method}'; it has {known}")
    return rows
