"""The two terms of VIME against slow ones."""

import numpy as np
import pytest
import torch

from twinpurify.representation.self_supervised.vime_loss import vime_loss

RNG = np.random.default_rng(0)
LOGITS, RESTORED, CLEAN = (RNG.normal(size=(5, 7)).astype(np.float32) for _ in range(3))
REPLACED = RNG.random((5, 7)) < 0.3


def found(restored=RESTORED, logits=LOGITS, value_weight=2.0) -> dict[str, float]:
    tensors = (torch.from_numpy(each) for each in (logits, REPLACED, restored, CLEAN))
    entries = vime_loss(*tensors, value_weight)
    return {name: value.item() for name, value in entries.items()}


def test_the_terms_are_slow_ones():
    chance = 1.0 / (1.0 + np.exp(-LOGITS.astype(float)))
    mask = -np.where(REPLACED, np.log(chance), np.log(1.0 - chance)).mean()
    value = ((RESTORED - CLEAN) ** 2).mean()
    expected = {"loss": mask + 2.0 * value, "mask_error": mask, "value_error": value}
    assert found() == pytest.approx(expected, rel=1e-5)


def test_the_weight_is_that_of_the_values():
    entries = found(value_weight=0.5)
    expected = entries["mask_error"] + 0.5 * entries["value_error"]
    assert entries["loss"] == pytest.approx(expected, rel=1e-6)


def test_negative_values_can_be_restored():
    assert (CLEAN < 0).any()
    assert found(restored=CLEAN)["value_error"] == 0.0


def test_a_sure_and_right_mask_costs_nothing():
    logits = np.where(REPLACED, 50.0, -50.0).astype(np.float32)
    assert found(logits=logits)["mask_error"] == pytest.approx(0.0, abs=1e-6)
    assert found(logits=-logits)["mask_error"] == pytest.approx(50.0)
