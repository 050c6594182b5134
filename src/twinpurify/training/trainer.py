"""The one training loop: shuffled batches, an optimiser on its schedule, checkpoints, progress."""

import logging
import math
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn
from tqdm import tqdm

from twinpurify.errors import ModelError
from twinpurify.training.allocation import memory_kept
from twinpurify.training.checkpoint import load_checkpoint, save_checkpoint
from twinpurify.training.distributed import (
    LossOfBatch,
    check_divisible,
    check_same_step,
    distributed_loss,
    is_first,
    mean_over_processes,
)
from twinpurify.training.optimizers import (
    OptimizerName,
    ScheduleName,
    build_optimizer,
    build_schedule,
)
from twinpurify.training.profile_source import ProfileSource

logger = logging.getLogger(__name__)
# At most this share of the time goes into writing checkpoints.
CHECKPOINT_SHARE = 0.05


@dataclass(frozen=True)
class TrainingPlan:
    """How long and how fast to train.

    Attributes
    ----------
    n_steps : int
        Optimiser steps in all; cohorts differ in size, and steps keep the effort the same.
    batch_size : int
        Tumours in a batch; at most as many as there are.
    learning_rate, weight_decay : float
        Peak learning rate and decay of the weights.
    precision : torch.dtype
        Of the matrix products; weights and losses stay float32.
    checkpoint : Path or None
        Where the state is kept, at the end of some epochs, or nowhere.
    description : str
        Shown before the progress bar.
    show_progress : bool
        Whether there is a bar where somebody watches; there is none in a log file anyway.
    optimizer, schedule
        As in ``build_optimizer`` and ``build_schedule``.
    warm_up : float
        Share of the steps over which the learning rate rises.
    patience : int or None
        Epochs without a lower validation loss after which the training ends; None for never.
    """

    n_steps: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    precision: torch.dtype = torch.float32
    checkpoint: Path | None = None
    description: str = "training"
    show_progress: bool = True
    optimizer: OptimizerName = "adamw"
    schedule: ScheduleName = "one_cycle"
    warm_up: float = 0.1
    patience: int | None = None


class Trainer:
    """Runs a plan on a module, and resumes it at the last epoch that left a checkpoint.

    Parameters
    ----------
    module : nn.Module
        Everything that is trained.
    loss_of_batch : callable
        Takes a batch and a generator, returns a dict whose "loss" is minimised and whose other
        entries are logged.
    source : ProfileSource
        Gives the batches.
    plan : TrainingPlan
    generator : torch.Generator
        Source of every random draw of the training.
    validate : callable, optional
        Returns the loss on profiles that aren't trained on, each epoch, in evaluation mode and
        without gradients. The weights with the lowest one are those that the training ends with.
    parameter_groups : list of dict, optional
        What is trained, with learning rates (``lr``) of its own, in torch's form; all of the
        module at the plan's learning rate by default.
    """

    def __init__(
        self,
        module: nn.Module,
        loss_of_batch: LossOfBatch,
        source: ProfileSource,
        plan: TrainingPlan,
        generator: torch.Generator,
        validate: Callable[[], float] | None = None,
        parameter_groups: list[dict[str, Any]] | None = None,
    ) -> None:
        self.module = module
        self.loss_of_batch = distributed_loss(module, loss_of_batch)
        self.device = next(module.parameters()).device
        self.source = source
        self.plan = plan
        self.generator = generator
        self.batch_size = min(plan.batch_size, source.shape[0])
        check_divisible(self.batch_size)
        self.steps_per_epoch = source.shape[0] // self.batch_size
        self.optimizer = build_optimizer(
            plan.optimizer,
            parameter_groups or [{"params": list(module.parameters())}],
            plan.learning_rate,
            plan.weight_decay,
        )
        self.schedule = build_schedule(plan.schedule, self.optimizer, plan.n_steps, plan.warm_up)
        self.validate = validate
        self.best_loss, self.best_step = math.inf, 0
        self.best_weights: dict[str, Tensor] | None = None
        self.step = 0
        self.history: list[dict[str, float]] = []
        self.written_at = -math.inf
        self.writing_time = 0.0

    def run(self) -> pd.DataFrame:
        """Train to the end of the plan.

        Returns
        -------
        DataFrame
            One row an epoch: ``epoch``, ``step``, the mean of each entry of the loss, and
            ``validation_loss`` where there is one.

        Raises
        ------
        ModelError
            If the loss becomes NaN or infinite.
        """
        self._resume()
        check_same_step(self.step, self.device)
        self.module.train()
        progress = tqdm(
            total=self.plan.n_steps,
            initial=self.step,
            desc=self.plan.description,
            leave=False,
            disable=None if self.plan.show_progress and is_first() else True,
        )
        with progress, memory_kept():
            while not self._ended():
                self._run_epoch(progress)
                self._validate()
                self._keep_checkpoint()
        if self.best_weights is not None:
            self.module.load_state_dict(self.best_weights)
        self.module.eval()
        return pd.DataFrame(self.history)

    def _ended(self) -> bool:
        """Tell whether all steps are taken, or the validation loss has stopped falling."""
        if self.step >= self.plan.n_steps:
            return True
        if self.validate is None or self.plan.patience is None or not self.history:
            return False
        waited = sum(epoch["step"] > self.best_step for epoch in self.history)
        return waited >= self.plan.patience

    def _validate(self) -> None:
        """Compute the validation loss of an epoch, and keep the weights if it is the lowest."""
        if self.validate is None:
            return
        self.module.eval()
        with torch.no_grad():
            loss = mean_over_processes(float(self.validate()), self.device)
        self.module.train()
        self.history[-1]["validation_loss"] = loss
        if loss < self.best_loss:
            self.best_loss, self.best_step = loss, self.step
            self.best_weights = deepcopy(self.module.state_dict())

    def _run_epoch(self, progress: tqdm) -> None:
        """Go once through the shuffled samples and log the mean of each entry of the loss."""
        n_steps = min(self.steps_per_epoch, self.plan.n_steps - self.step)
        sums: dict[str, float] = {}
        for batch in self.source.batches(self.batch_size, n_steps, self.generator):
            for name, value in self.take_step(batch).items():
                sums[name] = sums.get(name, 0.0) + float(value.detach())
            progress.update()
        means = {
            name: mean_over_processes(value / n_steps, self.device) for name, value in sums.items()
        }
        self.history.append({"epoch": len(self.history) + 1, "step": self.step, **means})

    def take_step(self, batch: Tensor) -> dict[str, Tensor]:
        """Take one optimiser step and return the entries of its loss."""
        lower = self.plan.precision != torch.float32
        with torch.autocast(self.device.type, dtype=self.plan.precision, enabled=lower):
            entries = self.loss_of_batch(batch, self.generator)
        loss = entries["loss"]
        value = mean_over_processes(loss.item(), self.device)
        if not math.isfinite(value):
            raise ModelError(
                f"the loss became {value} at step {self.step + 1} of "
                f"{self.plan.description}; lower the learning_rate ({self.plan.learning_rate})"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.step += 1
        return entries

    def _state(self) -> dict[str, object]:
        """Collect all that an uninterrupted training would carry into its next epoch."""
        return {
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "generator": self.generator.get_state(),
            "step": self.step,
            "history": self.history,
            "best": (self.best_loss, self.best_step, self.best_weights),
        }

    def _keep_checkpoint(self) -> None:
        """Write a checkpoint where that costs little of the time, and at the end.

        An epoch of a small cohort is a step or two, a large encoder takes longer to write than
        to train for so long.
        """
        if self.plan.checkpoint is None or not is_first():
            return
        started = time.monotonic()
        due = started - self.written_at >= self.writing_time / CHECKPOINT_SHARE
        if due or self._ended():
            save_checkpoint(self.plan.checkpoint, self._state())
            self.written_at = time.monotonic()
            self.writing_time = self.written_at - started

    def _fits(self, weights: dict[str, Tensor]) -> bool:
        """Tell whether stored weights are of this module, not of another release's."""
        own = self.module.state_dict()
        return own.keys() == weights.keys() and all(
            own[name].shape == weights[name].shape for name in own
        )

    def _resume(self) -> None:
        """Carry on from the checkpoint, if there is one."""
        state = load_checkpoint(self.plan.checkpoint) if self.plan.checkpoint else None
        # A checkpoint of an earlier release knows no best weights, and is of no use here.
        if state is None or "best" not in state or not self._fits(state["module"]):
            return
        self.module.load_state_dict(state["module"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.generator.set_state(state["generator"])
        self.step, self.history = state["step"], state["history"]
        self.best_loss, self.best_step, self.best_weights = state["best"]
        logger.info(
            "%s: resumed at step %d of %d", self.plan.description, self.step, self.plan.n_steps
        )
