"""NT-Xent against a slow one, and what it has to be blind and open to."""

import math

import numpy as np
import pytest
import torch

from twinpurify.representation.self_supervised.nt_xent import nt_xent_loss

RNG = np.random.default_rng(0)
FIRST, SECOND = (torch.from_numpy(RNG.normal(size=(6, 5)).astype(np.float32)) for _ in range(2))


def slow(first: np.ndarray, second: np.ndarray, temperature: float) -> float:
    views = np.vstack([first, second]).astype(float)
    n, losses = len(first), []
    for anchor in range(2 * n):
        scores = {
            other: views[anchor]
            @ views[other]
            / (np.linalg.norm(views[anchor]) * np.linalg.norm(views[other]) * temperature)
            for other in range(2 * n)
            if other != anchor
        }
        twin = anchor + n if anchor < n else anchor - n
        losses.append(np.log(sum(np.exp(score) for score in scores.values())) - scores[twin])
    return float(np.mean(losses))


@pytest.mark.parametrize("temperature", [1.0, 0.5, 0.1])
def test_the_loss_is_a_slow_one(temperature):
    found = nt_xent_loss(FIRST, SECOND, temperature).item()
    assert found == pytest.approx(slow(FIRST.numpy(), SECOND.numpy(), temperature), rel=1e-5)


def test_both_views_count_alike():
    found, turned = nt_xent_loss(FIRST, SECOND, 1.0), nt_xent_loss(SECOND, FIRST, 1.0)
    torch.testing.assert_close(found, turned)


def test_the_length_of_an_embedding_does_not_matter():
    lengths = torch.linspace(0.01, 100.0, 6)[:, None]
    expected = nt_xent_loss(FIRST, SECOND, 1.0)
    torch.testing.assert_close(nt_xent_loss(FIRST * lengths, SECOND * 7.0, 1.0), expected)


def test_identical_twins_that_are_nobody_elses_have_the_least_loss():
    # The corners of a simplex are as far from each other as can be, by a cosine of -1/5.
    corners = torch.eye(6) - 1 / 6
    least = nt_xent_loss(corners, corners, 1.0).item()
    assert least == pytest.approx(math.log(math.e + 10 * math.exp(-0.2)) - 1, rel=1e-5)
    assert least < nt_xent_loss(FIRST, FIRST, 1.0).item()
    assert nt_xent_loss(FIRST, FIRST, 1.0) < nt_xent_loss(FIRST, SECOND, 1.0)
    assert least < nt_xent_loss(corners, corners.roll(1, dims=0), 1.0).item()


def test_a_collapse_costs_the_logarithm_of_the_others():
    alike = torch.ones(6, 5)
    assert nt_xent_loss(alike, alike, 1.0).item() == pytest.approx(math.log(11), rel=1e-5)


def test_low_precision_is_computed_in_float32():
    loss = nt_xent_loss(FIRST.bfloat16(), SECOND.bfloat16(), 1.0)
    assert loss.dtype == torch.float32
    rounded = [view.bfloat16().float().numpy() for view in (FIRST, SECOND)]
    assert loss.item() == pytest.approx(slow(*rounded, 1.0), rel=1e-5)
