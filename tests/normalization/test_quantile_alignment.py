"""Each sample's distribution to that of the training tumours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import GeneMismatchError
from twinpurify.normalization.alignment.quantile import QuantileAlignment

GOLDEN = Path(__file__).parent / "golden"


def golden(name):
    return pd.read_csv(GOLDEN / f"{name}.csv", index_col=0)


@pytest.fixture
def reference():
    return golden("alignment_reference")


@pytest.fixture
def target():
    return golden("alignment_target")


def test_limma_normalises_the_reference_to_the_same(reference):
    """Golden: limma 3.54.1 from Debian's r-bioc-limma, genes in rows; the values tie.

    t(limma::normalizeQuantiles(t(as.matrix(read.csv("alignment_reference.csv", row.names = 1)))))
    """
    aligned = QuantileAlignment().fit(None, reference=reference).transform(reference)
    np.testing.assert_allclose(aligned, golden("quantile_limma"), atol=1e-5)


def test_a_plain_computation_gives_the_same(reference, target):
    aligned = QuantileAlignment().fit(target, reference=reference).transform(target)
    means = np.mean([sorted(row) for row in reference.to_numpy()], axis=0)
    for values, found in zip(target.to_numpy(), aligned.to_numpy(), strict=True):
        for value, result in zip(values, found, strict=True):
            rank = (values < value).sum() + ((values == value).sum() - 1) / 2
            low, high = int(np.floor(rank)), int(np.ceil(rank))
            assert result == pytest.approx((means[low] + means[high]) / 2, abs=1e-5)


def test_any_rising_distortion_of_a_sample_is_undone(reference, target):
    alignment = QuantileAlignment().fit(None, reference=reference)
    pd.testing.assert_frame_equal(
        alignment.transform(np.sqrt(target) * 3 + 1), alignment.transform(target)
    )


def test_it_needs_the_target_s_genes_alone(reference, target):
    some = target[["G3", "G9", "G1"]]
    fitted = QuantileAlignment().fit(some.iloc[:0], reference=reference)
    np.testing.assert_allclose(
        fitted.quantiles_, np.sort(reference[["G1", "G3", "G9"]], axis=1).mean(axis=0)
    )
    whole = QuantileAlignment().fit(None, reference=reference)
    with pytest.raises(GeneMismatchError, match="11 of the 14 genes that the alignment quantile"):
        whole.transform(some)
