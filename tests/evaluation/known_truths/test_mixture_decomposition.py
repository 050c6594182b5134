"""Linear decomposition where the answer is known."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.evaluation.known_truths.mixture_decomposition import (
    estimate_background,
    subtract_background,
)

RNG = np.random.default_rng(0)
GENES = [f"G{number}" for number in range(400)]


def sources():
    """A tumour and two backgrounds with genes of their own."""
    values = RNG.lognormal(4.0, 0.5, (3, len(GENES)))
    for source in range(3):
        values[source, 100 * (source + 1) : 100 * (source + 2)] *= 30.0
    # What one source marks, the others hardly have; the tumour is silent there.
    values[0, 200:] = 0.0
    return values


@pytest.mark.parametrize("shares", [(0.0, 0.0), (0.3, 0.0), (0.0, 0.6), (0.35, 0.25)])
def test_shares_of_two_backgrounds_are_found(shares):
    tumour, first, second = sources()
    references = pd.DataFrame([first, second], index=["one", "two"], columns=GENES)
    mixed = (1 - sum(shares)) * tumour + shares[0] * first + shares[1] * second
    linear = pd.DataFrame([mixed], index=["s"], columns=GENES)
    found = estimate_background(linear, references)
    np.testing.assert_allclose(found.loc["s", ["one", "two"]], shares, atol=0.04)


def test_known_shares_give_the_tumour_back():
    tumour, first, second = sources()
    references = pd.DataFrame([first, second], index=["one", "two"], columns=GENES)
    shares = pd.DataFrame({"one": [0.3], "two": [0.2]}, index=["s"])
    mixed = pd.DataFrame([0.5 * tumour + 0.3 * first + 0.2 * second], index=["s"], columns=GENES)
    np.testing.assert_allclose(
        subtract_background(mixed, references, shares).loc["s"], tumour, atol=1e-6
    )


def test_pure_background_leaves_a_little_tumour():
    _, first, second = sources()
    references = pd.DataFrame([first, second], index=["one", "two"], columns=GENES)
    found = estimate_background(references.loc[["one"]], references)
    assert found.sum(axis=1).iloc[0] == pytest.approx(0.99)
    assert np.isfinite(subtract_background(references, references, found.loc[["one", "one"]])).all(
        axis=None
    )
