"""Two processes that share a batch come to what one process makes of the whole."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from twinpurify.errors import ConfigurationError
from twinpurify.parameters import parameters_model
from twinpurify.purification.twin_network.barlow_twins_loss import barlow_twins_loss
from twinpurify.representation.registry import METHODS, create_method
from twinpurify.training.distributed import BatchNorm, own_rows
from twinpurify.training.encoder import build_mlp
from twinpurify.training.encoder_method import EncoderMethod
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer

# The processes import this file by its folder, pytest as a module of a package.
sys.path.insert(0, str(Path(__file__).parent))
from two_processes import in_two_processes

N_GENES, N_BATCH = 30, 8
SMALL = {
    "n_dimensions": 4,
    "hidden": (16,),
    "n_steps": 3,
    "batch_size": N_BATCH,
    "device": "cpu",
    "precision": "float32",
}
RNG = np.random.default_rng(0)
TUMOURS = RNG.gamma(4.0, 1.5, (20, N_GENES)).astype(np.float32)
NORMALS = RNG.gamma(4.0, 1.5, (6, N_GENES)).astype(np.float32)
EXTRA = {
    "twin_network": {"projector": 12, "gene_dropout": 0.1, "library_size_jitter": 0.1},
    "scarf": {"head": 8, "marginal": "empirical"},
    "byol": {"head": 12},
    "masked_transformer": {"width": 8, "n_tokens": 8, "least_observed": 4, "n_panels": 4},
}
# Their losses don't see a shift of the embedding: the bias of the output has rounding noise for a
# gradient, which Adam scales up to whole steps, and the embedding is centred afterwards.
SHIFTED = ("twin_network", "barlow_generic", "autoencoder", "scarf", "vime", "byol")
NAMES = [
    "twin_network",
    "barlow_generic",
    "autoencoder",
    "vae",
    "contrastive_vae",
    "scarf",
    "vime",
    "byol",
    "masked_transformer",
]


def assert_same(found: dict, expected: dict, tolerance: float = 1e-5) -> None:
    """Compare arrays, relative to the largest value of each."""
    assert found.keys() == expected.keys()
    for name in found:
        largest = max(np.abs(expected[name]).max(), 1.0)
        np.testing.assert_allclose(
            found[name], expected[name], rtol=0, atol=tolerance * largest, err_msg=name
        )


def arrays(tensors: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    return {name: value.detach().numpy().copy() for name, value in tensors.items()}


# --- Batch normalisation and the loss


def normalised() -> dict[str, np.ndarray]:
    """Batch normalisation of this process's rows: outputs, gradients, running statistics."""
    layer = BatchNorm(5)
    values = torch.from_numpy(TUMOURS[:N_BATCH, :5].copy())
    weights = torch.from_numpy(NORMALS[:5, :5].copy())
    own = values[own_rows(N_BATCH)].requires_grad_()
    output = layer(own)
    (output @ weights).square().sum().backward()
    return arrays({"output": output, "gradient": own.grad, **layer.state_dict()})


def test_batch_normalisation_is_that_of_the_whole_batch(processes):
    expected, found = normalised(), [process["normalised"] for process in processes]
    layer, values = nn.BatchNorm1d(5), torch.from_numpy(TUMOURS[:N_BATCH, :5])
    torch.testing.assert_close(layer(values), torch.from_numpy(expected["output"]))
    for name in ("output", "gradient"):
        rows = [process.pop(name) for process in found]
        assert_same({name: np.concatenate(rows)}, {name: expected.pop(name)})
    for process in found:
        assert_same(process, expected)


def loss_and_gradient() -> dict[str, np.ndarray]:
    """Barlow Twins on this process's rows of two views, as gradients are averaged over them."""
    pair = [torch.from_numpy(TUMOURS[rows, :9].copy()) for rows in (slice(0, 8), slice(8, 16))]
    own = [view[own_rows(N_BATCH)].requires_grad_() for view in pair]
    entries = barlow_twins_loss(*own, 0.1)
    entries["loss"].backward()
    return arrays({**entries, "first": own[0].grad, "second": own[1].grad})


def test_the_loss_of_twins_and_its_gradient_are_those_of_the_whole_batch(processes):
    expected, found = loss_and_gradient(), [process["loss"] for process in processes]
    for view in ("first", "second"):
        # Each process holds the gradient of both processes' losses.
        rows = np.concatenate([process.pop(view) for process in found]) / 2
        assert_same({view: rows}, {view: expected.pop(view)})
    for process in found:
        assert_same(process, expected)


# --- Whole steps


def small(name: str) -> EncoderMethod:
    """Make a method with what it knows of the small sizes."""
    known = parameters_model(METHODS[name]).model_fields
    sizes = {key: value for key, value in SMALL.items() if key in known}
    return create_method(name, {**sizes, **EXTRA.get(name, {})})


def prepared(name: str) -> Trainer:
    """Set a method up as its fit does."""
    method = small(name)
    method.gene_mean_, method.gene_scale_ = TUMOURS.mean(axis=0), TUMOURS.std(axis=0)
    method._device, method._axes = torch.device("cpu"), None
    trainer = method._trainer(ResidentProfiles(TUMOURS), NORMALS, None)
    trainer.module.train()
    return trainer


def one_step(name: str) -> dict[str, np.ndarray]:
    """Entries of the loss of the first step, and all gradients."""
    trainer = prepared(name)
    (batch,) = trainer.source.batches(N_BATCH, 1, trainer.generator)
    entries = trainer.take_step(batch)
    parameters = dict(trainer.module.named_parameters())
    gradients = {
        name: weights.grad for name, weights in parameters.items() if weights.requires_grad
    }
    return arrays({"loss": entries["loss"], **gradients})


@pytest.mark.parametrize("name", NAMES)
def test_loss_and_gradients_of_a_step_are_those_of_one_process(processes, name):
    expected, found = one_step(name), [process["steps"][name] for process in processes]
    losses = [process.pop("loss") for process in found]
    assert np.mean(losses) == pytest.approx(expected.pop("loss"), rel=1e-5)
    for process in found:
        assert_same(process, expected)


def fitted(name: str, folder: str | None = None) -> dict[str, np.ndarray]:
    """State of a method after three steps, and its history."""
    method = small(name)
    method.with_checkpoints(folder).fit(TUMOURS, background=NORMALS)
    weights = arrays(method.encoder_.state_dict())
    if name in SHIFTED:
        del weights[list(weights)[-1]]
    embedding, history = method.transform(TUMOURS), method.history_.to_numpy()
    return {**weights, "embedding": embedding, "history": history}


@pytest.mark.parametrize("name", NAMES)
def test_weights_after_three_steps_are_those_of_one_process(processes, name):
    expected, found = fitted(name), [process["fits"][name] for process in processes]
    for process in found:
        assert_same(process, expected)
    assert all(np.array_equal(found[0][key], found[1][key]) for key in expected)


# --- What can't be shared


def refusal(batch_size: int) -> str:
    with pytest.raises(ConfigurationError) as caught:
        create_method("vae", {**SMALL, "batch_size": batch_size}).fit(TUMOURS)
    return str(caught.value)


def test_a_batch_that_cannot_be_shared_evenly_is_refused(processes):
    for process in processes:
        assert process["refusal"].startswith(
            "a batch of 7 tumours can't be shared evenly by 2 processes; set"
        )


def resumed(folder: str) -> str:
    """Train with checkpoints that only the first process sees."""
    import torch.distributed as dist

    own = f"{folder}/{dist.get_rank()}"
    create_method("vae", SMALL).with_checkpoints(own).fit(TUMOURS)
    with pytest.raises(ConfigurationError) as caught:
        create_method("vae", SMALL).with_checkpoints(own).fit(TUMOURS)
    return str(caught.value)


def test_processes_that_resume_at_different_steps_stop(processes):
    for process in processes:
        assert "resumed at different steps" in process["own folders"]


def carried_on(folder: str) -> dict[str, np.ndarray]:
    """Train, cut at the second step, and resume from the folder that all see."""
    from twinpurify.training import trainer as trainer_module

    trainer_module.CHECKPOINT_SHARE = float("inf")
    take_step = Trainer.take_step

    def cut(trainer, batch):
        if trainer.step == 2:
            raise KeyboardInterrupt
        return take_step(trainer, batch)

    Trainer.take_step = cut
    with pytest.raises(KeyboardInterrupt):
        fitted("vae", folder)
    Trainer.take_step = take_step
    return fitted("vae", folder)


def test_a_cut_training_of_two_processes_resumes(processes):
    expected = fitted("vae")
    for process in processes:
        assert_same(process["carried on"], expected)


def everything(folder: str) -> dict:
    """All that the tests ask of two processes, in one start of them."""
    return {
        "normalised": normalised(),
        "loss": loss_and_gradient(),
        "steps": {name: one_step(name) for name in NAMES},
        "fits": {name: fitted(name) for name in NAMES},
        "refusal": refusal(7),
        "own folders": resumed(f"{folder}/own"),
        "carried on": carried_on(f"{folder}/shared"),
    }


@pytest.fixture(scope="module")
def processes(tmp_path_factory) -> list[dict]:
    return in_two_processes(__file__, f"everything({str(tmp_path_factory.mktemp('two'))!r})")


def test_all_rows_are_one_processs_own():
    assert own_rows(7) == slice(0, 7)
    assert isinstance(build_mlp(3, (4,), 2, torch.Generator())[1], nn.BatchNorm1d)
