"""The multi-layer perceptron: its layers, its initial weights, and where they come from."""

import numpy as np
import pytest
import torch
from torch import nn

from twinpurify.training.distributed import BatchNorm
from twinpurify.training.dropout import Dropout
from twinpurify.training.encoder import build_mlp


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_layers_and_widths():
    mlp = build_mlp(10, (8, 6), 4, seeded(0))
    block = [nn.Linear, BatchNorm, nn.ReLU]
    assert [type(layer) for layer in mlp] == [*block, *block, nn.Linear]
    shapes = [tuple(layer.weight.shape) for layer in mlp if isinstance(layer, nn.Linear)]
    assert shapes == [(8, 10), (6, 8), (4, 6)]


def test_what_batch_normalisation_would_cancel_is_not_there():
    mlp = build_mlp(10, (8, 6), 4, seeded(0))
    assert [layer.bias is None for layer in mlp if isinstance(layer, nn.Linear)] == [1, 1, 0]


def test_the_output_may_have_no_bias():
    mlp = build_mlp(10, (8,), 4, seeded(0), output_bias=False)
    assert mlp[-1].bias is None


def test_no_hidden_layer_leaves_one_linear_map():
    mlp = build_mlp(10, (), 4, seeded(0))
    assert [type(layer) for layer in mlp] == [nn.Linear]


def test_output_equals_a_slow_one():
    mlp = build_mlp(5, (3,), 2, seeded(1)).eval()
    mlp[1].running_mean.copy_(torch.tensor([0.1, -0.2, 0.3]))
    mlp[1].running_var.copy_(torch.tensor([0.5, 1.5, 2.0]))
    x = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    weights = {name: value.numpy().astype(float) for name, value in mlp.state_dict().items()}
    expected = np.zeros((4, 2))
    for row in range(4):
        hidden = weights["0.weight"] @ x[row]
        spread = np.sqrt(weights["1.running_var"] + 1e-5)
        hidden = np.maximum((hidden - weights["1.running_mean"]) / spread, 0.0)
        expected[row] = weights["3.weight"] @ hidden + weights["3.bias"]
    with torch.no_grad():
        np.testing.assert_allclose(mlp(torch.from_numpy(x)), expected, atol=1e-6)


def test_weights_are_uniform_within_the_bound_of_the_fan_in():
    layer = build_mlp(400, (), 500, seeded(0))[0]
    bound = 400**-0.5
    assert layer.weight.abs().max() <= bound
    assert layer.bias.abs().max() <= bound
    assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.01)
    assert abs(layer.weight.mean().item()) < 1e-3


def test_weights_come_from_the_generator_alone():
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = build_mlp(10, (8,), 4, seeded(3))
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    second, other = build_mlp(10, (8,), 4, seeded(3)), build_mlp(10, (8,), 4, seeded(4))
    assert torch.equal(first[0].weight, second[0].weight)
    assert torch.equal(first[3].bias, second[3].bias)
    assert not torch.equal(first[0].weight, other[0].weight)


def test_dropout_follows_each_hidden_layer_and_leaves_the_weights():
    mlp, plain = (
        build_mlp(10, (8, 6), 4, seeded(0), dropout=0.2),
        build_mlp(10, (8, 6), 4, seeded(0)),
    )
    block = [nn.Linear, BatchNorm, nn.ReLU, Dropout]
    assert [type(layer) for layer in mlp] == [*block, *block, nn.Linear]
    weights = zip(mlp.parameters(), plain.parameters(), strict=True)
    assert all(torch.equal(first, second) for first, second in weights)
