"""What a classifier keeps, whatever its head and encoder."""

import logging

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_predict

from twinpurify.errors import (
    BackgroundError,
    ConfigurationError,
    GeneMismatchError,
    SampleSheetError,
)
from twinpurify.fine_tuning import linear, load_classifier, network
from twinpurify.representation.registry import create_method

from .made import NORMALS, SMALL_NETWORK, classifier, profiles

TRAINING, LABELS = profiles(45)
TEST, TRUTH = profiles(30, seed=1)
KINDS = {
    "frozen linear": {},
    "frozen mlp": {"head": "mlp"},
    "frozen beside the profile": {"profile_share": 0.5},
    "unfrozen linear": {"encoder": "unfrozen"},
    "unfrozen mlp": {"encoder": "unfrozen", "head": "mlp"},
}
# Their heads are fitted without a training.
UNTRAINED = ("frozen linear", "frozen beside the profile")
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def fitted() -> dict:
    return {kind: classifier(**KINDS[kind]).fit(TRAINING, LABELS) for kind in KINDS}


# --- Predictions


@every_kind
def test_classes_are_told_apart_in_samples_not_seen(fitted, kind):
    found = fitted[kind].predict(TEST)
    assert (found == TRUTH).mean() > 0.75
    likely = fitted[kind].predict_proba(TEST)
    assert likely.shape == (30, 3)
    np.testing.assert_allclose(likely.sum(axis=1), 1.0)
    np.testing.assert_array_equal(fitted[kind].classes_[likely.argmax(axis=1)], found)


@every_kind
def test_a_sample_alone_is_as_in_a_batch(fitted, kind):
    together = fitted[kind].predict_proba(TEST)
    alone = np.vstack([fitted[kind].predict_proba(TEST[i : i + 1]) for i in range(30)])
    np.testing.assert_allclose(alone, together, atol=1e-5)


@every_kind
def test_the_order_of_samples_does_not_matter(fitted, kind):
    order = np.random.default_rng(0).permutation(45)
    other = classifier(**KINDS[kind]).fit(TRAINING.iloc[order], LABELS[order])
    expected = fitted[kind].predict_proba(TEST)
    np.testing.assert_array_equal(other.predict_proba(TEST), expected)


@every_kind
def test_the_same_seed_gives_the_same_bits_and_is_of_no_global_generator(fitted, kind):
    np.random.seed(5)
    torch.manual_seed(5)
    again = classifier(**KINDS[kind]).fit(TRAINING, LABELS)
    expected = fitted[kind].predict_proba(TEST)
    np.testing.assert_array_equal(again.predict_proba(TEST), expected)


def test_another_seed_gives_another_head():
    first, second = (classifier(head="mlp", seed=seed).fit(TRAINING, LABELS) for seed in (0, 1))
    assert not np.allclose(first.predict_proba(TEST), second.predict_proba(TEST), atol=1e-3)


@pytest.mark.parametrize(
    "classes",
    [np.array([3, 1, 2]), np.array([0.5, 1.5, 2.5]), np.array(["c", "a", "b"], dtype=object)],
)
def test_classes_keep_their_type(classes, tmp_path):
    table, labels = profiles(30, classes=classes)
    model = classifier().fit(table, labels)
    assert model.classes_.tolist() == sorted(classes.tolist())
    assert model.predict(table).dtype == classes.dtype
    model.save(tmp_path / "model")
    loaded = load_classifier(tmp_path / "model")
    assert loaded.classes_.dtype == classes.dtype
    np.testing.assert_array_equal(loaded.predict(table), model.predict(table))


def test_two_classes_that_are_truth_values():
    table, labels = profiles(30, classes=np.array([True, False]))
    model = classifier().fit(table, labels)
    assert model.classes_.tolist() == [False, True]
    assert (model.predict(table) == labels).mean() > 0.8


def test_classes_of_unequal_size_weigh_alike_unless_samples_shall():
    table, labels = profiles(120, effect=0.3, classes=np.array(["often", "rare"]))
    kept = (labels == "often") | (np.arange(120) % 12 == 1)
    for changes in KINDS.values():
        called = [
            (classifier(class_weight=each, **changes).fit(table[kept], labels[kept])).predict(table)
            for each in ("balanced", None)
        ]
        balanced, plain = ((each == "rare").mean() for each in called)
        assert balanced > plain + 0.1


# --- The method beneath


def test_a_fitted_method_is_used_as_it_is():
    method = create_method("pca", {"n_dimensions": 4}).fit(TEST)
    before = method.transform(TEST)
    model = classifier(method=method).fit(TRAINING, LABELS)
    assert model.method_ is method
    np.testing.assert_array_equal(method.transform(TEST), before)


def test_a_method_that_is_not_fitted_is_fitted_on_a_copy():
    method = create_method("linear_twin", {"n_dimensions": 4})
    model = classifier(method=method).fit(TRAINING, LABELS, background=NORMALS)
    assert not hasattr(method, "genes_")
    # Whatever order the samples come in, they are fitted in their own.
    expected = create_method("linear_twin", {"n_dimensions": 4}).fit(TRAINING, background=NORMALS)
    np.testing.assert_allclose(model.method_.gene_mean_, expected.gene_mean_, rtol=1e-5)


def test_the_labels_are_not_seen_by_the_method():
    swapped = classifier().fit(TRAINING, LABELS[::-1])
    expected = classifier().fit(TRAINING, LABELS)
    np.testing.assert_array_equal(swapped.method_.components_, expected.method_.components_)


def weights(module) -> list[np.ndarray]:
    return [each.detach().numpy() for each in module.state_dict().values()]


@pytest.mark.parametrize("head", ["linear", "mlp"])
@pytest.mark.parametrize("name", ["autoencoder", "twinpurify", "raw"])
def test_an_unfrozen_encoder_moves_and_the_method_does_not(name, head):
    parameters = {"autoencoder": SMALL_NETWORK, "twinpurify": {"n_dimensions": 4, "n_views": 4}}
    method = create_method(name, parameters.get(name)).fit(TRAINING, background=NORMALS)
    before = method.transform(TEST)
    # Two patients a class: a training without validation, which can't be undone.
    few = {"encoder_learning_rate": 0.01, "head": head}
    model = classifier(method=method, encoder="unfrozen", **few).fit(TRAINING[:6], LABELS[:6])
    np.testing.assert_array_equal(method.transform(TEST), before)
    pairs = zip(weights(model.encoder_), weights(method.as_module()), strict=True)
    assert any(not np.array_equal(new, old) for new, old in pairs)
    frozen = classifier(method=method, head=head).fit(TRAINING[:6], LABELS[:6])
    assert frozen.encoder_ is None
    np.testing.assert_array_equal(frozen.method_.transform(TEST), before)


@pytest.mark.parametrize(("statistics", "moves"), [("frozen", False), ("batch", True)])
def test_batch_normalisation_of_the_encoder_keeps_its_statistics_unless_told(statistics, moves):
    method = create_method("untrained", {"n_dimensions": 4, "hidden": (16,)}).fit(TRAINING)
    changes = {"encoder": "unfrozen", "encoder_statistics": statistics}
    model = classifier(method=method, **changes).fit(TRAINING[:6], LABELS[:6])
    before, after = (module.state_dict() for module in (method.as_module(), model.encoder_))
    running = [name for name in before if "running" in name]
    assert len(running) == 2
    assert all(torch.equal(before[name], after[name]) is not moves for name in running)


def test_an_encoder_that_was_never_trained_does_not_stay_so():
    """Labels that tell nothing: any training is worse than none on held-out patients."""
    method = create_method("untrained", {"n_dimensions": 4, "hidden": (16,)}).fit(TRAINING)
    random = np.random.default_rng(0).permutation(LABELS)
    rates = {"encoder_learning_rate": 1.0, "learning_rate": 1.0}
    changes = {"encoder": "unfrozen", "max_epochs": 3, **rates}
    kept = classifier(method=method, **changes).fit(TRAINING, random)
    trained = classifier(method=method, encoder_statistics="batch", **changes).fit(TRAINING, random)
    assert kept.n_epochs_ == 0 and trained.n_epochs_ > 0


def test_a_method_that_needs_normals_asks_for_them():
    with pytest.raises(BackgroundError, match=r"^linear_twin needs adjacent normals"):
        classifier(method="linear_twin").fit(TRAINING, LABELS)


@pytest.mark.parametrize("name", ["nmf", "two_component"])
def test_an_encoder_that_cannot_be_trained_further_is_refused(name):
    model = classifier(method=name, method_parameters={"n_dimensions": 3}, encoder="unfrozen")
    with pytest.raises(ConfigurationError, match=f"^{name} can't be trained further"):
        model.fit(TRAINING, LABELS, background=NORMALS)


def test_what_is_no_method_is_refused():
    with pytest.raises(ConfigurationError, match=r"method is 3; give the name of a registered"):
        classifier(method=3).fit(TRAINING, LABELS)


def test_parameters_of_a_method_that_is_not_given_by_its_name_are_refused():
    model = classifier(method=create_method("pca"), method_parameters={"n_dimensions": 3})
    with pytest.raises(ConfigurationError, match="method_parameters are set, but the method pca"):
        model.fit(TRAINING, LABELS)


# --- Few labels


@every_kind
@pytest.mark.parametrize("n", [3, 6])
def test_one_or_two_patients_a_class_will_do(kind, n, caplog):
    method = create_method("pca", {"n_dimensions": 4}).fit(TRAINING)
    with caplog.at_level(logging.INFO, "twinpurify.fine_tuning"):
        model = classifier(method=method, **KINDS[kind]).fit(TRAINING[:n], LABELS[:n])
    assert (model.predict(TEST) == TRUTH).mean() > 0.4
    assert "a class has fewer than 3 patients" in caplog.text
    assert model.n_epochs_ == (None if kind in UNTRAINED else 5)


@every_kind
def test_no_validation_splits_a_patient(kind, monkeypatch):
    method = create_method("pca", {"n_dimensions": 4}).fit(TRAINING)
    groups, divisions = np.array([f"P{i // 3}" for i in range(45)]), []
    labels = LABELS[:15].repeat(3)

    def noted(divide):
        def note(codes, patients, *more):
            divisions.append((patients, divide(codes, patients, *more)))
            return divisions[-1][1]

        return note

    monkeypatch.setattr(linear, "inner_folds", noted(linear.inner_folds))
    monkeypatch.setattr(network, "hold_out", noted(network.hold_out))
    classifier(method=method, **KINDS[kind]).fit(TRAINING, labels, groups=groups)
    assert divisions
    for patients, parts in divisions:
        assert set(patients) <= set(groups)
        for patient in set(patients):
            assert len(set(parts[patients == patient])) == 1


# --- scikit-learn


def test_a_clone_has_the_parameters_and_nothing_fitted(fitted):
    copy = clone(fitted["frozen mlp"])
    assert copy.get_params() == fitted["frozen mlp"].get_params()
    assert not hasattr(copy, "classes_")
    assert copy.set_params(head="linear").fit(TRAINING, LABELS).inverse_penalty_ is not None


def test_a_fitted_method_stays_fitted_in_a_clone_and_another_does_not():
    method = create_method("pca", {"n_dimensions": 4})
    assert clone(classifier(method=method)).method is not method
    method.fit(TRAINING)
    assert clone(classifier(method=method)).method is method


@every_kind
def test_predictions_across_folds(kind):
    method = create_method("pca", {"n_dimensions": 4}).fit(TRAINING)
    called = cross_val_predict(classifier(method=method, **KINDS[kind]), TRAINING, LABELS, cv=3)
    assert (called == LABELS).mean() > 0.7


def test_nothing_is_predicted_or_stored_before_a_fit(tmp_path):
    for use in (classifier().predict, classifier().predict_proba):
        with pytest.raises(NotFittedError):
            use(TEST)
    with pytest.raises(NotFittedError):
        classifier().save(tmp_path / "model")


# --- What can't be learnt or predicted


@every_kind
def test_a_missing_gene_is_an_error(fitted, kind):
    with pytest.raises(GeneMismatchError, match=r"1 of the model's 30 genes .*'GENE5'"):
        fitted[kind].predict(TEST.drop(columns="GENE5"))


@every_kind
def test_order_of_genes_and_further_genes_do_not_matter(fitted, kind):
    shuffled = TEST.assign(OTHER=1.0).iloc[:, ::-1]
    expected = fitted[kind].predict_proba(TEST)
    np.testing.assert_array_equal(fitted[kind].predict_proba(shuffled), expected)


WRONG = {
    "method_parameters": (3,),
    "encoder": ("thawed",),
    "head": ("forest",),
    "head_hidden": (8, (0,)),
    "dropout": ("0.2", 1.0),
    "class_weight": ("equal",),
    "standardize": ("none",),
    "profile_share": ("0.2", -0.1, 1.0),
    "encoder_statistics": ("running",),
    "validation_share": ("0.2", 0.0, 1.0),
    "refit": ("yes",),
    "patience": (0, 2.5),
    "max_epochs": (0,),
    "epochs_without_validation": (0,),
    "batch_size": (1, "32"),
    "learning_rate": (0.0,),
    "encoder_learning_rate": (0.0,),
    "weight_decay": (-0.1,),
    "device": ("tpu",),
    "precision": ("float16",),
    "seed": (-1, 1.5),
}


@pytest.mark.parametrize("parameter", WRONG)
def test_each_parameter_is_checked_for_type_and_range(parameter):
    for value in WRONG[parameter]:
        with pytest.raises(ConfigurationError, match=rf"{parameter}(\.0)? = "):
            classifier(**{parameter: value}).fit(TRAINING, LABELS)


def test_every_parameter_is_checked():
    assert {*WRONG, "method"} == set(classifier().get_params(deep=False))


def test_labels_that_are_missing_are_counted():
    with pytest.raises(SampleSheetError, match="1 of 45 labels are missing"):
        classifier().fit(TRAINING, pd.Series(LABELS).where(TRAINING["GENE0"].rank().to_numpy() > 1))
