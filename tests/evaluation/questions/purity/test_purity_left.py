"""What can still be read of the purity."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import Identity, embed, values
from twinpurify.evaluation.declaration.task import WITHIN_SUBTYPE, Task
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.purity import purity_left
from twinpurify.evaluation.splits.held_out import of_split

WITHIN = Task("purity_left", source="cpe", stratum=WITHIN_SUBTYPE)


class SubtypeOnly(Identity):
    """An embedding that knows the subtype and nothing else."""

    name = "subtype_only"

    def __init__(self, subtype) -> None:
        self.subtype = subtype

    def transform(self, X):
        labels = self.subtype.reindex(X.index).fillna("").to_numpy()
        noise = np.random.default_rng(0).normal(0.0, 0.01, (len(X), 3))
        return (labels[:, None] == np.array(["LumA", "LumB", "Basal"])) + noise


def test_purity_is_read_from_raw_expression(cohort):
    answer = purity_left.evaluate(embed(cohort))
    found = values(answer.measurements)
    tasks = {
        f"purity_left@{name}"
        for name in ("absolute", "absolute_within_subtype", "cpe", "cpe_within_subtype", "fraction")
    }
    assert {task for task, _, _ in found} == tasks
    assert {metric for _, metric, _ in found} == {"r2_linear", "r2_rbf"}
    assert found["purity_left@absolute", "r2_linear", 1.0] > 0.6
    assert found["purity_left@absolute_within_subtype", "r2_linear", 1.0] > 0.6
    fraction = [m for m in answer.measurements if m.task == "purity_left@fraction"]
    assert all(np.isnan(m.fraction) and m.value > 0.4 for m in fraction)


def test_within_subtypes_a_subtype_says_nothing(cohort):
    subtype = cohort.obs["subtype"]
    shift = subtype.map({"LumA": 0.3, "LumB": 0.0, "Basal": -0.3}).astype(float)
    rng = np.random.default_rng(0)
    cohort.obs["purity_cpe"] = np.clip(0.5 + shift + rng.normal(0.0, 0.05, len(shift)), 0, 1)
    held = of_split(embed(cohort, SubtypeOnly(subtype)))
    found = values(purity_left.measure_sources(held).measurements)
    assert found["purity_left@cpe", "r2_linear", 1.0] > 0.9
    assert found["purity_left@cpe_within_subtype", "r2_linear", 1.0] < 0.1
    assert found["purity_left@cpe_within_subtype", "r2_rbf", 1.0] < 0.1


def test_within_subtypes_the_score_is_the_gain_over_the_training_means(cohort):
    held = of_split(embed(cohort))
    purity = held.obs["purity_cpe"].to_numpy()
    held = held.take(held.obs["subtype"].notna().to_numpy())
    purity = held.obs["purity_cpe"].to_numpy()
    (linear, _) = purity_left.measure_purity(held, purity, WITHIN, 1.0)
    subtype, test = held.obs["subtype"], held.scored
    means = held.obs[~test].groupby("subtype")["purity_cpe"].mean()
    around = subtype.map(means).to_numpy(dtype=float)
    from twinpurify.evaluation.probes.regression import LinearProbe

    probe = LinearProbe().fit(held.features[~test], (purity - around)[~test], held.patients[~test])
    residual = (purity - around)[test]
    error = residual - probe.predict(held.features[test])
    assert linear.value == pytest.approx(1.0 - (error**2).sum() / (residual**2).sum())


def test_all_mixes_of_a_tumour_are_in_one_fold(cohort, monkeypatch):
    seen = []

    def remember(held, *_):
        seen.append(held)
        return []

    monkeypatch.setattr(purity_left, "measure_purity", remember)
    embedded = embed(cohort)
    purity_left.evaluate(embedded)
    held = seen[-1]
    assert len(held.features) == 5 * len(embedded.test)
    for fit, score in held.folds():
        assert not set(held.patients[fit]) & set(held.patients[score])
    np.testing.assert_array_equal(
        held.weights[:, : len(embedded.test)], held.weights[:, -len(embedded.test) :]
    )


def test_too_few_purities_are_skipped_with_the_reason(cohort):
    cohort.obs.loc[cohort.obs_names[25:], "purity_absolute"] = np.nan
    skipped = dict(purity_left.evaluate(embed(cohort)).skipped)
    assert set(skipped) == {"purity_left@absolute", "purity_left@absolute_within_subtype"}
    assert "have a purity; at least 30 and 10 are needed" in skipped["purity_left@absolute"]


def test_too_few_purities_are_no_question(cohort):
    held = of_split(embed(cohort))
    with pytest.raises(UnanswerableError, match="0 patients to fit on and 0 to score"):
        purity_left.measure_purity(held, np.full(len(held.obs), np.nan), Task("t"), 1.0)
    del held.obs["subtype"]
    with pytest.raises(UnanswerableError, match="have a purity and a subtype"):
        purity_left.measure_purity(held, np.full(len(held.obs), 0.5), WITHIN, 1.0)


def test_without_purity_and_normals_both_are_skipped(cohort):
    cohort = cohort[cohort.obs["tissue"] == "tumour"].copy()
    cohort.obs = cohort.obs.drop(columns=["purity_absolute", "purity_cpe"])
    skipped = dict(purity_left.evaluate(embed(cohort)).skipped)
    assert set(skipped) == {"purity_left", "purity_left@fraction"}
