"""The page of the study of gene panels."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from twinpurify.evaluation.declaration.task import read_task
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.plots.names import in_order, method_name, metric_name
from twinpurify.report.sections import Section
from twinpurify.report.studies.study_page import build_study_page
from twinpurify.report.studies.study_rows import difference_text, score_text
from twinpurify.studies.gene_panels.cells import PERMUTED

SECTIONS = (
    Section(
        "panel_curves",
        "How many genes does it take?",
        "A classifier learnt on training patients from the genes of a random panel alone, and was "
        "scored on patients that nobody had seen; points are means over panels and splits, bands "
        "95% intervals over the test patients. The transformer and the imputers have seen full "
        "profiles of training patients, without labels; what only uses the panel, and the "
        "untrained network, have not. A method that stays below logistic regression on the panel "
        "itself (raw expression) has gained nothing by that. Permuted labels have to be at chance.",
        "nothing was measured",
    ),
    Section(
        "differences",
        "The transformer against each rival",
        "Difference on the same panels and test patients, 95% interval, and p-value after Holm’s "
        "correction for all of the study. Above 0 the transformer is better.",
        "the transformer was compared with nobody",
    ),
    Section(
        "scores",
        "All scores",
        "Means over panels and splits, with 95% intervals.",
        "nothing was measured",
    ),
)


def build_page(
    summary: pd.DataFrame,
    differences: pd.DataFrame,
    skipped: Sequence[str],
    figures: Mapping[str, go.Figure],
    absent: Mapping[str, str],
    created: str,
) -> str:
    """Write the study's page.

    Parameters
    ----------
    summary, differences : DataFrame
        As the study writes them.
    skipped : sequence of str
        What couldn't be done.
    figures : mapping of str to Figure
        By the key of their section.
    absent : mapping of str to str
        Reasons why others weren't drawn.
    created : str
        When, as it should be printed.

    Returns
    -------
    str
    """
    task = read_task(summary["task"].iloc[0]).name
    tables = {"differences": _differences(differences), "scores": _scores(summary)}
    return build_study_page(
        f"{task} from gene panels",
        f"TwinPurify study on the cohort {summary['cohort'].iloc[0]}",
        created,
        SECTIONS,
        figures,
        {key: table for key, table in tables.items() if len(table)},
        absent,
        skipped,
    )


def _differences(differences: pd.DataFrame) -> pd.DataFrame:
    """Write the differences for reading; of the control nothing is to be learnt here."""
    rows = differences[task_columns(differences["task"])["name"] != PERMUTED]
    rows = rows.sort_values(["metric", "rival", "panel_size"], key=_ordered)
    return pd.DataFrame(
        {
            "Rival": rows["rival"].map(method_name),
            "Genes": rows["panel_size"].astype(str),
            "Metric": rows["metric"].map(metric_name),
            **difference_text(rows),
        }
    )


def _scores(summary: pd.DataFrame) -> pd.DataFrame:
    """Write the scores for reading."""
    rows = summary.sort_values(["task", "metric", "method", "panel_size"], key=_ordered)
    permuted = task_columns(rows["task"])["name"] == PERMUTED
    return pd.DataFrame(
        {
            "Contestant": rows["method"]
            .map(method_name)
            .where(~permuted, rows["method"].map(method_name) + ", permuted labels"),
            "Genes": rows["panel_size"].astype(str),
            "Metric": rows["metric"].map(metric_name),
            **score_text(rows),
        }
    )


def _ordered(column: pd.Series) -> pd.Series:
    """Sort contestants as legends do, tasks without their size, and numbers as numbers."""
    if column.name in ("method", "rival"):
        return column.map({name: place for place, name in enumerate(in_order(column))})
    return task_columns(column)["name"] if column.name == "task" else column
