"""What the scores of infiltrate are turned into."""

import numpy as np
import pytest

from twinpurify.purification.purity.fraction import (
    AVERAGE_PURITY,
    PURITY_PER_UNIT,
    purity_of_scores,
)


def test_the_average_score_is_the_average_purity_and_a_unit_its_step():
    found = purity_of_scores(np.array([-1.0, 0.0, 2.0]))
    np.testing.assert_allclose(found, [0.72, 0.6, 0.36], atol=1e-6)


def test_a_tumour_fraction_lies_between_nothing_and_all():
    np.testing.assert_array_equal(purity_of_scores(np.array([99.0, -99.0])), [0.0, 1.0])


@pytest.mark.parametrize("score", [-3.0, 0.0, 4.9])
def test_a_sample_keeps_its_purity_whatever_else_is_scored(score):
    alone = purity_of_scores(np.array([score]))[0]
    assert purity_of_scores(np.array([5.0, score, -2.0]))[1] == alone
    assert alone == pytest.approx(AVERAGE_PURITY - PURITY_PER_UNIT * score)
