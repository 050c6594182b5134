"""Subtype from few labels."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels import label_efficiency, subtype
from twinpurify.evaluation.questions.labels.label_efficiency import labelled, patient_orders

ACCURACY = "balanced_accuracy"


def test_more_labels_read_the_subtype_better(cohort):
    embedded = embed(cohort, label_fractions=[0.05, 0.5, 0.99])
    found = values(label_efficiency.evaluate(embedded).measurements)
    tasks = [f"subtype@labels={share}" for share in ("0.05", "0.5", "0.99")]
    assert list(found) == [(task, ACCURACY, 1.0) for task in tasks]
    few, half, nearly_all = found.values()
    assert few < half <= nearly_all + 0.05
    everything = values(subtype.evaluate(embedded).measurements)["subtype", ACCURACY, 1.0]
    assert nearly_all == pytest.approx(everything, abs=0.05)


def test_the_score_is_the_mean_over_the_draws(cohort):
    def measured(n_repeats: int):
        embedded = embed(cohort, label_fractions=[0.1], n_label_repeats=n_repeats)
        return label_efficiency.evaluate(embedded).measurements[0]

    one, two = measured(1), measured(2)
    second = 2 * two.value - one.value
    assert 0.0 <= second <= 1.0 and one.value != two.value
    assert (np.abs(two.replicates - one.replicates) <= 0.5).all()


def test_labels_are_drawn_class_by_class_and_larger_shares_hold_smaller_ones():
    patients = np.array([f"P{index // 2}" for index in range(80)])
    labels = np.repeat(["a", "b"], [60, 20])
    orders = patient_orders(patients, labels, np.random.default_rng(0))
    drawn = [labelled(patients, labels, orders, share) for share in (0.05, 0.2, 0.5)]
    counts = [
        {name: len(set(patients[rows & (labels == name)])) for name in ("a", "b")} for rows in drawn
    ]
    assert counts == [{"a": 2, "b": 2}, {"a": 6, "b": 2}, {"a": 15, "b": 5}]
    assert not (drawn[0] & ~drawn[1]).any() and not (drawn[1] & ~drawn[2]).any()
    for rows in drawn:
        assert set(patients[rows]).isdisjoint(patients[~rows])


def test_without_subtypes_there_is_no_question(cohort):
    del cohort.obs["subtype"]
    with pytest.raises(UnanswerableError, match="subtype: no class"):
        label_efficiency.evaluate(embed(cohort))
