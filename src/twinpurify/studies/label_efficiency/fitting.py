"""What happens in a cell: a method is pretrained without labels, and classifiers learn on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from twinpurify.errors import BackgroundError, ConfigurationError, ExpressionError, ModelError
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Measurement, average
from twinpurify.evaluation.questions.labels.label_efficiency import labelled, patient_orders
from twinpurify.evaluation.questions.labels.reading import measure_labels
from twinpurify.evaluation.uncertainty.bootstrap import collect
from twinpurify.fine_tuning import FineTunedClassifier
from twinpurify.interface.embedding_method import MINIMUM_NORMALS, EmbeddingMethod
from twinpurify.interface.stored_profiles import is_stored
from twinpurify.representation.registry import METHODS, create_method
from twinpurify.studies.label_efficiency.cells import SCRATCH, UNTRAINED, Cell
from twinpurify.studies.label_efficiency.repeats import Repeat, Samples
from twinpurify.studies.label_efficiency.settings import CONTROLS, LabelEfficiencySettings
from twinpurify.studies.label_efficiency.spectra import embedding_spectrum
from twinpurify.studies.label_efficiency.tables import key_of
from twinpurify.training.encoder_method import EncoderMethod

PERMUTED = "control_permuted"
# Nothing was learnt that small steps would have to spare.
FROM_SCRATCH = {"encoder_statistics": "batch", "encoder_learning_rate": 0.001}


class CellResult(NamedTuple):
    """Everything that came out of a cell, as tables that can be put together.

    Attributes
    ----------
    scores, replicates : DataFrame
        As from ``collect``, the scores with ``n_labels``.
    spectra : DataFrame
        Singular values of the embedding; none of a comparison.
    skipped : DataFrame
        What couldn't be done, and why.
    """

    scores: pd.DataFrame
    replicates: pd.DataFrame
    spectra: pd.DataFrame
    skipped: pd.DataFrame


def run_cell(
    cell: Cell,
    repeat: Repeat,
    settings: LabelEfficiencySettings,
    weights: np.ndarray,
    checkpoints: Path | None = None,
) -> CellResult:
    """Pretrain a method, learn from ever more labels, and score on the test patients.

    Parameters
    ----------
    cell : Cell
    repeat : Repeat
        With the material that the cell is pretrained on.
    settings : LabelEfficiencySettings
    weights : array, shape (replicates, test samples)
        Of the patient bootstrap.
    checkpoints : Path, optional
        Where an interrupted pretraining is kept.

    Returns
    -------
    CellResult
    """
    reason = why_not(cell, repeat)
    if reason:
        return _put_together([], [_skip(cell, repeat, cell.encoders, reason)], None)
    parts: list[Any] = []
    skipped: list[Any] = []
    try:
        method = pretrain(cell, repeat, checkpoints)
    except (ModelError, ExpressionError, BackgroundError) as error:
        # A training that diverges, or a share of the tumours too small for a method, costs a row.
        return _put_together([], [_skip(cell, repeat, cell.encoders, str(error))], None)
    for encoder in cell.encoders:
        try:
            parts += [
                _tabulate(cell, repeat, encoder, measured, n_labels)
                for measured, n_labels in _measure(
                    _Asked(repeat, method, encoder, settings, weights), cell
                )
            ]
        except ConfigurationError as error:
            # Not every method can be trained on: a factorisation has no gradient.
            skipped.append(_skip(cell, repeat, (encoder,), str(error)))
    # From scratch, the encoder is the untrained one until it meets the labels.
    is_shown = not cell.given and cell.method != SCRATCH
    spectrum = embedding_spectrum(cell, repeat, method) if is_shown else None
    return _put_together(parts, skipped, spectrum)


def why_not(cell: Cell, repeat: Repeat) -> str | None:
    """Say why a method can't be pretrained on what there is, or None where it can."""
    method, material = METHODS[cell.registered], repeat.material
    if method.uses_background:
        found = 0 if material.normals is None else len(material.normals)
        if found < MINIMUM_NORMALS:
            return (
                f"{cell.method} needs normals, and {material.name} has {found or 'none'} for "
                "training patients"
            )
    stored = is_stored(material.tumours)
    if stored and method._fit_stored is EmbeddingMethod._fit_stored:
        return f"{cell.method} can't be fitted on a matrix in its file"
    return None


def pretrain(cell: Cell, repeat: Repeat, checkpoints: Path | None = None) -> EmbeddingMethod:
    """Fit the method of a cell without any label.

    Parameters
    ----------
    cell : Cell
    repeat : Repeat
    checkpoints : Path, optional
        Folder for those of a network.

    Returns
    -------
    EmbeddingMethod
    """
    method, material = create_method(cell.registered, cell.parameters), repeat.material
    if hasattr(method, "seed"):
        # Another initialisation in each repeat, so that no single one decides.
        method.seed += repeat.number
    if isinstance(method, EncoderMethod):
        method.with_checkpoints(checkpoints)
        method.show_progress = False
    if method.uses_background:
        return method.fit(material.tumours, background=material.normals)
    return method.fit(material.samples)


@dataclass(frozen=True)
class _Asked:
    """What every classifier of a cell has in common, for one way to treat the encoder."""

    repeat: Repeat
    method: EmbeddingMethod
    encoder: str
    settings: LabelEfficiencySettings
    weights: np.ndarray

    def score(
        self, task: Task, fraction: float, known: Samples, labels: np.ndarray
    ) -> list[Measurement]:
        """Learn labels of some training samples, and score on the test samples."""
        learner = classifier(self.method, self.encoder, self.settings, self.repeat)
        learner.fit(known.profiles, labels, groups=known.patients)
        called = np.asarray(learner.predict(self.repeat.test.profiles), dtype=str)
        truth, classes = self.repeat.test.labels, self.repeat.classes
        return measure_labels(task, fraction, self.weights, truth, called, classes)


def _measure(asked: _Asked, cell: Cell) -> Iterator[tuple[list[Measurement], int]]:
    """Learn at every share of the labels; the larger ones hold the smaller."""
    repeat = asked.repeat
    task = cell.task(asked.settings.label)
    for fraction in cell.fractions:
        known = repeat.train.take(drawn_labels(repeat, fraction))
        yield asked.score(task, fraction, known, known.labels), len(known.labels)
        if cell.n_permutations:
            draws = repeat.rng(f"permuted {fraction:g}")
            permuted = [
                asked.score(Task(PERMUTED), fraction, known, draws.permutation(known.labels))
                for _ in range(cell.n_permutations)
            ]
            yield [average(same) for same in zip(*permuted, strict=True)], len(known.labels)


def drawn_labels(repeat: Repeat, fraction: float) -> np.ndarray:
    """Mark the training samples whose label may be learnt from, the same for all methods.

    Parameters
    ----------
    repeat : Repeat
    fraction : float
        Of the training patients of each class; two of them at least.

    Returns
    -------
    array of bool, shape (training samples,)
    """
    train: Samples = repeat.train
    known = train.labels != ""
    orders = patient_orders(train.patients[known], train.labels[known], repeat.rng("labels"))
    return known & labelled(train.patients, train.labels, orders, fraction)


def classifier(
    method: EmbeddingMethod, encoder: str, settings: LabelEfficiencySettings, repeat: Repeat
) -> FineTunedClassifier:
    """Put a head on a method as it was pretrained; an untrained encoder is trained from scratch.

    Parameters
    ----------
    method : EmbeddingMethod
        Fitted.
    encoder : {"frozen", "unfrozen"}
    settings : LabelEfficiencySettings
    repeat : Repeat
        Its number is part of the seed.

    Returns
    -------
    FineTunedClassifier
        Not fitted.
    """
    return FineTunedClassifier(
        method=method,
        encoder=encoder,
        head=settings.head,
        seed=settings.seed + repeat.number,
        profile_share=settings.profile_share if method.name not in CONTROLS else 0.0,
        **(FROM_SCRATCH if method.name == UNTRAINED else {}),
    )


def _tabulate(
    cell: Cell, repeat: Repeat, encoder: str, measured: list[Measurement], n_labels: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tabulate measurements under the name of method, encoder and what was pretrained on."""
    key = key_of(cell.method, encoder, repeat.material.name)
    cohort = repeat.cohort
    scores, replicates = collect(measured, cohort, cohort, key, repeat.number, repeat.seed)
    return scores.assign(n_labels=n_labels), replicates


def _skip(
    cell: Cell, repeat: Repeat, encoders: tuple[str, ...], reason: str
) -> dict[str, str | int]:
    """Note what wasn't done."""
    return {
        "method": cell.method,
        "encoder": " and ".join(encoders),
        "pretrained_on": repeat.material.name,
        "detail": cell.task("").detail,
        "repeat": repeat.number,
        "reason": reason,
    }


def _put_together(
    parts: list[tuple[pd.DataFrame, pd.DataFrame]],
    skipped: list[dict[str, Any]],
    spectrum: pd.DataFrame | None,
) -> CellResult:
    """Put the tables of all fractions and encoders into one each."""
    scores, replicates = zip(*parts, strict=True) if parts else ((), ())
    return CellResult(
        pd.concat(scores, ignore_index=True) if scores else pd.DataFrame(),
        pd.concat(replicates, ignore_index=True) if replicates else pd.DataFrame(),
        pd.DataFrame() if spectrum is None else spectrum,
        pd.DataFrame(skipped),
    )
