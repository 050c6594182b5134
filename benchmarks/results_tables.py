"""Tables of the results page, in Markdown, from the summaries of finished runs."""

from collections.abc import Iterable, Sequence

import pandas as pd

from twinpurify.evaluation.declaration.question import NEUTRAL
from twinpurify.plots.names import in_order, interval, method_name, metric_name, number
from twinpurify.plots.questions import Asked, against_raw, asked, leaders

METHOD = "twinpurify"
MARKS = {"better": "▲", "worse": "▼"}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table whose first column is text and whose others are numbers."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def answers(summary: pd.DataFrame) -> str:
    """Set TwinPurify against raw expression and the best of the others, question by question."""
    head = ["Question", "Raw", "Best other method", "TwinPurify (95% interval)"]
    head += ["Difference to raw (95% interval)", "p, Holm"]
    return table(head, [_answer(question, summary) for question in asked(summary)])


def _answer(question: Asked, summary: pd.DataFrame) -> list[str]:
    rows = question.rows(summary)
    label = f"{question.label}; {question.direction.words}"
    others = rows.drop(index=[METHOD, "raw"], errors="ignore")
    best = leaders(others, question.direction)
    if len(others) == 1 and question.direction is not NEUTRAL:
        best = list(others.index)
    cells = [_mean(rows, "raw"), "–", "–", "–", "–"]
    if best:
        cells[1] = f"{number(others.loc[best[0], 'mean'])}, {method_name(best[0])}"
    if METHOD in rows.index:
        own = rows.loc[METHOD]
        cells[2] = f"{number(own['mean'])} ({interval(own['low'], own['high'])})"
        if METHOD in leaders(rows, question.direction):
            cells[2] = f"**{cells[2]}**"
        mark = MARKS.get(against_raw(own, question.direction), "")
        ends = interval(own["difference_low"], own["difference_high"], signed=True)
        cells[3] = f"{number(own['difference'], signed=True)} ({ends}) {mark}".strip()
        cells[4] = _p_value(own["p_adjusted"])
    return [label, *cells]


def everything(summary: pd.DataFrame) -> str:
    """List the means of all methods."""
    methods = in_order(summary["method"])
    rows = []
    for question in asked(summary):
        scores = question.rows(summary)
        best = leaders(scores, question.direction)
        cells = [_mean(scores, method) for method in methods]
        marked = [
            f"**{cell}**" if method in best else cell
            for method, cell in zip(methods, cells, strict=True)
        ]
        rows.append([question.label, *marked])
    return table(["Question", *map(method_name, methods)], rows)


def across(summaries: dict[str, pd.DataFrame], methods: Sequence[str]) -> str:
    """Set a few methods side by side over cohorts, a row for each question that two answer."""
    found: dict[tuple[str, str, float], dict[str, dict[str, str]]] = {}
    labels: dict[tuple[str, str, float], str] = {}
    for cohort, summary in summaries.items():
        for question in asked(summary):
            if not question.main or question.direction is NEUTRAL:
                continue
            key = (
                question.task,
                question.metric,
                -1.0 if question.fraction != question.fraction else question.fraction,
            )
            labels[key] = f"{question.subject} ({metric_name(question.metric)})"
            rows = question.rows(summary)
            found.setdefault(key, {})[cohort] = {
                name: _marked(rows, name, question) for name in methods
            }
    head = ["Question", "Method", *summaries]
    lines = [
        [
            labels[key] if name == methods[0] else "",
            method_name(name),
            *(cohorts.get(cohort, {}).get(name, "–") for cohort in summaries),
        ]
        for key, cohorts in found.items()
        if len(cohorts) > 1
        for name in methods
    ]
    return table(head, lines)


def _marked(rows: pd.DataFrame, method: str, question: Asked) -> str:
    if method not in rows.index:
        return "–"
    mark = MARKS.get(against_raw(rows.loc[method], question.direction), "")
    return f"{number(rows.loc[method, 'mean'])} {mark}".strip()


def _mean(rows: pd.DataFrame, method: str) -> str:
    return number(rows.loc[method, "mean"]) if method in rows.index else "–"


def _p_value(value: float) -> str:
    if pd.isna(value):
        return "–"
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0") or "0"
