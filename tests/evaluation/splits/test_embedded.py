"""A split seen through a method: standardised by training tumours, each part embedded once."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import Identity, Projection, embed
from twinpurify.errors import ModelError


class Broken(Identity):
    name = "broken"

    def __init__(self, result) -> None:
        self.result = result

    def transform(self, X):
        return self.result(X.to_numpy())


def test_embeddings_are_centred_by_the_training_tumours_and_keep_their_scale(cohort):
    embedded = embed(cohort)
    np.testing.assert_allclose(embedded.train.mean(axis=0), 0.0, atol=1e-5)
    train = embedded.data.train_tumours.to_numpy(dtype=float)
    np.testing.assert_allclose(embedded.train.std(axis=0), train.std(axis=0), rtol=1e-4)
    expected = embedded.data.test_tumours - train.mean(axis=0)
    np.testing.assert_allclose(embedded.test, expected, atol=1e-4)


def test_each_set_is_embedded_once(cohort):
    method = Identity()
    embedded = embed(cohort, method)
    for _ in range(2):
        for name in ("train", "test", "train_normals", "test_normals", "random_mixes"):
            assert getattr(embedded, name).dtype == np.float32
        for fraction in embedded.fractions:
            embedded.at_fraction(fraction)
    assert len(method.calls) == 5 + len(embedded.fractions) - 1


def test_undiluted_means_as_measured(cohort):
    embedded = embed(cohort)
    assert embedded.fractions == [1.0, 0.8, 0.6, 0.4, 0.2]
    assert embedded.at_fraction(1.0) is embedded.test


def test_no_rows_are_embedded_as_no_rows(cohort):
    embedded = embed(cohort)
    assert embedded.embed(embedded.data.test_tumours.iloc[:0]).shape == (0, 30)


def test_random_numbers_differ_by_purpose_only(cohort):
    first, second = embed(cohort), embed(cohort)
    assert first.rng("a").random() == second.rng("a").random() != first.rng("b").random()


def test_a_profile_embeds_alone_as_in_a_batch(cohort):
    embedded = embed(cohort)
    alone = embedded.embed(embedded.data.test_tumours.iloc[3:4])
    np.testing.assert_array_equal(alone[0], embedded.test[3])


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda x: x[:, 0], r"as an array of shape \(.*,\); \(.*, dimensions\) was expected"),
        (lambda x: x[1:], "dimensions\\) was expected"),
        (lambda x: np.full(x.shape, np.nan), "profiles with values that aren't finite"),
    ],
)
def test_a_broken_embedding_is_refused(cohort, result, message):
    with pytest.raises(ModelError, match=message):
        embed(cohort, Broken(result)).train  # noqa: B018


def test_dilutions_are_made_once_for_all_methods(cohort):
    first = embed(cohort)
    assert embed(cohort, Projection(), data=first.data).titration is first.titration
    assert embed(cohort, data=first.data, n_mixed_normals=2).titration is not first.titration
    assert embed(cohort, data=first.data, fractions=[1.0, 0.5]).fractions == [1.0, 0.5]
