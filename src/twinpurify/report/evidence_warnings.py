"""What the evidence itself warns of, before a reader quotes a number."""

from collections.abc import Iterator, Mapping

import pandas as pd

from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.plots.names import interval, number, task_name

SIGNIFICANT = 0.05
# Below it the interval of a concordance index is as wide as the differences between methods.
FEW_EVENTS = 50
NORMALS_RECOGNISED = 0.8
AT_CHANCE = ("control_permuted", "control_random")
ACCURACY = "balanced_accuracy"

Tables = Mapping[str, pd.DataFrame]


def evidence_warnings(summary: pd.DataFrame, tables: Tables, method: str) -> list[str]:
    """Read the scores and tables of a run for signs that its answers are not what they seem.

    Parameters
    ----------
    summary : DataFrame
        As in ``summary.csv``.
    tables : mapping of str to DataFrame
        As in the folder ``tables``; those that are missing warn of nothing.
    method : str
        Whose results the page is about.

    Returns
    -------
    list of str
        Sentences, each about one cohort and question.
    """
    rows = summary[summary["method"] == method]
    return [
        *_hazards(tables, method),
        *_few_events(tables, method),
        *_purity(rows),
        *_chance(rows, tables),
        *_normals(rows),
        *_flat_genes(tables, method),
    ]


def _hazards(tables: Tables, method: str) -> Iterator[str]:
    """Warn of endpoints whose hazards are not proportional, by Holm's smallest p-value."""
    table = tables.get("proportional_hazards")
    if table is None:
        return
    for (cohort, task), tests in table[table["method"] == method].groupby(["cohort", "task"]):
        p_values = tests["p_value"].dropna()
        smallest = min(1.0, p_values.min() * len(p_values)) if len(p_values) else 1.0
        if smallest < SIGNIFICANT:
            worst = tests.loc[p_values.idxmin(), "covariate"]
            yield (
                f"{cohort}, {task_name(task)}: hazards are not proportional over time ({worst}, p "
                f"= {smallest:.2g} after Holm’s correction over {len(p_values)} tests); one hazard "
                "ratio averages over early and late years"
            )


def _few_events(tables: Tables, method: str) -> Iterator[str]:
    """Warn of endpoints that few patients had."""
    table = tables.get("tertiles")
    if table is None:
        return
    for (cohort, task), rows in table[table["method"] == method].groupby(["cohort", "task"]):
        patients = rows.drop_duplicates("sample_id")
        events = int(patients["event"].sum())
        if events < FEW_EVENTS:
            yield (
                f"{cohort}, {task_name(task)}: {events} events among {len(patients)} patients; "
                f"with fewer than {FEW_EVENTS}, methods can hardly be told apart"
            )


def _flat_genes(tables: Tables, method: str) -> Iterator[str]:
    """Warn of genes that purification left without spread, which no pathway was scored by."""
    table = tables.get("pathway_genes")
    if table is None:
        return
    purified = table[(table["method"] == method) & (table["profile"] == "purified")]
    for (cohort, task), rows in purified.groupby(["cohort", "task"]):
        most = rows.loc[rows["without_spread"].idxmax()]
        if most["without_spread"]:
            yield (
                f"{cohort}, {task_name(task)}: purification leaves {most['without_spread']} genes "
                f"without spread; pathways are scored by {most['genes']} others"
            )


def _purity(rows: pd.DataFrame) -> Iterator[str]:
    """Warn of a purity estimate that doesn't rank tumours as the published one does."""
    about = task_columns(rows["task"])["question"]
    estimates = rows[(about == "purity_estimate") & (rows["low"] <= 0)]
    for row in estimates.itertuples():
        yield (
            f"{row.cohort}, {task_name(row.task)}: the axis of the purity estimate is uncertain, "
            f"its rank correlation is {number(row.mean)} ({interval(row.low, row.high)})"
        )


def _chance(rows: pd.DataFrame, tables: Tables) -> Iterator[str]:
    """Warn of controls that are above chance, which is 1 over the number of classes."""
    classes = _numbers_of_classes(tables)
    controls = rows[rows["task"].isin(AT_CHANCE) & (rows["metric"] == ACCURACY)]
    for row in controls.itertuples():
        n = classes.get((row.cohort, row.trained_on))
        if n and row.low > 1 / n:
            yield (
                f"{row.cohort}, {task_name(row.task)}: {number(row.mean)} "
                f"({interval(row.low, row.high)}) is above chance ({number(1 / n)}); something "
                "else than the labels tells the classes apart"
            )


def _numbers_of_classes(tables: Tables) -> dict[tuple[str, str], int]:
    """Count the subtypes that were scored, by cohort and training."""
    table = tables.get("confusion")
    if table is None:
        return {}
    subtypes = table[table["task"] == "subtype"]
    return subtypes.groupby(["cohort", "trained_on"])["truth"].nunique().to_dict()


def _normals(rows: pd.DataFrame) -> Iterator[str]:
    """Warn of normals that are no longer recognised."""
    control = rows[(rows["task"] == "control_normals") & (rows["metric"] == ACCURACY)]
    for row in control[control["mean"] < NORMALS_RECOGNISED].itertuples():
        yield (
            f"{row.cohort}, {task_name(row.task)}: held-out normals are recognised with a balanced "
            f"accuracy of {number(row.mean)} only; the embedding takes normals for tumours"
        )
