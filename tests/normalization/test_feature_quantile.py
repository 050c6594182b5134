"""Each gene's distribution to the one that it has in the training tumours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import ExpressionError
from twinpurify.normalization.alignment.feature_quantile import FeatureQuantileAlignment

GOLDEN = Path(__file__).parent / "golden"


def golden(name):
    return pd.read_csv(GOLDEN / f"{name}.csv", index_col=0)


def one_gene(values):
    return pd.DataFrame({"A": np.asarray(values, dtype=np.float32)})


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(FeatureQuantileAlignment, "minimum_target", 3)
    return FeatureQuantileAlignment()


def test_preprocesscore_gives_the_same(small):
    """Golden: preprocessCore 1.60.2 from Debian's r-bioc-preprocesscore; the values tie.

    r <- read.csv("alignment_reference.csv", row.names = 1)
    t <- read.csv("alignment_target.csv", row.names = 1)
    sapply(colnames(t), function(g) normalize.quantiles.use.target(matrix(t[, g]), r[, g]))
    """
    target = golden("alignment_target")
    aligned = small.fit(target, reference=golden("alignment_reference")).transform(target)
    np.testing.assert_allclose(aligned, golden("feature_quantile_preprocesscore"), atol=1e-5)


def test_a_new_value_stands_between_its_neighbours(small):
    small.fit(one_gene([2.0, 4.0, 8.0]), reference=one_gene([10.0, 10.5, 11.0, 12.0, 14.0]))
    aligned = small.transform(one_gene([2.0, 3.0, 4.0, 5.0, 8.0]))
    # Places 0, 1/4, 1/2, 5/8, 1 of five training values.
    np.testing.assert_allclose(aligned["A"], [10.0, 10.5, 11.0, 11.5, 14.0])


def test_values_beyond_the_target_s_range_end_at_the_reference_s(small):
    small.fit(one_gene([2.0, 4.0, 8.0]), reference=one_gene([10.0, 11.0, 14.0]))
    np.testing.assert_allclose(small.transform(one_gene([0.0, 99.0]))["A"], [10.0, 14.0])


def test_ties_share_their_mean_place(small):
    small.fit(one_gene([0.0, 0.0, 0.0, 4.0, 8.0]), reference=one_gene([1.0, 2.0, 3.0, 4.0, 5.0]))
    np.testing.assert_allclose(small.transform(one_gene([0.0, 4.0]))["A"], [2.0, 4.0])


def test_a_constant_gene_takes_the_reference_s_median(small):
    small.fit(one_gene([3.0, 3.0, 3.0]), reference=one_gene([1.0, 2.0, 9.0]))
    np.testing.assert_allclose(small.transform(one_gene([3.0]))["A"], [2.0])


def test_any_rising_platform_is_undone():
    rng = np.random.default_rng(0)
    reference = pd.DataFrame(rng.uniform(1, 9, (40, 3)), columns=list("ABC"))
    target = reference**1.5 + 2.0
    aligned = FeatureQuantileAlignment().fit(target, reference=reference).transform(target)
    np.testing.assert_allclose(aligned, reference, atol=1e-5)


def test_fewer_than_25_tumours_are_too_few():
    few = one_gene(range(24))
    with pytest.raises(
        ExpressionError,
        match=r"24 tumours .* feature_quantile needs 25 .*`transfer_alignment` to `quantile`",
    ):
        FeatureQuantileAlignment().fit(few, reference=few)
    FeatureQuantileAlignment().fit(one_gene(range(25)), reference=few)
