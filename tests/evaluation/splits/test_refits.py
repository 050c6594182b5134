"""Methods fitted again: what changes, what stays, and when there's no reason to."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import Identity, divide, embed, settings
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.refits import (
    Variant,
    fit_again,
    fit_variant,
    normal_variants,
    seed_variants,
    some_normals,
    wanted_variants,
)
from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.representation.linear.linear_twin import LinearTwin
from twinpurify.representation.linear.mean_subtraction import MeanSubtraction
from twinpurify.representation.linear.pca import PrincipalComponents


@pytest.fixture
def data(cohort):
    return split_data(cohort, divide(cohort))


def test_a_fit_again_has_the_same_class_parameters_and_tumours(data):
    method = LinearTwin(n_dimensions=5, n_views=2, shrinkage=0.3)
    fitted = fit_again(method, data)
    expected = method.fit(data.train_tumours, background=data.train_normals)
    assert type(fitted) is LinearTwin
    assert fitted.get_params() == method.get_params()
    np.testing.assert_array_equal(fitted.components_, expected.components_)


def test_what_is_changed_is_changed_and_the_method_itself_stays(cohort, data):
    method = LinearTwin(n_dimensions=5).fit(data.train_tumours, background=data.train_normals)
    before = method.components_.copy()
    other = embed(cohort, method, data=data).refit(data.train_normals[:4], n_dimensions=3, seed=7)
    assert other.transform(data.test_tumours).shape[1] == 3
    assert (other.seed, method.seed) == (7, 0)
    np.testing.assert_array_equal(method.components_, before)
    expected = LinearTwin(n_dimensions=3, seed=7).fit(
        data.train_tumours, background=data.train_normals[:4]
    )
    np.testing.assert_array_equal(other.components_, expected.components_)


def test_a_network_fitted_again_leaves_no_checkpoint(data, tmp_path):
    method = TwinNetwork(n_dimensions=3, hidden=(6,), n_steps=3, device="cpu")
    method.with_checkpoints(tmp_path / "checkpoints")
    fitted = fit_variant(method, data, Variant(seed=1))
    assert fitted.seed == 1
    assert not fitted.show_progress
    assert not list(tmp_path.iterdir())


def test_smaller_numbers_of_normals_are_among_larger_ones_each_of_another_patient(data):
    few, more = some_normals(data, 3), some_normals(data, 8)
    assert set(few.index) < set(more.index) <= set(data.train_normals.index)
    assert data.train_normals_obs.loc[more.index, "patient_id"].is_unique
    assert some_normals(data, 3).index.tolist() == few.index.tolist()
    np.testing.assert_array_equal(few, data.train_normals.loc[few.index])


def test_every_split_draws_its_own_normals(cohort):
    drawn = [some_normals(split_data(cohort, divide(cohort, split)), 5) for split in (0, 1)]
    assert drawn[0].index.tolist() != drawn[1].index.tolist()


def test_a_second_normal_of_a_patient_is_never_drawn(cohort):
    normals = cohort.obs["tissue"] == "normal"
    cohort.obs.loc[normals, "patient_id"] = cohort.obs.loc[normals, "patient_id"].iloc[0]
    division = divide(cohort)
    only = cohort.obs.loc[normals, "patient_id"].iloc[0]
    division.train.extend([only] if only not in division.train else [])
    data = split_data(cohort[:, :].copy(), type(division)(0, division.train, division.test[:1]))
    assert len(data.train_normals) > 2
    assert len(some_normals(data, 5)) == 1


def test_numbers_below_that_of_the_training_normals(data):
    chosen = settings(normal_counts=[50, 5, 3, 5])
    assert [variant.n_normals for variant in normal_variants(LinearTwin(), data, chosen)] == [3, 5]
    present = data.train_normals_obs["patient_id"].nunique()
    with pytest.raises(UnanswerableError, match=r"training patients have a normal.*normal_counts"):
        normal_variants(LinearTwin(), data, settings(normal_counts=[present]))


def test_seeds_that_follow_the_method_s_own(data):
    chosen = settings(stability_seeds=3)
    seeds = [variant.seed for variant in seed_variants(LinearTwin(seed=4), data, chosen)]
    assert seeds == [5, 6, 7]


def test_later_splits_are_not_fitted_again(cohort):
    data = split_data(cohort, divide(cohort, 1))
    assert wanted_variants(LinearTwin(), data, settings()) == []
    assert len(wanted_variants(LinearTwin(), data, settings(refit_splits=2))) == 6


def test_a_method_that_there_is_no_reason_to_fit_again_says_why(data):
    with pytest.raises(UnanswerableError, match="pca uses no normals"):
        normal_variants(PrincipalComponents(), data, settings())
    with pytest.raises(UnanswerableError, match="mean_subtraction has no seed"):
        seed_variants(MeanSubtraction(), data, settings())
    with pytest.raises(UnanswerableError, match=r"linear_twin isn't fitted again \(.*: none\)"):
        seed_variants(LinearTwin(), data, settings(refit_methods=[]))
    with pytest.raises(UnanswerableError, match="raw can't be fitted again"):
        fit_again(Identity(), data)


def test_only_fits_that_a_chosen_question_needs_are_wanted(data):
    assert wanted_variants(PrincipalComponents(), data, settings()) == []
    keys = [variant.key for variant in wanted_variants(LinearTwin(), data, settings())]
    assert keys == ["normals_3", "normals_5", "normals_10", "normals_20", "seed_1", "seed_2"]
    chosen = settings(tasks=["stability"])
    assert [v.key for v in wanted_variants(LinearTwin(), data, chosen)] == ["seed_1", "seed_2"]
