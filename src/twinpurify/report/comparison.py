"""Several cohorts on one page: what holds in all of them, and what in one alone."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from twinpurify.errors import TableError, listed
from twinpurify.plots.curves.dilution_curves import HEADLINE_PANELS, dilution_panels
from twinpurify.plots.names import in_order, method_name, metric_name, number
from twinpurify.plots.questions import Asked, against_raw, asked, by_kind, leaders
from twinpurify.plots.selections import require_columns
from twinpurify.report.heat_table import SIGNS, WINNER, Cell, HeatTable, Row, heat_table
from twinpurify.report.template import dressing, figure_html, template_of

PATTERN = (
    "task",
    "metric",
    "fraction",
    "method",
    "n_cohorts",
    "n_compared",
    "better",
    "worse",
    "leads",
    "mean",
    "lowest",
    "highest",
)
NO_MEAN = "–"


def own_scores(summaries: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Keep of each run the scores of the cohort that it was trained on.

    Parameters
    ----------
    summaries : mapping of str to DataFrame
        Of each cohort its ``summary.csv``.

    Returns
    -------
    dict of str to DataFrame

    Raises
    ------
    TableError
        If a summary lacks columns, or has no score of its own cohort.
    """
    own = {}
    for cohort, summary in summaries.items():
        require_columns(summary, ("cohort", "trained_on", "mean"), f"the summary of {cohort}")
        own[cohort] = summary[(summary["cohort"] == cohort) & (summary["trained_on"] == cohort)]
    empty = [cohort for cohort, rows in own.items() if rows["mean"].notna().sum() == 0]
    if empty:
        raise TableError(f"no score of its own patients is in the summary of {listed(empty)}")
    return own


def pattern(scores: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count for each method and question in how many cohorts it is better or worse than raw.

    Parameters
    ----------
    scores : mapping of str to DataFrame
        From ``own_scores``.

    Returns
    -------
    DataFrame
        Columns ``PATTERN``: a row a question and method; ``n_compared`` cohorts told a difference
        to raw, with an interval that excludes zero in ``better`` and ``worse`` of them.
    """
    rows = [
        _counted(question, method, scores)
        for question in _questions(scores)
        for method in _methods(scores)
    ]
    return pd.DataFrame([row for row in rows if row[4]], columns=PATTERN)


def _questions(scores: Mapping[str, pd.DataFrame]) -> list[Asked]:
    """List what any cohort was asked, as all together would be."""
    together = pd.concat(scores.values(), ignore_index=True)
    return asked(together)


def _methods(scores: Mapping[str, pd.DataFrame]) -> list[str]:
    """List the methods of any cohort."""
    together = pd.concat(scores.values(), ignore_index=True)
    return in_order(together.loc[together["mean"].notna(), "method"])


def _verdicts(
    question: Asked, method: str, scores: Mapping[str, pd.DataFrame]
) -> dict[str, tuple[float, str, bool]]:
    """Look up mean, verdict against raw and lead of a method in each cohort that was asked."""
    found = {}
    for cohort, summary in scores.items():
        rows = question.rows(summary)
        if method in rows.index:
            row = rows.loc[method]
            leads = method in leaders(rows, question.direction)
            found[cohort] = (float(row["mean"]), against_raw(row, question.direction), leads)
    return found


def _counted(question: Asked, method: str, scores: Mapping[str, pd.DataFrame]) -> tuple:
    """Count the cohorts of one question and method."""
    found = _verdicts(question, method, scores)
    means = [mean for mean, _, _ in found.values()]
    verdicts = [verdict for _, verdict, _ in found.values()]
    return (
        question.task,
        question.metric,
        question.fraction,
        method,
        len(found),
        sum(map(bool, verdicts)),
        verdicts.count("better"),
        verdicts.count("worse"),
        sum(leads for _, _, leads in found.values()),
        float(np.mean(means)) if means else np.nan,
        min(means, default=np.nan),
        max(means, default=np.nan),
    )


def pattern_table(scores: Mapping[str, pd.DataFrame]) -> HeatTable:
    """Lay out what holds over the cohorts, with the mean of each of them in the cell.

    Parameters
    ----------
    scores : mapping of str to DataFrame
        From ``own_scores``.

    Returns
    -------
    HeatTable
    """
    methods = _methods(scores)
    groups = {
        kind: [
            Row(
                question.subject,
                f"{metric_name(question.metric)}; {question.direction.words}",
                [_cell(_verdicts(question, method, scores), scores) for method in methods],
            )
            for question in questions
        ]
        for kind, questions in by_kind(_questions(scores)).items()
    }
    return HeatTable([method_name(method) for method in methods], groups)


def _cell(found: Mapping[str, tuple[float, str, bool]], scores: Mapping[str, pd.DataFrame]) -> Cell:
    """Write one method's results over the cohorts."""
    if not found:
        return Cell()
    verdicts = [verdict for _, verdict, _ in found.values()]
    better, worse = verdicts.count("better"), verdicts.count("worse")
    signs = [f"{SIGNS[verdict]}{n}" for verdict, n in (("better", better), ("worse", worse)) if n]
    leads = sum(lead for _, _, lead in found.values())
    compared = sum(map(bool, verdicts))
    means = {cohort: number(mean) for cohort, (mean, _, _) in found.items()}
    return Cell(
        mean=" ".join(signs) or ("=" if compared else NO_MEAN),
        span=" · ".join(means.get(cohort, NO_MEAN) for cohort in scores),
        star=f"{WINNER}{leads}" if leads else "",
        shade=_shade(better - worse, compared),
        hint="; ".join(f"{cohort} {mean}" for cohort, mean in means.items()),
    )


def _shade(net: int, compared: int) -> str:
    """Choose the background by how many more cohorts are better than worse."""
    if not net:
        return ""
    share = abs(net) / compared
    depth = 3 if share == 1 else 2 if share >= 0.5 else 1
    return f"{'better' if net > 0 else 'worse'}-{depth}"


def build_comparison(summaries: Mapping[str, pd.DataFrame], created: str) -> str:
    """Write one page on several cohorts.

    Parameters
    ----------
    summaries : mapping of str to DataFrame
        Of each cohort its ``summary.csv``.
    created : str
        When, as it should be printed.

    Returns
    -------
    str
        HTML that fetches nothing.

    Raises
    ------
    TableError
        If a summary lacks columns, or has no score of its own cohort.
    """
    scores = own_scores(summaries)
    figures = [
        {"part": cohort, "identifier": identifier, "html": figure_html(figure, identifier)}
        for cohort, figure in _curves(scores).items()
        for identifier in [f"dilution_curves-{list(scores).index(cohort)}"]
    ]
    return template_of("comparison.html").render(
        cohorts=list(scores),
        created=created,
        pattern=pattern_table(scores),
        tables={cohort: heat_table(summary) for cohort, summary in scores.items()},
        figures=figures,
        **dressing(bool(figures)),
    )


def _curves(scores: Mapping[str, pd.DataFrame]) -> dict[str, go.Figure]:
    """Draw the dilution curves of each cohort that was diluted."""
    known = {task for task, _ in HEADLINE_PANELS}
    return {
        cohort: dilution_panels(summary)
        for cohort, summary in scores.items()
        if known & set(summary["task"])
    }
