"""The page of the study of restored anchors."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from twinpurify.evaluation.declaration.task import read_task
from twinpurify.plots.names import in_order, method_name
from twinpurify.plots.studies.anchor_forest import TOGETHER
from twinpurify.report.sections import Section
from twinpurify.report.studies.study_page import build_study_page
from twinpurify.report.studies.study_rows import difference_text, score_text

SECTIONS = (
    Section(
        "anchor_forest",
        "Is restoring worth anything?",
        "The most prognostic genes of each stratum, its anchors, were hidden from test patients. A "
        "Cox regression learnt on the true anchors of training patients told their risk from "
        "restored ones. Shown is the concordance with the transformer's restored anchors less that "
        "of each rival, with 95% intervals over the same test patients; above 0 the transformer is "
        "better. The regressions on observed genes restore nothing: a method that isn't better "
        "than they are has found no more in the profile than a regression does by itself. True "
        "anchors are those as measured; a restored one draws on other genes too, and may lie below "
        "their noise.",
        "the transformer was compared with nobody",
    ),
    Section(
        "scores",
        "All concordances",
        "Harrell’s C on test patients, compared within their stratum alone; means over splits, "
        "with 95% intervals. Anchors restored as the mean of training tell nothing: 0.5.",
        "nothing was measured",
    ),
    Section(
        "differences",
        "All differences",
        "Of the transformer to each rival, with p-values after Holm’s correction for all of the "
        "study.",
        "the transformer was compared with nobody",
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
    tables = {
        "scores": _rows(summary, "method", "Contestant") | score_text(_sorted(summary, "method")),
        "differences": _rows(differences, "rival", "Rival")
        | difference_text(_sorted(differences, "rival")),
    }
    written = {key: pd.DataFrame(columns) for key, columns in tables.items()}
    return build_study_page(
        "Survival by restored genes",
        f"TwinPurify study on the cohort {summary['cohort'].iloc[0]}",
        created,
        SECTIONS,
        figures,
        {key: table for key, table in written.items() if len(table)},
        absent,
        skipped,
    )


def _sorted(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """Sort by stratum, all together first, and contestants as legends do."""
    places = {name: place for place, name in enumerate(in_order(table[who]))}
    return table.sort_values(
        ["task", who], key=lambda column: column.map(places) if column.name == who else column
    )


def _rows(table: pd.DataFrame, who: str, heading: str) -> dict[str, list[str]]:
    """Name stratum and contestant of each row."""
    rows = _sorted(table, who)
    strata = [read_task(task).stratum or TOGETHER for task in rows["task"]]
    return {"Stratum": strata, heading: rows[who].map(method_name).tolist()}
