"""A training whose process is killed, without any chance to tidy up, and started again."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from twinpurify.training import trainer as trainer_module
from twinpurify.training.encoder import build_mlp
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer, TrainingPlan

N_STEPS = 24


def weights_of_training(checkpoint: Path | None, kill_at: int | None = None) -> list[np.ndarray]:
    """Train a small problem, or kill this process when the loss of a step is asked for."""
    trainer_module.CHECKPOINT_SHARE = float("inf")
    generator = torch.Generator().manual_seed(0)
    profiles = torch.randn(20, 6, generator=generator)
    module, asked = build_mlp(6, (8,), 3, generator), []

    def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
        asked.append(len(batch))
        if len(asked) == kill_at:
            signal.raise_signal(signal.SIGKILL)
        noise = torch.randn(batch.shape, generator=draws)
        return {"loss": module(batch + noise).square().mean()}

    plan = TrainingPlan(N_STEPS, 4, 0.01, 1e-4, checkpoint=checkpoint, show_progress=False)
    Trainer(module, loss_of_batch, ResidentProfiles(profiles.numpy()), plan, generator).run()
    return [value.numpy() for value in module.state_dict().values()]


def kill_while_writing(checkpoint: Path) -> None:
    """Train, and kill this process when the third checkpoint is about to be put in its place."""
    import os

    replace, calls = os.replace, []

    def killed(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGKILL)
        replace(source, target)

    os.replace = killed
    weights_of_training(checkpoint)


def run(statement: str) -> subprocess.CompletedProcess[str]:
    """Run a statement on this file, as ``test_killed``, in a process that no test has touched."""
    folder = Path(__file__).parent
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); from pathlib import Path; "
    code += f"import numpy, test_killed; {statement}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def run_and_be_killed(call: str) -> None:
    """Call a function of this file in another process, which has to die of it."""
    done = run(f"test_killed.{call}")
    assert done.returncode == -signal.SIGKILL, done.stderr


def weights_of_whole_training(checkpoint: Path | None, place: Path) -> list[np.ndarray]:
    """Train to the end in another process: what other tests set in this one can't matter."""
    path = repr(str(place / "weights.npz"))
    given = None if checkpoint is None else f"Path({str(checkpoint)!r})"
    done = run(f"numpy.savez({path}, *test_killed.weights_of_training({given}))")
    assert done.returncode == 0, done.stderr
    with np.load(place / "weights.npz") as stored:
        return [stored[name] for name in stored.files]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Weights of a training that nobody kills."""
    return weights_of_whole_training(None, tmp_path_factory.mktemp("whole"))


# An epoch is five steps: before the first checkpoint, within an epoch, and at the last step.
@pytest.mark.parametrize("kill_at", [4, 13, N_STEPS])
def test_a_killed_training_comes_to_the_same_bits(tmp_path, tmp_path_factory, expected, kill_at):
    checkpoint = tmp_path / "toy.pt"
    run_and_be_killed(f"weights_of_training(Path({str(checkpoint)!r}), {kill_at})")
    assert checkpoint.exists() == (kill_at > 5)
    found = weights_of_whole_training(checkpoint, tmp_path_factory.mktemp("found"))
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_a_training_killed_while_it_writes_a_checkpoint_comes_to_the_same_bits(
    tmp_path, tmp_path_factory, expected
):
    checkpoint = tmp_path / "toy.pt"
    run_and_be_killed(f"kill_while_writing(Path({str(checkpoint)!r}))")
    assert len(list(tmp_path.iterdir())) == 2
    found = weights_of_whole_training(checkpoint, tmp_path_factory.mktemp("found"))
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["toy.pt"]
