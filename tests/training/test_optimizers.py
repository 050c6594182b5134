"""Optimisers by name, and how the learning rate goes."""

import math

import pytest
import torch

from twinpurify.training.optimizers import build_optimizer, build_schedule


def rates(schedule: str, n_steps: int, warm_up: float = 0.1) -> list[float]:
    """Learning rate of each step."""
    weight = torch.nn.Parameter(torch.zeros(2))
    optimizer = build_optimizer("adamw", [{"params": [weight]}], 0.5, 0.0)
    going = build_schedule(schedule, optimizer, n_steps, warm_up)
    taken = []
    for _ in range(n_steps):
        taken.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        going.step()
    return taken


def test_a_constant_rate_stays():
    assert rates("constant", 7) == [0.5] * 7


def test_cosine_rises_along_a_line_and_falls_along_a_cosine():
    taken = rates("cosine", 50, warm_up=0.2)
    assert taken[:10] == pytest.approx([0.05 * step for step in range(1, 11)])
    falling = [0.25 * (1 + math.cos(math.pi * step / 41)) for step in range(1, 41)]
    assert taken[10:] == pytest.approx(falling)


@pytest.mark.parametrize("n_steps", [1, 2, 3])
@pytest.mark.parametrize("schedule", ["one_cycle", "cosine", "constant"])
def test_the_shortest_training_has_a_rate(schedule, n_steps):
    assert all(0 < rate <= 0.5 for rate in rates(schedule, n_steps))


@pytest.mark.parametrize("schedule", ["one_cycle", "cosine", "constant"])
def test_each_group_keeps_its_own_rate(schedule):
    first, second = torch.nn.Parameter(torch.zeros(2)), torch.nn.Parameter(torch.zeros(2))
    groups = [{"params": [first], "lr": 0.01}, {"params": [second]}]
    optimizer = build_optimizer("adam", groups, 0.1, 0.0)
    going = build_schedule(schedule, optimizer, 20, 0.1)
    for _ in range(8):
        slow, fast = (group["lr"] for group in optimizer.param_groups)
        assert fast == pytest.approx(10 * slow)
        optimizer.step()
        going.step()


def one_step(name: str, weight_decay: float = 0.0) -> float:
    """Where a weight of 1 with gradient 2 goes in one step at rate 0.1."""
    weight = torch.nn.Parameter(torch.ones(1))
    optimizer = build_optimizer(name, [{"params": [weight]}], 0.1, weight_decay)
    (2 * weight).sum().backward()
    optimizer.step()
    return weight.item()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("adam", 0.9), ("adamw", 0.9), ("sgd", 0.8), ("rmsprop", 1 - 0.1 / math.sqrt(0.01))],
)
def test_a_first_step_is_that_of_the_named_rule(name, expected):
    assert one_step(name) == pytest.approx(expected, abs=1e-6)


def test_only_adamw_decays_weights_apart_from_the_gradient():
    assert one_step("adamw", 0.5) == pytest.approx(1 - 0.1 * 0.5 - 0.1, abs=1e-6)
    assert one_step("adam", 0.5) == pytest.approx(0.9, abs=1e-6)
    assert one_step("sgd", 0.5) == pytest.approx(1 - 0.1 * (2 + 0.5), abs=1e-6)
