"""The regression of BYOL against a slow one."""

import numpy as np
import pytest
import torch

from twinpurify.representation.self_supervised.byol_loss import byol_loss

RNG = np.random.default_rng(0)
PREDICTIONS, TARGETS = (
    torch.from_numpy(RNG.normal(size=(8, 5)).astype(np.float32)) for _ in range(2)
)


def test_each_view_is_held_against_the_target_of_the_other():
    predictions, targets = PREDICTIONS.numpy().astype(float), TARGETS.numpy().astype(float)
    sides = []
    for own, other in ((slice(0, 4), slice(4, 8)), (slice(4, 8), slice(0, 4))):
        first, second = (
            each[rows] / np.linalg.norm(each[rows], axis=1, keepdims=True)
            for each, rows in ((predictions, own), (targets, other))
        )
        sides.append(np.square(first - second).sum(axis=1).mean())
    assert byol_loss(PREDICTIONS, TARGETS).item() == pytest.approx(sum(sides), rel=1e-5)


def test_the_least_is_none_and_the_most_eight():
    swapped = TARGETS.roll(4, dims=0)
    assert byol_loss(3.0 * swapped, TARGETS).item() == pytest.approx(0.0, abs=1e-5)
    assert byol_loss(-swapped, TARGETS).item() == pytest.approx(8.0, rel=1e-5)


def test_no_gradient_reaches_the_targets():
    predictions, targets = PREDICTIONS.clone().requires_grad_(), TARGETS.clone().requires_grad_()
    byol_loss(predictions, targets).backward()
    assert predictions.grad.abs().sum() > 0
    assert targets.grad is None
