"""The study's tables: one row a measurement, means with intervals, differences to the controls."""

from collections.abc import Mapping, Sequence

import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.evaluation.uncertainty.bootstrap import KEYS, summarize
from twinpurify.evaluation.uncertainty.comparison import adjust_families
from twinpurify.evaluation.uncertainty.differences import compare_with_others
from twinpurify.studies.label_efficiency.settings import CONTROLS

SEPARATOR = "|"
CONTESTANT = ["method", "encoder", "pretrained_on"]
NAMES = {"fraction": "label_fraction", "split": "repeat", "n_splits": "n_repeats"}
NAMES |= {"sd_splits": "sd_repeats"}
TIDY = ["cohort", "pretrained_on", "method", "encoder", "task", "metric", "label_fraction"]
SCORES = [*TIDY, "n_labels", "repeat", "value"]
SUMMARY = [*TIDY, "n_labels", "n_repeats", "mean", "low", "high", "sd_repeats"]
DIFFERENCES = [*TIDY, "control", "difference", "low", "high", "p_value", "p_adjusted"]


def key_of(method: str, encoder: str, pretrained_on: str) -> str:
    """Name who is compared, in the one column that the shared statistics have for it.

    Parameters
    ----------
    method, encoder, pretrained_on : str

    Returns
    -------
    str
    """
    return SEPARATOR.join((method, encoder, pretrained_on))


def tidy(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Take the name apart again, and call columns as the study does.

    Parameters
    ----------
    table : DataFrame
        With the columns of ``collect``, ``summarize`` or ``compare_with_others``.
    columns : sequence of str
        Wanted, in order.

    Returns
    -------
    DataFrame
    """
    parts = table["method"].str.split(SEPARATOR, n=2, expand=True).reindex(columns=range(3))
    named = table.assign(**dict(zip(CONTESTANT, (parts[place] for place in range(3)), strict=True)))
    return named.rename(columns=NAMES)[list(columns)].reset_index(drop=True)


# How a method is set, by its name and what is changed of it.
Defaults = Mapping[tuple[str, str], float]


def with_whole(
    scores: pd.DataFrame,
    replicates: pd.DataFrame,
    defaults: Defaults,
    fraction: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let comparisons of fewer tumours and of layers hold the method as it is set, too.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from the cells.
    defaults : mapping of tuple of str to float
        How a method is set, by its name and what is changed of it, such as ``pretraining``.
    fraction : float
        Share of the labels in these comparisons.

    Returns
    -------
    scores, replicates : DataFrame
        With copies of the rows of whole methods, in the repeats that were compared.
    """
    return tuple(_copied(table, scores, defaults, fraction) for table in (scores, replicates))


def _copied(
    table: pd.DataFrame,
    scores: pd.DataFrame,
    defaults: Defaults,
    fraction: float,
) -> pd.DataFrame:
    """Append rows under the names of the comparisons."""
    asked = task_columns(scores["task"])
    named = scores.assign(name=asked["name"], given=asked["given"])
    compared, parts = named[named["given"] != ""], [table]
    for (key, base, given), rows in compared.groupby(["method", "name", "given"]):
        whole = Task(base, given=given, amount=defaults[key.partition(SEPARATOR)[0], given])
        same = (table["method"] == key) & (table["task"] == base) & (table["fraction"] == fraction)
        same &= table["split"].isin(rows["split"])
        parts.append(table[same].assign(task=str(whole)))
    return pd.concat(parts, ignore_index=True)


def summary_table(scores: pd.DataFrame, replicates: pd.DataFrame) -> pd.DataFrame:
    """Average over repeats, with 95% intervals over the test patients.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from the cells.

    Returns
    -------
    DataFrame
        Columns ``SUMMARY``; ``n_labels`` is the mean over repeats.
    """
    group = [key for key in KEYS if key not in ("split", "seed")]
    labels = scores.groupby(group, sort=False)["n_labels"].mean().reset_index()
    return tidy(summarize(scores, replicates).merge(labels, on=group), SUMMARY)


def difference_table(scores: pd.DataFrame, replicates: pd.DataFrame) -> pd.DataFrame:
    """Pair every contestant with every control, over the same labels and test patients.

    Parameters
    ----------
    scores, replicates : DataFrame
        As from the cells.

    Returns
    -------
    DataFrame
        Columns ``DIFFERENCES``: above 0 where the method is better. p-values are corrected for
        all of them.
    """
    parts = []
    for key in dict.fromkeys(scores["method"]):
        if (control := key.partition(SEPARATOR)[0]) in CONTROLS:
            found = compare_with_others(scores, replicates, key)
            ends = {"low": -found["high"], "high": -found["low"]}
            turned = found.assign(
                control=control, method=found["other"], difference=-found["difference"], **ends
            )
            parts.append(turned.assign(trained_on=turned["cohort"]))
    if not parts:
        return pd.DataFrame(columns=DIFFERENCES)
    table = pd.concat(parts, ignore_index=True)
    contestants = ~table["method"].str.partition(SEPARATOR)[0].isin(CONTROLS)
    table = table[contestants].reset_index(drop=True)
    return tidy(table.assign(p_adjusted=adjust_families(table)), DIFFERENCES)
