"""Mixtures: equal totals, the pure tumour, and what is refused."""

import numpy as np
import pytest

from tests.evaluation.made_mixtures import titration
from twinpurify.errors import SampleSheetError
from twinpurify.evaluation.known_truths.mixtures import as_mixture


def test_totals_are_made_equal_and_samples_are_told_apart():
    profiles, proportions, _ = titration()
    mixture = as_mixture("seqc", profiles, proportions, "A")
    np.testing.assert_allclose((2.0**mixture.profiles - 1.0).sum(axis=1), 1e6, rtol=1e-4)
    assert len(mixture.mixes) == 9 and len(mixture.references) == 3
    assert mixture.components == ["B"]
    assert mixture.fraction[mixture.mixes.index].between(0.2, 0.8).all()


def test_the_pure_tumour_is_the_mean_of_its_references_or_solved_from_the_mixtures():
    profiles, proportions, tumour = titration()
    expected = np.log2(tumour + 1.0)
    measured = as_mixture("seqc", profiles, proportions, "A").pure_tumour
    assert np.abs(measured - expected).max() < 0.1
    profiles, proportions, _ = titration(pure=False)
    solved = as_mixture("seqc", profiles, proportions, "A").pure_tumour
    # Where the tumour is silent, what noise is left of the background is all there is.
    assert np.abs(solved - expected)[60:].max() < 0.4
    assert np.corrcoef(solved[60:], expected[60:])[0, 1] > 0.99


def test_few_mixtures_or_references_are_refused():
    profiles, proportions, _ = titration(fractions=(0.5,))
    with pytest.raises(SampleSheetError, match="seqc: 3 samples mix A with background; at least 4"):
        as_mixture("seqc", profiles, proportions, "A")
    profiles, proportions, _ = titration()
    kept = proportions["B"].index[:4].append(proportions.index[6:])
    with pytest.raises(SampleSheetError, match=r"'B' .*have fewer than 2 pure references"):
        as_mixture("seqc", profiles.loc[kept], proportions.loc[kept], "A")
