"""One contestant on one split: all panels learnt on training patients, scored on the others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Measurement, average
from twinpurify.evaluation.questions.labels.reading import (
    MIN_SCORED_PATIENTS,
    Classes,
    choose_classes,
    class_labels,
    frequent_classes,
    measure_labels,
)
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap, collect
from twinpurify.studies.completion import Parameters
from twinpurify.studies.gene_panels.contestants import Contestant, create_contestant
from twinpurify.studies.gene_panels.panels import draw_panels
from twinpurify.studies.gene_panels.settings import GenePanelSettings

PERMUTED = "control_permuted"
# Measurements of one panel, by what was asked.
Panel = tuple[int, list[Measurement]]


@dataclass(frozen=True)
class Question:
    """What every contestant is asked on a split.

    Attributes
    ----------
    data : SplitData
    settings : GenePanelSettings
    classes : Classes
    train, test : array of str
        Labels of the training and test tumours; empty where missing.
    weights : array, shape (replicates, test tumours)
    """

    data: SplitData
    settings: GenePanelSettings
    classes: Classes
    train: np.ndarray
    test: np.ndarray
    weights: np.ndarray

    @property
    def learnt(self) -> np.ndarray:
        """Mask of the training tumours of a class that is learnt."""
        return np.isin(self.train, self.classes.trained)


def ask(data: SplitData, settings: GenePanelSettings, bootstrap: PatientBootstrap) -> Question:
    """Choose the classes of a split.

    Parameters
    ----------
    data : SplitData
    settings : GenePanelSettings
    bootstrap : PatientBootstrap

    Returns
    -------
    Question

    Raises
    ------
    UnanswerableError
        If fewer than two classes can be learnt or scored.
    """
    sides = (data.train_obs, settings.min_class_patients), (data.test_obs, MIN_SCORED_PATIENTS)
    labels = [class_labels(obs, settings.label) for obs, _ in sides]
    frequent = [
        frequent_classes(own, obs["patient_id"].to_numpy(), minimum)
        for own, (obs, minimum) in zip(labels, sides, strict=True)
    ]
    classes = choose_classes(*frequent, settings.label, settings.min_class_patients)
    return Question(data, settings, classes, *labels, bootstrap.weights(sides[1][0]["patient_id"]))


def run_contestant(
    name: str,
    data: SplitData,
    settings: GenePanelSettings,
    parameters: Parameters,
    cohort: str,
    bootstrap: PatientBootstrap,
) -> dict[str, pd.DataFrame]:
    """Learn from every panel, and score on the test patients.

    Parameters
    ----------
    name : str
        One of ``contestant_names``.
    data : SplitData
    settings : GenePanelSettings
    parameters : mapping of str to mapping
        Of methods and imputers.
    cohort : str
    bootstrap : PatientBootstrap

    Returns
    -------
    dict of str to DataFrame
        ``scores`` and ``replicates`` as from ``collect``, averaged over the draws of a size;
        ``draws``, the scores of each panel; ``notes`` on what was left out.

    Raises
    ------
    UnanswerableError
        If there is nothing to tell apart, or no size of panel fits.
    """
    question = ask(data, settings, bootstrap)
    panels, notes = draw_panels(
        data.train_tumours.columns, settings.panel_sizes, settings.n_draws, data.rng
    )
    contestant = create_contestant(name, data, settings, parameters)
    pooled: list[Measurement] = []
    draws = []
    for size, drawn in panels.items():
        for measured in _by_task(_measure_size(question, contestant, size, drawn)):
            pooled.append(average([measurement for _, measurement in measured]))
            draws += [_draw_row(size, draw, measurement) for draw, measurement in measured]
    scores, replicates = collect(pooled, cohort, cohort, name, data.split, data.seed)
    run = {"cohort": cohort, "method": name, "split": data.split}
    return {
        "scores": scores,
        "replicates": replicates,
        "draws": pd.DataFrame(draws).assign(**run),
        "notes": pd.DataFrame({"note": notes}, dtype=str),
    }


def _measure_size(
    question: Question, contestant: Contestant, size: int, panels: list[list[str]]
) -> Iterator[Panel]:
    """Learn from each panel of a size; the first chooses the penalty for all."""
    data, settings, rows = question.data, question.settings, question.learnt
    patients, labels = data.train_obs["patient_id"].to_numpy()[rows], question.train[rows]
    penalty = None
    for draw, panel in enumerate(panels):
        train, test = contestant.features(data.train_tumours[panel], data.test_tumours[panel])
        probe = contestant.probe(data.rng("inner folds"), settings.n_inner_folds, penalty)
        probe.fit(train[rows], labels, patients)
        penalty = probe.inverse_penalty_
        task = Task(settings.label, given="panel", amount=size)
        yield draw, _score(question, task, probe.predict(test))
        if contestant.permuted:
            shuffled = data.rng(f"permuted {size} {draw}").permutation(labels)
            called = probe.refit(shuffled).predict(test)
            yield draw, _score(question, replace(task, question=PERMUTED), called)


def _score(question: Question, task: Task, called: np.ndarray) -> list[Measurement]:
    """Score what the test tumours were called."""
    return measure_labels(
        task, 1.0, question.weights, question.test, called, question.classes.scored
    )


def _by_task(panels: Iterator[Panel]) -> list[list[tuple[int, Measurement]]]:
    """Put the measurements of one task and metric together, over the draws."""
    groups: dict[tuple[str, str], list[tuple[int, Measurement]]] = {}
    for draw, measured in panels:
        for measurement in measured:
            key = (measurement.task, measurement.metric)
            groups.setdefault(key, []).append((draw, measurement))
    return list(groups.values())


def _draw_row(size: int, draw: int, measurement: Measurement) -> dict[str, object]:
    """Tabulate the score of one panel."""
    return {
        "task": measurement.asked.name,
        "metric": measurement.metric,
        "panel_size": size,
        "draw": draw,
        "value": measurement.value,
    }
