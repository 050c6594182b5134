"""Subtype over the titration."""

import pytest

from tests.evaluation.stand_ins import embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels import subtype


def test_the_subtype_is_read_undiluted_and_lost_with_dilution(cohort):
    answer = subtype.evaluate(embed(cohort))
    found = values(answer.measurements)
    assert set(found) == {
        ("subtype", metric, fraction)
        for metric in ("balanced_accuracy", "macro_f1")
        for fraction in (1.0, 0.8, 0.6, 0.4, 0.2)
    } | {
        ("subtype", metric, fraction)
        for metric in ("brier", "calibration_error")
        for fraction in (1.0, 0.2)
    }
    undiluted = found["subtype", "balanced_accuracy", 1.0]
    assert undiluted > 0.9
    assert found["subtype", "balanced_accuracy", 0.2] < undiluted - 0.05
    assert not answer.skipped
    assert found["subtype", "brier", 1.0] < found["subtype", "brier", 0.2]
    for table in ("confusion", "calibration"):
        assert [part["fraction"].unique().tolist() for part in answer.tables[table]] == [[1], [0.2]]


def test_without_normals_only_the_undiluted_tumours_are_scored(cohort):
    answer = subtype.evaluate(embed(cohort[cohort.obs["tissue"] == "tumour"].copy()))
    assert {m.fraction for m in answer.measurements} == {1.0}
    assert answer.skipped[0].reason.startswith("diluted tumours: the test patients have no normals")


def test_without_subtypes_there_is_no_question(cohort):
    del cohort.obs["subtype"]
    with pytest.raises(UnanswerableError, match=r"subtype: no class.*columns\.subtype"):
        subtype.evaluate(embed(cohort))
