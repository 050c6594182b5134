"""The loss of the twin methods: both views in one pass, with or without a projector."""

import numpy as np
import pytest
import torch
from torch import nn

from twinpurify.purification.twin_network.barlow_twins import BarlowTwinsMethod
from twinpurify.purification.twin_network.barlow_twins_loss import barlow_twins_loss
from twinpurify.training.encoder import build_mlp


class Noisy(BarlowTwinsMethod):
    """Views are the profile with a little noise."""

    name = "noisy"
    n_dimensions, redundancy_weight = 3, 0.1

    def __init__(self, projector=None):
        self.projector = projector
        self.encoder_ = build_mlp(5, (8,), 3, torch.Generator().manual_seed(0))
        self._device = torch.device("cpu")

    def _make_views(self, normals, generator):
        def pair(batch, generator):
            both = batch.repeat(2, 1)
            return both + 0.1 * torch.randn(len(both), 5, generator=generator)

        return pair


BATCH = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32))


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("width", [None, 7])
def test_the_loss_is_that_of_two_views_normalised_together(width):
    method = Noisy(width)
    head, loss_of_batch = method._prepare_loss(None, seeded(9))
    found = loss_of_batch(BATCH, seeded())
    both = method._make_views(None, None)(BATCH, seeded())
    output = head(method.encoder_(both))
    expected = barlow_twins_loss(output[:6], output[6:], 0.1)
    assert found["loss"].item() == pytest.approx(expected["loss"].item(), rel=1e-5)
    assert output.shape == (12, width or 3)


def test_no_projector_puts_the_loss_on_the_embedding():
    head, _ = Noisy()._prepare_loss(None, seeded())
    assert isinstance(head, nn.Identity)
    assert list(head.parameters()) == []


def test_batch_normalisation_sees_both_views_once():
    method = Noisy()
    _, loss_of_batch = method._prepare_loss(None, seeded())
    loss_of_batch(BATCH, seeded())
    norm = method.encoder_[1]
    assert norm.num_batches_tracked == 1
    assert not torch.equal(norm.running_mean, torch.zeros(8))
