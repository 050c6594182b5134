"""How long a network is trained, on whom, and what its loss weighs."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from twinpurify.fine_tuning.network import (
    Labelled,
    TunedNetwork,
    TuningPlan,
    tune,
    weighted_cross_entropy,
)

PLAN = TuningPlan(
    balanced=True,
    validation_share=0.25,
    refit=True,
    patience=3,
    max_epochs=60,
    epochs_without_validation=4,
    batch_size=8,
    learning_rate=0.05,
    encoder_learning_rate=0.05,
    weight_decay=0.0,
    device="cpu",
    precision="float32",
    seed=0,
    least_epochs=1,
)
N = 24


def samples(effect: float = 1.0, n: int = N, seed: int = 0) -> Labelled:
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % 2
    inputs = rng.normal(size=(n, 10)).astype(np.float32)
    inputs[:, 0] += np.float32(4.0 * effect) * codes
    return Labelled(inputs, codes, np.arange(n).astype(str))


class Starts:
    """Builds linear heads at zero, and notes on which patients."""

    def __init__(self) -> None:
        self.patients = []

    def __call__(self, training: Labelled) -> TunedNetwork:
        self.patients.append(set(training.patients))
        head = nn.Linear(10, 2)
        with torch.no_grad():
            head.weight.zero_()
            head.bias.zero_()
        return TunedNetwork(None, head, False)


def test_the_loss_falls():
    history = tune(Starts(), samples(), PLAN).history
    assert history["loss"].iloc[-1] < 0.5 * history["loss"].iloc[0]
    assert history["validation_loss"].min() < 0.5 * np.log(2.0)


def test_training_ends_once_held_out_patients_gain_nothing():
    noise = tune(Starts(), samples(effect=0.0), PLAN)
    assert len(noise.history) < PLAN.max_epochs
    assert noise.history["validation_loss"].idxmin() + 1 == noise.n_epochs
    assert len(noise.history) == noise.n_epochs + PLAN.patience


def test_held_out_patients_are_trained_on_in_the_end_unless_told():
    for refit in (True, False):
        start = Starts()
        tuned = tune(start, samples(), replace(PLAN, refit=refit))
        assert len(start.patients[0]) == 18
        assert [len(patients) for patients in start.patients[1:]] == ([24] if refit else [])
        assert not tuned.network.training


def test_the_second_training_has_as_many_epochs():
    # All that differs is on whom: the second alone, for so many epochs, gives the same weights.
    tuned = tune(Starts(), samples(), PLAN)
    alone = replace(PLAN, epochs_without_validation=tuned.n_epochs)
    everyone = samples()
    # Too few patients to hold any out, with the same samples.
    pair = replace(everyone, patients=np.where(everyone.codes == 0, "a", "b"))
    expected = tune(Starts(), pair, alone)
    assert expected.n_epochs == tuned.n_epochs
    for name, weights in expected.network.state_dict().items():
        assert torch.equal(weights, tuned.network.state_dict()[name])


def test_a_start_that_no_training_improves_stays():
    # There is nothing to learn, and a head of zeros claims nothing.
    tuned = tune(Starts(), samples(effect=0.0), replace(PLAN, least_epochs=0, learning_rate=1.0))
    assert tuned.n_epochs == 0
    assert tuned.history["epoch"].iloc[0] == 0
    assert tuned.history["validation_loss"].iloc[0] == pytest.approx(np.log(2.0))
    kept = tune(
        Starts(),
        samples(effect=0.0),
        replace(PLAN, least_epochs=0, learning_rate=1.0, refit=False),
    )
    for network in (tuned.network, kept.network):
        assert not any(weights.any() for weights in network.state_dict().values())


def test_two_patients_a_class_are_trained_on_without_validation(caplog):
    caplog.set_level("INFO", "twinpurify.fine_tuning")
    start = Starts()
    tuned = tune(start, samples(n=4), PLAN)
    assert tuned.n_epochs == 4
    assert len(start.patients) == 1 and len(start.patients[0]) == 4
    assert "a class has fewer than 3 patients: 4 epochs, without validation" in caplog.text


@pytest.mark.parametrize("follows", [True, False])
def test_the_encoder_runs_as_it_embeds_unless_told(follows):
    network = TunedNetwork(nn.BatchNorm1d(3), nn.BatchNorm1d(3), follows)
    network.train()
    assert network.head.training and network.encoder.training is follows
    network.eval()
    assert not network.head.training and not network.encoder.training


def test_the_encoder_has_a_learning_rate_of_its_own():
    network = TunedNetwork(nn.Linear(3, 2), nn.Linear(2, 2), False)
    head, encoder = network.groups(0.1)
    assert "lr" not in head and encoder["lr"] == 0.1
    assert encoder["params"] == list(network.encoder.parameters())


def test_the_loss_is_the_weighted_mean_written_down():
    rng = np.random.default_rng(0)
    odds, codes = rng.normal(size=(7, 3)), np.array([0, 1, 2, 0, 0, 1, 0])
    weights = np.array([0.5, 2.0, 3.0])
    likely = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    expected = np.mean([-weights[k] * np.log(p[k]) for p, k in zip(likely, codes, strict=True)])
    found = weighted_cross_entropy(*map(torch.from_numpy, (odds, codes, weights)))
    assert float(found) == pytest.approx(expected)
