"""Thirds of held-out risk."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import embed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.survival.endpoint import endpoint_of, predict_risk
from twinpurify.evaluation.questions.survival.tertiles import tabulate_tertiles
from twinpurify.evaluation.splits.held_out import of_split


@pytest.fixture
def found(cohort):
    return endpoint_of(of_split(embed(cohort)), "os")


def test_thirds_are_cut_by_out_of_fold_risks_of_training(found):
    (fold,) = predict_risk(found)
    answer = tabulate_tertiles(found, [fold])
    (table,) = answer.tables["tertiles"]
    cuts = np.quantile(fold.out_of_fold, [1 / 3, 2 / 3])
    expected = 1 + (fold.scored[:, None] > cuts).sum(axis=1)
    assert (table["tertile"].to_numpy() == expected).mean() > 0.97
    assert set(table["tertile"]) == {1, 2, 3}
    assert list(table["sample_id"]) == list(found.held.obs.index[fold.score])
    assert table["stratum"].isna().all()


def test_a_patient_stands_in_her_third_with_the_name_of_her_stratum(cohort):
    """Numbers of strata go by who comes first in a split; a figure averages over splits."""
    cohort.obs["cancer"] = np.where(np.arange(cohort.n_obs) % 2, "gbm", None)
    found = endpoint_of(of_split(embed(cohort)), "os")
    (table,) = tabulate_tertiles(found, predict_risk(found)).tables["tertiles"]
    expected = cohort.obs.loc[table["sample_id"], "cancer"]
    assert table["stratum"].fillna("").tolist() == expected.fillna("").tolist()


def test_a_held_out_patient_has_no_say_in_the_thirds_of_others(found):
    (fold,) = predict_risk(found)
    moved = fold._replace(scored=np.concatenate([[99.0], fold.scored[1:]]))
    before, after = (tabulate_tertiles(found, [one]).tables["tertiles"][0] for one in (fold, moved))
    assert before["tertile"].iloc[1:].equals(after["tertile"].iloc[1:])
    assert after["tertile"].iloc[0] == 3


def test_without_out_of_fold_risks_there_are_no_thirds(found):
    (fold,) = predict_risk(found)
    with pytest.raises(UnanswerableError, match="converged in none of the inner folds"):
        tabulate_tertiles(found, [fold._replace(out_of_fold=fold.out_of_fold * np.nan)])
