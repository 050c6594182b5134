"""Dropout by a generator that is handed in."""

import pytest
import torch

from twinpurify.errors import ModelError
from twinpurify.training.dropout import Dropout, dropout_draws
from twinpurify.training.encoder import build_mlp


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def dropped(share: float, values: torch.Tensor, seed: int = 0) -> torch.Tensor:
    layer = Dropout(share)
    with dropout_draws(seeded(seed), layer):
        return layer(values)


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_a_share_of_the_units_is_dropped_and_the_mean_stays(share):
    found = dropped(share, torch.ones(500, 300))
    assert (found == 0.0).float().mean().item() == pytest.approx(share, abs=0.005)
    assert found.max().item() == pytest.approx(1.0 / (1.0 - share), rel=1e-4)
    assert found.mean().item() == pytest.approx(1.0, abs=0.01)


def test_gradients_pass_the_units_that_are_kept_alone():
    values = torch.ones(20, 10, requires_grad=True)
    found = dropped(0.4, values)
    found.sum().backward()
    torch.testing.assert_close(values.grad, found.detach())


def test_the_generator_tells_which_and_torchs_own_has_no_part():
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = dropped(0.3, torch.ones(9, 8))
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(dropped(0.3, torch.ones(9, 8)), first)
    assert not torch.equal(dropped(0.3, torch.ones(9, 8), seed=1), first)


def test_each_call_and_each_layer_draws_anew():
    network = torch.nn.Sequential(Dropout(0.5), Dropout(0.5))
    with dropout_draws(seeded(), network):
        first, second = network(torch.ones(40, 30)), network(torch.ones(40, 30))
    assert not torch.equal(first, second)
    assert (first != 0).float().mean().item() == pytest.approx(0.25, abs=0.04)


def test_low_precision_stays():
    assert dropped(0.2, torch.ones(3, 4, dtype=torch.bfloat16)).dtype == torch.bfloat16


def test_nothing_is_dropped_outside_of_training():
    network = build_mlp(5, (6,), 3, seeded(), dropout=0.9).eval()
    plain = build_mlp(5, (6,), 3, seeded()).eval()
    values = torch.randn(4, 5, generator=seeded(1))
    torch.testing.assert_close(network(values), plain(values))


def test_training_without_a_generator_is_refused():
    layer = Dropout(0.2)
    with dropout_draws(seeded(), layer):
        layer(torch.ones(2, 2))
    with pytest.raises(ModelError, match="dropout has no generator; run the network within"):
        layer(torch.ones(2, 2))


def test_the_generator_is_let_go_after_an_error():
    layer = Dropout(0.2)
    with pytest.raises(KeyError), dropout_draws(seeded(), layer):
        raise KeyError
    assert layer.draws is None
