"""Hiding the genes that a label was called from."""

from dataclasses import replace

import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.labels.reading import measure_held_out
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split

# PAM50 was published with symbols that have been replaced since; a matrix may hold either.
RENAMED = {"CDCA1": "NUF2", "KNTC2": "NDC80", "ORC6L": "ORC6"}

SUFFIX = "_without_label_genes"


def answer_without(embedded: EmbeddedSplit, column: str) -> Answer:
    """Learn and score a label on profiles in which the genes are hidden that it was called from.

    Parameters
    ----------
    embedded : EmbeddedSplit
    column : str
        ``subtype`` or ``grade``.

    Returns
    -------
    Answer
        Task ``<column>_without_label_genes``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If the genes aren't known or measured, or fewer than two classes can be learnt or scored.
    """
    hidden, task = hide_genes(embedded, label_genes(embedded, column)), f"{column}{SUFFIX}"
    return Answer(measure_held_out(of_split(hidden), column, Task(task)))


def label_genes(embedded: EmbeddedSplit, column: str) -> pd.Index:
    """List the genes of the matrix that a label was called from.

    Parameters
    ----------
    embedded : EmbeddedSplit
    column : str
        ``subtype`` or ``grade``.

    Returns
    -------
    Index of str

    Raises
    ------
    UnanswerableError
        If no collection is named or read, or none of its genes is in the matrix.
    """
    collection = getattr(embedded.settings.label_genes, column)
    if collection is None:
        raise UnanswerableError(
            f"no gene sets are named that {column} was called from (setting label_genes.{column})"
        )
    named = set(embedded.data.resources.collection(collection)["target"])
    for old, new in RENAMED.items():
        if named & {old, new}:
            named |= {old, new}
    genes = embedded.data.train_tumours.columns
    found = genes[genes.isin(named)]
    if found.empty:
        raise UnanswerableError(
            f"none of the genes of {collection!r} is among the {len(genes)} of the matrix, so "
            f"that nothing can be hidden (setting label_genes.{column})"
        )
    return found


def hide_genes(embedded: EmbeddedSplit, genes: pd.Index) -> EmbeddedSplit:
    """Give some genes the mean of the training tumours in every tumour, before embedding.

    A constant tells nothing of a tumour, and the method still finds all genes that it was fitted
    on. For raw expression that is the same as leaving the genes out.

    Parameters
    ----------
    embedded : EmbeddedSplit
    genes : Index of str

    Returns
    -------
    EmbeddedSplit
        Of the same method and split; its normals and its diluted tumours are as they were.
    """
    data = embedded.data
    mean = data.train_tumours[genes].mean(axis=0).to_numpy()
    columns = data.train_tumours.columns.get_indexer(genes)

    def hidden(profiles: pd.DataFrame) -> pd.DataFrame:
        values = profiles.to_numpy(copy=True)
        values[:, columns] = mean
        return pd.DataFrame(values, index=profiles.index, columns=profiles.columns)

    tumours = {name: hidden(getattr(data, name)) for name in ("train_tumours", "test_tumours")}
    return EmbeddedSplit(
        embedded.method, replace(data, **tumours), embedded.settings, embedded.bootstrap
    )
