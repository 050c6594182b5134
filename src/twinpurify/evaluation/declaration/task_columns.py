"""The parts of the tasks of a whole table."""

from dataclasses import fields

import pandas as pd

from twinpurify.evaluation.declaration.task import Task, read_task

PARTS = ("name", "detail", *(field.name for field in fields(Task)))


def task_columns(tasks: pd.Series) -> pd.DataFrame:
    """Take apart the column ``task`` of a table.

    Parameters
    ----------
    tasks : Series of str

    Returns
    -------
    DataFrame
        Parts of each task in columns, on the same index: those of ``Task``, with ``name`` and
        ``detail`` for what stands before and behind the @.
    """
    read = {text: read_task(text) for text in tasks.unique()}
    parts = {part: [getattr(read[text], part) for text in tasks] for part in PARTS}
    return pd.DataFrame(parts, index=tasks.index)
