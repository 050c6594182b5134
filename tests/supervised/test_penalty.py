"""Choice of the penalty against a slow cross-validation by scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from twinpurify.supervised.penalty import INVERSE_PENALTIES, choose_inverse_penalty


def slow_choice(values, labels, folds, class_weight):
    weights = 1.0 / np.array([(labels == label).sum() for label in labels])

    def score(penalty):
        model = LogisticRegression(C=penalty, class_weight=class_weight, max_iter=2000)
        split = PredefinedSplit(folds)
        likely = cross_val_predict(model, values, labels, cv=split, method="predict_proba")
        called = np.unique(labels)[likely.argmax(axis=1)]
        accuracy = balanced_accuracy_score(labels, called)
        return round(accuracy, 9), -log_loss(labels, likely, sample_weight=weights)

    return max(INVERSE_PENALTIES, key=score)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("class_weight", "balanced"), [("balanced", True), (None, False)])
def test_the_choice_is_that_of_a_slow_cross_validation(seed, class_weight, balanced):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(["a", "b", "c"], [24, 12, 9]))
    values = rng.normal(size=(45, 8)) + 1.5 * (labels[:, None] == np.array(list("abcdefgh")))
    folds = np.arange(45) % 3
    found = choose_inverse_penalty(values, labels, folds, balanced)
    assert found == slow_choice(values, labels, folds, class_weight)


def test_a_class_that_a_fold_has_alone_is_no_obstacle():
    labels = np.array(["a", "a", "b", "b", "c"])
    values = np.arange(10.0).reshape(5, 2)
    assert choose_inverse_penalty(values, labels, np.array([0, 1, 0, 1, 1])) in INVERSE_PENALTIES
