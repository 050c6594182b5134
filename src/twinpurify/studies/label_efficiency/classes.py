"""Which class each sample of a cohort is of, as the study learns it."""

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, listed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels.reading import (
    MIN_SCORED_PATIENTS,
    class_labels,
    frequent_classes,
)

NORMAL = "normal"


def sample_classes(obs: pd.DataFrame, column: str, include_normals: bool) -> np.ndarray:
    """Read the class of every sample.

    Parameters
    ----------
    obs : DataFrame
        Sample sheet with ``tissue``.
    column : str
        Label of the tumours.
    include_normals : bool
        Whether the normals are a class; without a class they belong to no question.

    Returns
    -------
    array of str, shape (samples,)
        Empty where there is no label.

    Raises
    ------
    ConfigurationError
        If the sample sheet has no such column.
    """
    if column not in obs:
        raise ConfigurationError(
            f"label_efficiency.label is {column!r}{closest(column, obs.columns)}; the columns of "
            f"the sample sheet are {listed(obs.columns, 40)}"
        )
    is_normal = (obs["tissue"] == "normal").to_numpy()
    labels = class_labels(obs, column).astype(object)
    labels[is_normal] = NORMAL if include_normals else ""
    return labels.astype(str)


def learnt_classes(labels: np.ndarray, patients: np.ndarray, minimum: int) -> list[str]:
    """Choose the classes that are learnt and scored, the same in every repeat.

    Parameters
    ----------
    labels : array of str, shape (samples,)
        Empty where missing.
    patients : array, shape (samples,)
    minimum : int
        Patients that a class needs.

    Returns
    -------
    list of str

    Raises
    ------
    UnanswerableError
        If there are fewer than two.
    """
    classes = sorted(frequent_classes(labels, patients, minimum))
    if len(classes) < 2:
        raise UnanswerableError(
            f"classes with at least {minimum} patients: {listed(classes)}; two are needed "
            "(settings label_efficiency.label and label_efficiency.min_class_patients)"
        )
    return classes


def check_sides(train: np.ndarray, test: np.ndarray, classes: list[str], repeat: int) -> None:
    """Check that each class can be learnt and scored in a repeat.

    Parameters
    ----------
    train, test : array of str
        Labels of the training and of the test samples.
    classes : list of str
    repeat : int
        For the message.

    Raises
    ------
    UnanswerableError
        If a class lacks samples on a side.
    """
    for side, labels, least in (("training", train, 2), ("test", test, MIN_SCORED_PATIENTS)):
        few = [name for name in classes if (labels == name).sum() < least]
        if few:
            raise UnanswerableError(
                f"repeat {repeat}: the classes {listed(few)} have fewer than {least} {side} "
                "samples; raise label_efficiency.min_class_patients"
            )
