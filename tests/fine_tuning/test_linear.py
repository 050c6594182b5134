"""The frozen linear head against the logistic regression of scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from twinpurify.fine_tuning.linear import FEW_LABELS_INVERSE_PENALTY, fit_linear
from twinpurify.supervised.penalty import INVERSE_PENALTIES

from .made import CLASSES, classifier, profiles

TEST, _ = profiles(30, seed=1)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("method", ["pca", "raw"])
@pytest.mark.parametrize("standardize", ["common", "each"])
@pytest.mark.parametrize("class_weight", ["balanced", None])
def test_the_head_is_that_of_scikit_learn(n_classes, method, standardize, class_weight):
    # Raw profiles are wider than the samples are many: the rotated way.
    table, labels = profiles(24, effect=0.5, classes=CLASSES[:n_classes])
    table, labels = table[:-4], labels[:-4]
    changes = {"standardize": standardize, "class_weight": class_weight}
    model = classifier(method=method, **changes).fit(table, labels)
    embedding = model.method_.transform(table).astype(float)
    scale = embedding.std(axis=0)
    if standardize == "common":
        scale = np.sqrt((scale**2).mean())
    direct = LogisticRegression(
        C=model.inverse_penalty_, class_weight=class_weight, max_iter=10000, tol=1e-8
    ).fit((embedding - embedding.mean(axis=0)) / scale, labels)
    new = (model.method_.transform(TEST) - embedding.mean(axis=0)) / scale
    np.testing.assert_allclose(model.predict_proba(TEST), direct.predict_proba(new), atol=5e-3)
    assert model.classes_.tolist() == direct.classes_.tolist()


def fit(n: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 2
    values = rng.normal(size=(n, 6)) + codes[:, None]
    patients = np.arange(n).astype(str)
    return fit_linear(values, codes, patients, True, np.random.default_rng(0))


def test_the_penalty_is_chosen_where_there_are_three_patients_a_class():
    assert fit(4)[1] == fit(5)[1] == FEW_LABELS_INVERSE_PENALTY
    assert fit(6)[1] in INVERSE_PENALTIES
    assert len({fit(12, seed)[1] for seed in range(8)}) > 1


def test_samples_of_one_patient_do_not_choose_the_penalty():
    rng = np.random.default_rng(0)
    # The label can't be learnt from other patients; from the own other sample it can, by heart.
    patients = np.repeat(np.arange(30).astype(str), 2)
    codes = np.repeat(rng.permutation(30) % 2, 2)
    values = np.repeat(rng.normal(size=(30, 40)), 2, axis=0)
    values += 0.01 * rng.normal(size=values.shape)
    alone = np.arange(60).astype(str)
    by_heart = fit_linear(values, codes, alone, True, np.random.default_rng(0))[1]
    by_patient = fit_linear(values, codes, patients, True, np.random.default_rng(0))[1]
    assert by_heart == INVERSE_PENALTIES[-1] > by_patient
