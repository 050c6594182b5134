"""Do known differences between tumours show in their pathways, and the same ones elsewhere?"""

from functools import partial
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.metrics import SPEARMAN
from twinpurify.evaluation.declaration.question import (
    HIGHER,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.pathways import hedges_g, row_spearman
from twinpurify.evaluation.measurement import Answer, UnanswerableError, measure
from twinpurify.evaluation.questions.pathways.pathway_profiles import (
    PathwayScores,
    pathway_scores,
    tabulate_genes,
)
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit

PREFIX = "contrast_"
# On each side.
MIN_TUMOURS = 5


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Measure the cohort's contrasts on its undiluted test tumours.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``pathway_contrast@<name>``: hedges_g of the pathway that the contrast names, above
        0 where it is as expected; tables ``pathway_contrasts`` of all pathways, and
        ``pathway_genes``.

    Raises
    ------
    UnanswerableError
        If the cohort has no contrasts, or pathways can't be scored.
    """
    data = embedded.data
    _check_contrasts(data.test_obs)
    found = pathway_scores(embedded.method, data, data.test_tumours, embedded.settings)
    answer = _measure(found[0], data, data.test_obs, embedded.test_weights)
    return _with_table(answer, found, data, data.test_obs)


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Measure the contrasts of another cohort, and whether the own cohort has the same ones.

    Parameters
    ----------
    frozen : FrozenSplit

    Returns
    -------
    Answer
        As of ``evaluate``, and tasks ``pathway_agreement@<name>``: spearman over pathways between
        the effects there and in the own test tumours. Of the two, the other cohort's patients
        are resampled.

    Raises
    ------
    UnanswerableError
        If the other cohort has no contrasts, or pathways can't be scored.
    """
    own_split, target = frozen.own, frozen.target
    _check_contrasts(target.obs)
    method, data, settings = own_split.method, own_split.data, own_split.settings
    found = pathway_scores(method, data, frozen.profiles, settings)
    there = found[0]
    answer = _measure(there, data, target.obs, target.weights)
    answer = _with_table(answer, found, data, target.obs)
    here = pathway_scores(method, data, data.test_tumours, settings)[0].scores
    shared = there.scores.columns.intersection(here.columns, sort=False)
    for name, sides in _contrasts(target.obs).items():
        own = _contrasts(data.test_obs).get(name)
        if own is None or _too_few(own) or _too_few(sides):
            continue
        ours, theirs = _Sides.of(here[shared], own), _Sides.of(there.scores[shared], sides)
        task, weights = Task("pathway_agreement", source=name), target.weights[:, theirs.known]
        scorer = partial(_agreement, sides=theirs, effects=ours.effects())
        answer.measurements.append(measure(task, "spearman", 1.0, weights, scorer))
    return answer


class _Sides(NamedTuple):
    """Pathways of the tumours on the two sides of a contrast."""

    known: np.ndarray
    scores: np.ndarray
    positive: np.ndarray

    @classmethod
    def of(cls, scores: pd.DataFrame, sides: np.ndarray) -> Self:
        """Leave out the tumours on neither side."""
        known = np.isfinite(sides)
        return cls(known, scores.to_numpy()[known], sides[known] == 1.0)

    def effects(self) -> np.ndarray:
        """Give the effect of each pathway, all tumours alike."""
        return hedges_g(np.ones((1, len(self.scores))), self.scores, self.positive)[0]


def _measure(
    found: PathwayScores, data: SplitData, obs: pd.DataFrame, weights: np.ndarray
) -> Answer:
    """Measure the pathway that each contrast names."""
    answer = Answer()
    for name, values in _contrasts(obs).items():
        task, few = Task("pathway_contrast", source=name), _too_few(values)
        expected = data.contrasts.get(name)
        scored = found.scores.columns == expected
        if few or not scored.any():
            absent = f"there is no activity of its pathway {expected or '(none is named)'}"
            answer.skip(task, few or absent)
            continue
        sides = _Sides.of(found.scores.loc[:, scored], values)
        scorer = partial(_effect_of_one, scores=sides.scores, positive=sides.positive)
        measured = measure(task, "hedges_g", 1.0, weights[:, sides.known], scorer)
        answer.measurements.append(measured)
    return answer


def _with_table(
    answer: Answer, found: list[PathwayScores], data: SplitData, obs: pd.DataFrame
) -> Answer:
    """List the effects of all pathways, corrected for their number in each kind of profile."""
    answer.tabulate("pathway_genes", tabulate_genes("pathway_contrast", found))
    for one in found:
        tables = []
        for name, values in _contrasts(obs).items():
            if not _too_few(values):
                table = _compare(one.scores.columns, _Sides.of(one.scores, values))
                expected = one.scores.columns == data.contrasts.get(name)
                tables.append(table.assign(contrast=name, profile=one.kind, expected=expected))
        if tables:
            answer.tabulate("pathway_contrasts", _with_fdr(pd.concat(tables, ignore_index=True)))
    return answer


def _effect_of_one(weights: np.ndarray, scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Effect of a single pathway."""
    return hedges_g(weights, scores, positive)[:, 0]


def _agreement(weights: np.ndarray, sides: _Sides, effects: np.ndarray) -> np.ndarray:
    """Correlate effects under each set of weights with those of another cohort."""
    return row_spearman(hedges_g(weights, sides.scores, sides.positive), effects)


def _compare(pathways: pd.MultiIndex, sides: _Sides) -> pd.DataFrame:
    """State the effect of each pathway, with the p-value of Welch's test."""
    from scipy.stats import ttest_ind

    groups = sides.scores[sides.positive], sides.scores[~sides.positive]
    table = pathways.to_frame(index=False).assign(effect=sides.effects())
    return table.assign(p_value=ttest_ind(*groups, equal_var=False).pvalue)


def _with_fdr(table: pd.DataFrame) -> pd.DataFrame:
    """Correct by Benjamini and Hochberg over all pathways and contrasts together."""
    from scipy.stats import false_discovery_control

    known = table["p_value"].notna()
    table["fdr"] = np.nan
    table.loc[known, "fdr"] = false_discovery_control(table.loc[known, "p_value"])
    return table


def _contrasts(obs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Contrast -> 1, 0 or NaN of each tumour."""
    return {
        column.removeprefix(PREFIX): obs[column].to_numpy(dtype=np.float64)
        for column in obs.columns
        if column.startswith(PREFIX)
    }


def _check_contrasts(obs: pd.DataFrame) -> None:
    """Say that there is nothing to compare."""
    if not _contrasts(obs):
        raise UnanswerableError("the cohort has no contrasts (definition key contrasts)")


def _too_few(sides: np.ndarray) -> str:
    """Say why a contrast can't be measured; empty where it can."""
    positive, negative = int((sides == 1.0).sum()), int((sides == 0.0).sum())
    if min(positive, negative) >= MIN_TUMOURS:
        return ""
    return f"{positive} against {negative} tumours; at least {MIN_TUMOURS} on each side are needed"


HEDGES_G = Metric(
    "hedges_g",
    "effect size, Hedges' g",
    HIGHER,
    "any",
    "Difference of the means in pooled standard deviations, corrected for small samples; above 0 "
    "where it is as expected.",
)
CONTRAST = Score(
    "pathway_contrast",
    "Known difference of pathways",
    Kind.PATHWAYS,
    (HEDGES_G,),
    "How far apart are the two sides of a contrast of the cohort's file in the pathway that it "
    "names?",
    behind="name",
    where=("own", "transfer"),
    place=210,
)
AGREEMENT = Score(
    "pathway_agreement",
    "Pathways differ as in the training cohort",
    Kind.PATHWAYS,
    (SPEARMAN,),
    "Do the pathways differ between the two sides as they do in the training cohort's test "
    "tumours?",
    behind="name",
    where=("transfer",),
    place=220,
)
SCORES = (CONTRAST, AGREEMENT)
QUESTION = Question("pathway_contrast", evaluate, SCORES, transfer=evaluate_transfer, place=140)
