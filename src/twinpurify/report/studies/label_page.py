"""The page of the study of few labels."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from twinpurify.evaluation.declaration.task import read_task
from twinpurify.plots.names import interval, method_name, number, task_name
from twinpurify.plots.studies.label_curves import METRIC
from twinpurify.report.rows import p_value
from twinpurify.report.sections import Section
from twinpurify.report.studies.study_page import build_study_page

SECTIONS = (
    Section(
        "label_curves",
        "How many labels does it take?",
        "Each method was pretrained without labels on training patients; a classifier then learnt "
        "from ever more labels of the same patients, with the method left as it was (frozen) or "
        "trained on (unfrozen), and was scored on patients that nobody had seen. Solid lines are "
        "methods, with bands for 95% intervals over the test patients; dashed ones are the "
        "controls, which are the same in all panels. A method that stays below PCA has saved "
        "no label.",
        "nothing was measured at several numbers of labels",
    ),
    Section(
        "saved",
        "Labels saved at equal accuracy",
        "With how few labels a method reaches what a control reaches, read off curves that are "
        "smoothed so as not to fall. Where a method never reaches it, the number is an upper "
        "bound, with ≤; where it does so with the fewest labels that were tried, a lower bound, "
        "with ≥. The last column says in how many resamplings of the test patients it never does.",
        "no method was compared with a control",
    ),
    Section(
        "differences",
        "Against each control",
        "Difference of the balanced accuracy on the same test patients with the same labels, 95% "
        "interval, and p-value after Holm’s correction for all of the study. Above 0 the method "
        "is better.",
        "no method was compared with a control",
    ),
    Section(
        "label_sweeps",
        "Fewer tumours, fewer or more layers",
        "Methods pretrained on a share of the training tumours, or with an encoder of another "
        "depth, at one share of the labels. Bars are 95% intervals.",
        "nothing of the kind was asked for",
    ),
    Section(
        "spectra",
        "Has an embedding collapsed?",
        "Singular values of the test patients’ embeddings, as the encoder gives them. A line that "
        "falls off early is an embedding that uses few of its dimensions; the number behind the "
        "name is its effective rank (Roy & Vetterli 2007).",
        "no method was pretrained",
    ),
)
BOUNDS = {"within": "", "never": "≤ ", "at_once": "≥ "}


def build_page(
    summary: pd.DataFrame,
    differences: pd.DataFrame,
    saved: pd.DataFrame,
    skipped: Sequence[Mapping[str, Any]],
    figures: Mapping[str, go.Figure],
    absent: Mapping[str, str],
    created: str,
) -> str:
    """Write the study's page.

    Parameters
    ----------
    summary, differences, saved : DataFrame
        As the study writes them.
    skipped : sequence of mapping
        What couldn't be done.
    figures : mapping of str to Figure
        By name, in their order on the page.
    absent : mapping of str to str
        Reasons why others weren't drawn.
    created : str
        When, as it should be printed.

    Returns
    -------
    str
    """
    cohort, task = summary["cohort"].iloc[0], read_task(summary["task"].iloc[0]).name
    tables = {"saved": saved_rows(saved), "differences": difference_rows(differences)}
    return build_study_page(
        f"{task_name(task)} from few labels",
        f"TwinPurify study on the cohort {cohort}",
        created,
        SECTIONS,
        figures,
        {key: table for key, table in tables.items() if len(table)},
        absent,
        skipped_sentences(skipped),
    )


def saved_rows(saved: pd.DataFrame) -> pd.DataFrame:
    """Write the labels saved for reading, at balanced accuracy.

    Parameters
    ----------
    saved : DataFrame
        As the study writes it.

    Returns
    -------
    DataFrame of str
    """
    rows = saved[saved["metric"] == METRIC]
    return pd.DataFrame(
        {
            "Method": _contestants(rows),
            "Control": rows["control"].map(method_name),
            "Labels": [f"{share:g}" for share in rows["label_fraction"]],
            "To reach": rows["target"].map(number),
            "Control needs": [f"{n:.0f}" for n in rows["n_control"]],
            "Method needs": [
                "never reached" if how == "never" else f"{n:.0f}"
                for n, how in zip(rows["n_method"], rows["reached"], strict=True)
            ],
            "Saved": [
                f"{BOUNDS[row.reached]}{_percent(row.saved)} "
                f"({_percent(row.low)} to {_percent(row.high)})"
                for row in rows.itertuples()
            ],
            "Never reached": [f"{share:.0%}" for share in rows["share_never"]],
        }
    )


def difference_rows(differences: pd.DataFrame) -> pd.DataFrame:
    """Write the differences to the controls for reading, of balanced accuracy.

    Parameters
    ----------
    differences : DataFrame
        As the study writes it.

    Returns
    -------
    DataFrame of str
    """
    rows = differences[differences["metric"] == METRIC]
    return pd.DataFrame(
        {
            "Method": _contestants(rows),
            "Control": rows["control"].map(method_name),
            "Labels": [f"{share:g}" for share in rows["label_fraction"]],
            "Difference": [
                f"{number(row.difference, signed=True)} "
                f"({interval(row.low, row.high, signed=True)})"
                for row in rows.itertuples()
            ],
            "p, adjusted": rows["p_adjusted"].map(p_value),
        }
    )


def skipped_sentences(skipped: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell once what couldn't be done in any repeat.

    Parameters
    ----------
    skipped : sequence of mapping
        As the study writes it.

    Returns
    -------
    list of str
    """
    told = [
        f"{method_name(str(skip['method']))}, {skip['encoder']}, pretrained on "
        f"{skip['pretrained_on']}: {skip['reason']}"
        for skip in skipped
    ]
    return list(dict.fromkeys(told))


def _contestants(rows: pd.DataFrame) -> list[str]:
    """Name method, encoder and, where there are several, the cohort that was pretrained on."""
    several = rows["pretrained_on"].nunique() > 1
    return [
        f"{method_name(row.method)}, {row.encoder}"
        + (f", pretrained on {row.pretrained_on}" if several else "")
        for row in rows.itertuples()
    ]


def _percent(share: float) -> str:
    """Write a share as a percentage with a true minus sign."""
    return f"{round(100 * share) or 0:.0f}%".replace("-", "−")
