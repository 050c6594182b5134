"""The target of BYOL: where it moves, and that nothing else moves it."""

import numpy as np
import pytest
import torch

from twinpurify.representation.self_supervised.moving_target import MovingTarget
from twinpurify.training.encoder import build_mlp


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def online() -> torch.nn.Module:
    return build_mlp(6, (5,), 4, seeded())


def weights(module: torch.nn.Module) -> list[np.ndarray]:
    return [value.detach().numpy().astype(float).copy() for value in module.parameters()]


def test_the_target_starts_as_a_copy():
    network = online()
    target = MovingTarget(network, 0.9)
    values = torch.randn(7, 6, generator=seeded(1))
    torch.testing.assert_close(target.eval()(values), network.eval()(values))
    with torch.no_grad():
        network[0].weight.zero_()
    assert target.network[0].weight.abs().sum() > 0


@pytest.mark.parametrize("decay", [0.9, 0.0])
def test_the_target_is_the_moving_average(decay):
    network = online()
    target, expected = MovingTarget(network, decay), weights(network)
    for step in range(3):
        with torch.no_grad():
            for value in network.parameters():
                value.add_(0.1 * (step + 1))
        target.follow(network)
        pairs = zip(expected, weights(network), strict=True)
        expected = [decay * own + (1 - decay) * leading for own, leading in pairs]
    for own, wanted in zip(weights(target), expected, strict=True):
        np.testing.assert_allclose(own, wanted, atol=1e-6)


def test_following_an_equal_network_changes_no_bit():
    network = online()
    target = MovingTarget(network, 0.9)
    before = weights(target)
    target.follow(network)
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(target), strict=True))


def test_no_gradient_reaches_the_target():
    target = MovingTarget(online(), 0.9)
    values = torch.randn(7, 6, generator=seeded(1)).requires_grad_()
    assert not target(values).requires_grad
    assert not any(weight.requires_grad for weight in target.parameters())


def test_statistics_of_its_batches_are_in_its_state():
    target = MovingTarget(online(), 0.9)
    target(torch.randn(7, 6, generator=seeded(1)) + 3.0)
    state = target.state_dict()
    assert state["network.1.running_mean"].abs().sum() > 0
    assert state["network.1.num_batches_tracked"] == 1
