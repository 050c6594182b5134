"""Grade of undiluted tumours."""

import pytest

from tests.evaluation.stand_ins import embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels import grade


def test_the_grade_is_read(cohort):
    answer = grade.evaluate(embed(cohort))
    found = values(answer.measurements)
    metrics = ("balanced_accuracy", "macro_f1", "brier", "calibration_error")
    assert set(found) == {("grade", metric, 1.0) for metric in metrics}
    assert set(answer.tables) == {"confusion", "calibration"}
    assert found["grade", "balanced_accuracy", 1.0] > 0.75


def test_without_grades_there_is_no_question(cohort):
    del cohort.obs["grade"]
    with pytest.raises(
        UnanswerableError, match=r"grade: no class has 8 training patients.*columns\.grade"
    ):
        grade.evaluate(embed(cohort))
