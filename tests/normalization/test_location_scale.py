"""Each gene of another platform to the reference's mean and spread."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.normalization.alignment.location_scale import LocationScaleAlignment


def draw(n, genes, seed, mean=8.0, spread=1.0):
    values = mean + spread * np.random.default_rng(seed).standard_normal((n, len(genes)))
    return pd.DataFrame(values.astype(np.float32), columns=list(genes))


@pytest.fixture
def reference():
    return draw(300, "ABC", 1)


@pytest.fixture
def target():
    return draw(200, "CBAX", 2, mean=5.0, spread=0.4)


def test_mean_and_spread_become_the_reference_s(reference, target):
    aligned = LocationScaleAlignment().fit(target, reference=reference).transform(target)
    for gene in "ABC":
        assert aligned[gene].mean() == pytest.approx(reference[gene].mean(), abs=1e-4)
        assert aligned[gene].std() == pytest.approx(reference[gene].std(), rel=1e-2)


def test_a_platform_that_differs_gene_by_gene_is_undone(reference):
    slope, shift = np.array([0.5, 2.0, 1.0]), np.array([3.0, -2.0, 1.0])
    target = reference * slope + shift
    aligned = LocationScaleAlignment().fit(target, reference=reference).transform(target)
    np.testing.assert_allclose(aligned, reference, atol=1e-4)


def test_a_constant_gene_takes_the_reference_s_mean(reference, target):
    target["A"] = 3.0
    aligned = LocationScaleAlignment().fit(target, reference=reference).transform(target)
    np.testing.assert_allclose(aligned["A"], reference["A"].mean(), rtol=1e-5)


def test_a_gene_that_one_sample_expresses_stays_a_log2(reference):
    """With 1,000 samples that one lies 31 standard deviations from the others."""
    target = draw(1_000, "ABC", 4)
    target["A"] = 0.0
    target.loc[7, "A"] = 5.0
    aligned = LocationScaleAlignment().fit(target, reference=reference).transform(target)
    assert aligned.loc[7, "A"] == 30.0
