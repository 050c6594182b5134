"""The tables of the documentation that declarations say all of: tasks and metrics.

``python -m twinpurify.evaluation.declaration.page docs/outputs.md`` writes them into the page.
"""

import sys
from pathlib import Path

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.question import Question, Score
from twinpurify.evaluation.declaration.registry import metrics, questions
from twinpurify.evaluation.declaration.task import Task

TASKS = ("Task", "Asked by", "Metrics", "Fractions", "Direction", "Where", "Question")
METRICS = ("Metric", "Range", "What it is")


def task_table() -> list[str]:
    """Write what each question measures, a line of Markdown each.

    Returns
    -------
    list of str
        Head, rule, and the tasks in the order of overviews.
    """
    asked = [(score, question) for question in questions().values() for score in question.scores]
    ordered = sorted(asked, key=lambda pair: pair[0].place)
    return _table(TASKS, [_cells(score, question) for score, question in ordered])


def metric_table() -> list[str]:
    """Write what each metric is, a line of Markdown each."""
    rows = [[f"`{one.name}`", one.bounds, one.meaning] for one in metrics().values()]
    return _table(METRICS, rows)


def _cells(score: Score, question: Question) -> list[str]:
    """Write one line."""
    return [
        f"`{pattern(score)}`",
        f"`{question.key}`",
        ", ".join(f"`{metric.name}`" for metric in score.metrics),
        score.asked_at,
        score.direction.words,
        ", ".join(score.where),
        " ".join([score.meaning, *_exceptions(score)]),
    ]


def pattern(score: Score) -> str:
    """Write the tasks of a line with their open parts in angle brackets.

    Parameters
    ----------
    score : Score

    Returns
    -------
    str
        For example ``purity_left@<source>_within_subtype``.
    """
    endpoint = "<endpoint>" if score.of_endpoint else ""
    open_part = f"<{score.behind}>" if score.behind else ""
    if score.given:
        return f"{score.name}@{score.given}={open_part}"
    task = Task(score.name, score.source or open_part, stratum=score.stratum, endpoint=endpoint)
    return str(task)


def _exceptions(score: Score) -> list[str]:
    """Say which metrics are good the other way."""
    other = [metric for metric in score.metrics if metric.direction != score.direction]
    if not other:
        return []
    return [f"{', '.join(f'`{metric.name}`' for metric in other)}: {other[0].direction.words}."]


def _table(columns: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    """Write a table."""
    lines = [list(columns), ["---"] * len(columns), *rows]
    head, rule, *body = (f"| {' | '.join(cells)} |" for cells in lines)
    return [head, rule.replace(" ", ""), *body]


def written(page: str) -> str:
    """Put the tables in the place of those that a page has.

    Parameters
    ----------
    page : str
        Markdown.

    Returns
    -------
    str

    Raises
    ------
    TableError
        If the page has no such table.
    """
    lines = page.split("\n")
    for table in (task_table(), metric_table()):
        if table[0] not in lines:
            raise TableError(f"the page has no table with the head {table[0]!r}")
        start = end = lines.index(table[0])
        while lines[end].startswith("|"):
            end += 1
        lines[start:end] = table
    return "\n".join(lines)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written(target.read_text(encoding="utf-8")), encoding="utf-8")
