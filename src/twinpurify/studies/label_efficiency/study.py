"""The whole study: what its cells gave, put together."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from twinpurify.errors import CohortError
from twinpurify.studies.label_efficiency.fitting import CellResult
from twinpurify.studies.label_efficiency.labels_saved import labels_saved
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings
from twinpurify.studies.label_efficiency.tables import (
    SCORES,
    difference_table,
    summary_table,
    tidy,
    with_whole,
)


class StudyTables(NamedTuple):
    """Everything that the study writes.

    Attributes
    ----------
    scores : DataFrame
        One row a measurement.
    summary, differences, labels_saved : DataFrame
        Means over repeats, paired differences to the controls, labels saved; with 95% intervals.
    spectra : DataFrame
        Singular values of the embeddings.
    replicates : DataFrame
        Bootstrap replicates of the scores.
    skipped : list of dict
        What couldn't be done, and why.
    """

    scores: pd.DataFrame
    summary: pd.DataFrame
    differences: pd.DataFrame
    labels_saved: pd.DataFrame
    spectra: pd.DataFrame
    replicates: pd.DataFrame
    skipped: list[dict[str, Any]]


def put_together(
    results: Sequence[CellResult],
    settings: LabelEfficiencySettings,
    parameters: Mapping[str, Mapping[str, Any]],
) -> StudyTables:
    """Put the cells of a study together.

    Parameters
    ----------
    results : sequence of CellResult
    settings : LabelEfficiencySettings
    parameters : mapping of str to mapping
        Of each method in the registry.

    Returns
    -------
    StudyTables

    Raises
    ------
    CohortError
        If nothing was measured.
    """
    parts = CellResult(*(_stacked(tables) for tables in zip(*results, strict=True)))
    skipped = parts.skipped.to_dict(orient="records")
    if parts.scores.empty:
        reasons = "; ".join(dict.fromkeys(str(skip["reason"]) for skip in skipped))
        raise CohortError(f"the study of few labels has measured nothing: {reasons}")
    defaults = _as_set(settings, parameters)
    fraction = settings.sweep_label_fraction
    scores, replicates = with_whole(parts.scores, parts.replicates, defaults, fraction)
    return StudyTables(
        tidy(scores, SCORES),
        summary_table(scores, replicates),
        difference_table(parts.scores, parts.replicates),
        labels_saved(parts.scores, parts.replicates, settings.label),
        parts.spectra,
        replicates,
        skipped,
    )


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of one kind under one another; cells without any have no columns either."""
    filled = [table for table in tables if not table.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _as_set(
    settings: LabelEfficiencySettings, parameters: Mapping[str, Mapping[str, Any]]
) -> dict[tuple[str, str], float]:
    """Say how each method is set, as a part of each comparison."""
    as_set = {(name, "pretraining"): 1.0 for name in settings.methods}
    for name in settings.methods:
        if hidden := parameters[name].get("hidden"):
            as_set[name, "hidden_layers"] = len(hidden)
    return as_set
