"""The training loop: what it minimises, how far it goes, and how it carries on after a cut."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from twinpurify.errors import ModelError
from twinpurify.training import trainer as trainer_module
from twinpurify.training.encoder import build_mlp
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer, TrainingPlan

N_SAMPLES = 22
PLAN = TrainingPlan(n_steps=30, batch_size=8, learning_rate=0.05, weight_decay=1e-4)


class Regression:
    """A small problem: a noisy linear target, learned with noise on the input."""

    def __init__(
        self, plan: TrainingPlan = PLAN, seed: int = 0, n_samples: int = N_SAMPLES, validate=None
    ):
        generator = torch.Generator().manual_seed(seed)
        self.x = torch.randn(n_samples, 6, generator=generator)
        self.y = self.x @ torch.randn(6, 1, generator=generator)
        self.module = build_mlp(6, (8,), 1, generator)
        self.batches: list[list[int]] = []
        # The batches are of numbers of samples, so that a test sees who is in them.
        source = ResidentProfiles(np.arange(n_samples))
        self.trainer = Trainer(self.module, self.loss, source, plan, generator, validate)

    def loss(self, batch: torch.Tensor, generator: torch.Generator) -> dict[str, torch.Tensor]:
        self.batches.append(batch.tolist())
        noise = 0.1 * torch.randn(len(batch), 6, generator=generator)
        error = (self.module(self.x[batch] + noise) - self.y[batch]).square().mean()
        return {"loss": error, "noise": noise.square().mean()}

    def weights(self) -> list[torch.Tensor]:
        return list(self.module.state_dict().values())


def same(first: Regression, second: Regression) -> bool:
    pairs = zip(first.weights(), second.weights(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_the_loss_falls_and_each_entry_is_logged():
    problem = Regression(replace(PLAN, n_steps=100))
    history = problem.trainer.run()
    assert list(history.columns) == ["epoch", "step", "loss", "noise"]
    assert history["loss"].iloc[-1] < 0.2 * history["loss"].iloc[0]
    assert history["noise"].mean() == pytest.approx(0.01, rel=0.15)
    assert not problem.module.training


def test_an_epoch_shows_each_sample_at_most_once_in_whole_batches():
    problem = Regression(replace(PLAN, n_steps=7))
    history = problem.trainer.run()
    assert [len(batch) for batch in problem.batches] == [8] * 7
    for start in range(0, 6, 2):
        epoch = problem.batches[start] + problem.batches[start + 1]
        assert len(set(epoch)) == 16
    assert problem.batches[:2] != problem.batches[2:4]
    assert history["epoch"].tolist() == [1, 2, 3, 4]
    assert history["step"].tolist() == [2, 4, 6, 7]


def test_the_history_holds_the_mean_over_the_steps_of_an_epoch():
    problem, found = Regression(replace(PLAN, n_steps=5)), []
    loss = problem.trainer.loss_of_batch

    def note(*arguments):
        entries = loss(*arguments)
        found.append(float(entries["loss"].detach()))
        return entries

    problem.trainer.loss_of_batch = note
    history = problem.trainer.run()
    expected = [(found[0] + found[1]) / 2, (found[2] + found[3]) / 2, found[4]]
    assert history["loss"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("n_samples", [3, 8, 9])
def test_a_batch_has_as_many_samples_as_there_are(n_samples):
    problem = Regression(replace(PLAN, n_steps=3), n_samples=n_samples)
    problem.trainer.run()
    assert [len(batch) for batch in problem.batches] == [min(8, n_samples)] * 3


@pytest.mark.parametrize("n_steps", [*range(1, 25), 99])
def test_every_number_of_steps_is_taken_and_ends_at_a_low_rate(n_steps):
    problem = Regression(replace(PLAN, n_steps=n_steps))
    rates = []

    def loss(batch, generator):
        rates.append(problem.trainer.optimizer.param_groups[0]["lr"])
        return problem.loss(batch, generator)

    problem.trainer.loss_of_batch = loss
    problem.trainer.run()
    assert len(rates) == n_steps
    assert max(rates) <= 0.05 * (1 + 1e-9)
    if n_steps > 5:
        assert max(rates) > 0.045
        assert rates[-1] < 0.3 * max(rates)


def test_every_parameter_of_the_module_moves():
    problem = Regression(replace(PLAN, n_steps=2))
    before = [parameter.detach().clone() for parameter in problem.module.parameters()]
    problem.trainer.run()
    pairs = zip(before, problem.module.parameters(), strict=True)
    assert all(not torch.equal(old, new) for old, new in pairs)


def test_the_same_seed_gives_the_same_bits_whatever_the_global_generator_does():
    torch.manual_seed(1)
    first = Regression()
    first.trainer.run()
    torch.manual_seed(2)
    before = torch.random.get_rng_state()
    second, other = Regression(), Regression(seed=1)
    second.trainer.run()
    other.trainer.run()
    assert torch.equal(torch.random.get_rng_state(), before)
    assert same(first, second)
    assert not same(first, other)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_loss_that_is_not_finite_stops_the_training(value):
    problem = Regression(replace(PLAN, description="toy"))

    def loss(batch, generator):
        entries = problem.loss(batch, generator)
        factor = value if len(problem.batches) == 4 else 1.0
        return {"loss": entries["loss"] * factor}

    problem.trainer.loss_of_batch = loss
    match = r"the loss became (nan|inf) at step 4 of toy; lower the learning_rate \(0\.05\)"
    with pytest.raises(ModelError, match=match):
        problem.trainer.run()


def test_lower_precision_is_for_products_only():
    problem, dtypes = Regression(replace(PLAN, n_steps=2, precision=torch.bfloat16)), []

    def loss(batch, generator):
        output = problem.module(problem.x[batch])
        dtypes.append(output.dtype)
        return {"loss": (output.float() - problem.y[batch]).square().mean()}

    problem.trainer.loss_of_batch = loss
    problem.trainer.run()
    assert dtypes == [torch.bfloat16] * 2
    assert all(parameter.dtype == torch.float32 for parameter in problem.module.parameters())


# --- Checkpoints


class Cut(Exception):
    """The interruption."""


def cut_after(problem: Regression, n_steps: int) -> None:
    """Train until the loss of a step is asked for, and stop there as a killed process would."""
    loss = problem.loss

    def interrupted(batch, generator):
        if len(problem.batches) == n_steps:
            raise Cut
        return loss(batch, generator)

    problem.trainer.loss_of_batch = interrupted
    with pytest.raises(Cut):
        problem.trainer.run()


@pytest.mark.parametrize("n_before", range(30))
def test_a_training_that_is_cut_at_any_step_resumes_to_the_same_bits(
    tmp_path, monkeypatch, n_before
):
    monkeypatch.setattr(trainer_module, "CHECKPOINT_SHARE", float("inf"))
    whole = Regression()
    expected = whole.trainer.run()
    plan = replace(PLAN, checkpoint=tmp_path / "toy.pt")
    cut_after(Regression(plan), n_before)
    resumed = Regression(plan)
    found = resumed.trainer.run()
    assert len(resumed.batches) == 30 - 2 * (n_before // 2)
    assert same(whole, resumed)
    assert found.equals(expected)


def test_a_training_cut_twice_resumes_to_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.setattr(trainer_module, "CHECKPOINT_SHARE", float("inf"))
    whole = Regression()
    whole.trainer.run()
    plan = replace(PLAN, checkpoint=tmp_path / "toy.pt")
    cut_after(Regression(plan), 5)
    cut_after(Regression(plan), 7)
    resumed = Regression(plan)
    resumed.trainer.run()
    assert len(resumed.batches) == 30 - 4 - 6
    assert same(whole, resumed)


def test_a_finished_training_is_not_repeated(tmp_path):
    plan = replace(PLAN, checkpoint=tmp_path / "toy.pt")
    first, second = Regression(plan), Regression(plan)
    history = first.trainer.run()
    assert second.trainer.run().equals(history)
    assert second.batches == []
    assert same(first, second)
    assert not second.module.training


def test_checkpoints_do_not_change_the_result(tmp_path):
    without, with_them = Regression(), Regression(replace(PLAN, checkpoint=tmp_path / "toy.pt"))
    without.trainer.run()
    with_them.trainer.run()
    assert same(without, with_them)


def test_a_damaged_checkpoint_starts_the_training_anew(tmp_path):
    plan = replace(PLAN, checkpoint=tmp_path / "toy.pt")
    first = Regression(plan)
    first.trainer.run()
    plan.checkpoint.write_bytes(plan.checkpoint.read_bytes()[:-9])
    second = Regression(plan)
    second.trainer.run()
    assert len(second.batches) == 30
    assert same(first, second)


@pytest.mark.parametrize("hidden", [(9,), (8, 8)], ids=["shape", "names"])
def test_the_checkpoint_of_another_architecture_is_ignored(tmp_path, hidden):
    plan = replace(PLAN, checkpoint=tmp_path / "toy.pt")
    Regression(plan).trainer.run()
    other = Regression(plan)
    other.module = build_mlp(6, hidden, 1, torch.Generator().manual_seed(0))
    source = ResidentProfiles(np.arange(N_SAMPLES))
    other.trainer = Trainer(other.module, other.loss, source, plan, torch.Generator())
    other.trainer.run()
    assert len(other.batches) == 30


@pytest.mark.parametrize(("writing_time", "expected"), [(0.0, 15), (1000.0, 2)])
def test_slow_writes_are_rare_but_the_first_and_the_last_are_kept(
    tmp_path, monkeypatch, writing_time, expected
):
    clock, written = [0.0], []

    def write(path, state):
        written.append(state["step"])
        clock[0] += writing_time

    monkeypatch.setattr(trainer_module, "save_checkpoint", write)
    monkeypatch.setattr(trainer_module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    Regression(replace(PLAN, checkpoint=tmp_path / "toy.pt")).trainer.run()
    assert len(written) == expected
    assert (written[0], written[-1]) == (2, 30)


def test_the_module_may_have_no_heads():
    problem = Regression()
    trained = nn.ModuleDict({"encoder": problem.module, "heads": nn.Identity()})
    generator = torch.Generator().manual_seed(0)
    source = ResidentProfiles(np.arange(N_SAMPLES))
    Trainer(trained, problem.loss, source, replace(PLAN, n_steps=2), generator).run()
    assert len(problem.batches) == 2


def losses_of_epochs(*values: float):
    """A validation loss that goes as told, whatever is trained."""
    remaining = iter(values)
    return lambda: next(remaining)


def test_training_ends_when_the_validation_loss_has_stopped_falling():
    plan = replace(PLAN, patience=2)
    problem = Regression(plan, validate=losses_of_epochs(3.0, 2.0, 2.5, 2.0, 1.0))
    history = problem.trainer.run()
    assert history["validation_loss"].tolist() == [3.0, 2.0, 2.5, 2.0]


def test_the_weights_are_those_of_the_lowest_validation_loss():
    best = Regression(replace(PLAN, schedule="constant", n_steps=4))
    best.trainer.run()
    later = Regression(
        replace(PLAN, schedule="constant", n_steps=10),
        validate=losses_of_epochs(3.0, 1.0, 2.0, 2.0, 2.0),
    )
    later.trainer.run()
    assert same(best, later)
    assert not later.module.training


def test_validation_without_patience_lets_all_steps_be_taken():
    history = Regression(validate=losses_of_epochs(*[1.0] * 15)).trainer.run()
    assert history["step"].iloc[-1] == PLAN.n_steps


def test_validation_sees_the_module_as_it_embeds():
    problem = Regression()
    seen = []
    problem.trainer.validate = lambda: seen.append(problem.module.training) or 1.0
    problem.trainer.run()
    assert seen and not any(seen)


def test_only_the_named_groups_are_trained():
    problem = Regression(replace(PLAN, n_steps=4))
    first, last = problem.module[0].weight, problem.module[-1].weight
    before = first.detach().clone(), last.detach().clone()
    trainer = Trainer(
        problem.module,
        problem.loss,
        ResidentProfiles(np.arange(N_SAMPLES)),
        replace(PLAN, n_steps=4),
        torch.Generator().manual_seed(0),
        parameter_groups=[{"params": [last]}],
    )
    trainer.run()
    assert torch.equal(first, before[0]) and not torch.equal(last, before[1])


def own_loss(problem: Regression):
    """A validation loss that depends on the weights alone: least when they have moved a little."""
    weights = problem.module[-1].weight
    before = weights.detach().clone()
    return lambda: ((weights - before).square().sum().sqrt() - 0.2).abs().item()


def test_a_cut_training_remembers_its_best_weights(tmp_path, monkeypatch):
    """Resumed, it ends with the weights and at the step that it would have ended with."""
    monkeypatch.setattr(trainer_module, "CHECKPOINT_SHARE", float("inf"))
    plan = replace(PLAN, patience=3, n_steps=60)
    whole = Regression(plan)
    validate = whole.trainer.validate = own_loss(whole)
    expected = whole.trainer.run()
    assert 3 < len(expected) < 30
    assert validate() == expected["validation_loss"].min()
    plan = replace(plan, checkpoint=tmp_path / "toy.pt")
    for cut_at in (2 * len(expected) - 1, None):
        problem = Regression(plan)
        problem.trainer.validate = own_loss(problem)
        if cut_at:
            cut_after(problem, cut_at)
    assert problem.trainer.run().equals(expected)
    assert same(whole, problem)
