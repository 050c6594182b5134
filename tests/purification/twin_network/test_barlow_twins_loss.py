"""The Barlow Twins loss against loops, and what it must not depend on."""

import numpy as np
import pytest
import torch

from twinpurify.purification.twin_network.barlow_twins_loss import (
    barlow_twins_loss,
    cross_correlation,
    effective_rank,
)

TERMS = ("loss", "invariance", "redundancy", "mean_correlation")


def twins(n: int = 20, d: int = 5, noise: float = 0.5, seed: int = 0):
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n, d)) @ rng.normal(size=(d, d))
    pair = (shared + noise * rng.normal(size=(n, d)) for _ in range(2))
    return tuple(torch.tensor(view, dtype=torch.float32) for view in pair)


def slow_loss(first: np.ndarray, second: np.ndarray, weight: float) -> dict[str, float]:
    n, d = first.shape
    correlation = np.zeros((d, d))
    for i in range(d):
        for j in range(d):
            a, b = first[:, i] - first[:, i].mean(), second[:, j] - second[:, j].mean()
            product = sum(a[row] * b[row] for row in range(n)) / n
            correlation[i, j] = product / np.sqrt((a**2).mean() * (b**2).mean())
    invariance = redundancy = absolute = 0.0
    for i in range(d):
        for j in range(d):
            if i == j:
                invariance += (1.0 - correlation[i, i]) ** 2
            else:
                redundancy += correlation[i, j] ** 2
                absolute += abs(correlation[i, j])
    return {
        "loss": invariance + weight * redundancy,
        "invariance": invariance,
        "redundancy": redundancy,
        "mean_correlation": absolute / (d * (d - 1)),
    }


@pytest.mark.parametrize("weight", [0.005, 1.0])
@pytest.mark.parametrize(("n", "d"), [(20, 5), (4, 9), (50, 2)])
def test_loss_equals_a_slow_one(n, d, weight):
    first, second = twins(n, d)
    expected = slow_loss(first.double().numpy(), second.double().numpy(), weight)
    found = barlow_twins_loss(first, second, weight)
    for term in TERMS:
        assert found[term].item() == pytest.approx(expected[term], rel=1e-4), term


def test_cross_correlation_is_numpys():
    first, second = twins()
    expected = np.corrcoef(first.numpy().T, second.numpy().T)[:5, 5:]
    np.testing.assert_allclose(cross_correlation(first, second), expected, atol=1e-5)


def assert_same_terms(found, expected):
    for term in TERMS:
        assert found[term].item() == pytest.approx(expected[term].item(), rel=1e-3, abs=1e-6)


def test_loss_ignores_shift_and_scale_of_each_dimension():
    first, second = twins()
    scale, shift = torch.tensor([0.1, -3.0, 20.0, 1.0, -0.5]), torch.arange(5.0)
    expected = barlow_twins_loss(first, second, 0.1)
    assert_same_terms(barlow_twins_loss(first * scale + shift, second * scale, 0.1), expected)
    positive = scale.abs()
    assert_same_terms(barlow_twins_loss(first * positive, second - shift, 0.1), expected)


def test_loss_ignores_the_order_of_samples_dimensions_and_twins():
    first, second = twins()
    expected = barlow_twins_loss(first, second, 0.1)
    samples, dimensions = torch.randperm(20), torch.randperm(5)
    assert_same_terms(barlow_twins_loss(first[samples], second[samples], 0.1), expected)
    assert_same_terms(barlow_twins_loss(first[:, dimensions], second[:, dimensions], 0.1), expected)
    assert_same_terms(barlow_twins_loss(second, first, 0.1), expected)


def test_loss_depends_on_who_is_whose_twin():
    first, second = twins()
    found = barlow_twins_loss(first, second.roll(1, dims=0), 0.1)
    assert found["invariance"] > 5 * barlow_twins_loss(first, second, 0.1)["invariance"]


def test_equal_and_uncorrelated_dimensions_cost_nothing():
    signs = torch.tensor([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    found = barlow_twins_loss(signs, signs, 1.0)
    assert found["loss"].item() == pytest.approx(0.0, abs=1e-6)
    assert found["effective_rank"].item() == pytest.approx(3.0, rel=1e-5)
    assert found["mean_sd"].item() == pytest.approx(1.0)


def test_the_diagnostics_tell_a_collapse():
    column = torch.randn(30, 1, generator=torch.Generator().manual_seed(0))
    doubled = barlow_twins_loss(column.repeat(1, 4), column.repeat(1, 4), 0.1)
    assert doubled["mean_correlation"].item() == pytest.approx(1.0, rel=1e-4)
    assert doubled["effective_rank"].item() == pytest.approx(1.0, rel=1e-3)
    constant = barlow_twins_loss(torch.ones(30, 4), torch.ones(30, 4), 0.1)
    assert constant["mean_sd"].item() == 0.0
    assert constant["invariance"].item() == pytest.approx(4.0)


def test_one_dimension_has_no_redundancy():
    first, second = twins(d=1)
    found = barlow_twins_loss(first, second, 0.1)
    assert found["redundancy"].item() == pytest.approx(0.0, abs=1e-6)
    assert found["mean_correlation"].item() == pytest.approx(0.0, abs=1e-6)


def test_the_loss_is_float32_within_lower_precision():
    first, second = twins()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = barlow_twins_loss(first, second, 0.1)
    assert found["loss"].dtype == torch.float32
    assert found["loss"] == barlow_twins_loss(first, second, 0.1)["loss"]
    low = barlow_twins_loss(first.bfloat16(), second.bfloat16(), 0.1)
    assert low["loss"].dtype == torch.float32


def test_the_gradient_is_that_of_finite_differences():
    first, second = (view.double()[:, :3] for view in twins(8))

    def loss(a, b):
        correlation = cross_correlation(a, b)
        return (1.0 - correlation.diagonal()).square().sum()

    view = first.float().requires_grad_()
    loss(view, second.float()).backward()
    for index in ((0, 0), (3, 1), (7, 2)):
        up, down = first.clone(), first.clone()
        up[index] += 1e-2
        down[index] -= 1e-2
        slope = (loss(up, second) - loss(down, second)) / 2e-2
        assert view.grad[index].item() == pytest.approx(slope.item(), rel=0.02, abs=1e-4)


@pytest.mark.parametrize("shape", [(40, 6), (6, 40)])
@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e6])
def test_effective_rank_equals_a_slow_one_at_any_scale(shape, scale):
    values = np.random.default_rng(0).normal(size=shape) * np.linspace(0.1, 2.0, shape[1])
    eigenvalues = np.clip(np.linalg.eigvalsh(np.cov(values.T, bias=True)), 0.0, None)
    shares = eigenvalues / eigenvalues.sum()
    expected = np.exp(-sum(share * np.log(share) for share in shares if share > 1e-12))
    found = effective_rank(torch.tensor(scale * values, dtype=torch.float32))
    assert found.item() == pytest.approx(expected, rel=1e-3)


def test_effective_rank_of_what_is_not_finite_is_not_a_number():
    assert torch.isnan(effective_rank(torch.tensor([[1.0, torch.inf], [0.0, 1.0]])))
