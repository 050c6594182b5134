"""Optimisers and schedules of the learning rate that a training may name."""

import math
from typing import Any, Literal

import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ConstantLR, LambdaLR, LRScheduler, OneCycleLR

OptimizerName = Literal["adamw", "adam", "rmsprop", "sgd"]
ScheduleName = Literal["one_cycle", "cosine", "constant"]
SGD_MOMENTUM = 0.9


def build_optimizer(
    name: OptimizerName, groups: list[dict[str, Any]], learning_rate: float, weight_decay: float
) -> Optimizer:
    """Set up an optimiser.

    Parameters
    ----------
    name : {"adamw", "adam", "rmsprop", "sgd"}
        SGD has momentum 0.9. AdamW decays weights apart from the gradient, the others with it.
    groups : list of dict
        Parameters, maybe with a learning rate (``lr``) of their own, in torch's form.
    learning_rate, weight_decay : float
    """
    settings = {"lr": learning_rate, "weight_decay": weight_decay}
    if name == "rmsprop":
        return torch.optim.RMSprop(groups, foreach=True, **settings)
    if name == "sgd":
        return torch.optim.SGD(groups, momentum=SGD_MOMENTUM, fused=True, **settings)
    kind = torch.optim.AdamW if name == "adamw" else torch.optim.Adam
    return kind(groups, fused=True, **settings)


def build_schedule(
    name: ScheduleName, optimizer: Optimizer, n_steps: int, warm_up: float
) -> LRScheduler:
    """Set up how the learning rate of each group goes from step to step.

    Parameters
    ----------
    name : {"one_cycle", "cosine", "constant"}
        One cycle warms up along a cosine, momentum falling meanwhile; "cosine" warms up along a
        line; both then fall along a cosine. Constant has no warm-up.
    optimizer : Optimizer
        With the peak learning rates.
    n_steps : int
    warm_up : float
        Share of the steps.
    """
    n_scheduled = n_steps + 1
    if name == "constant":
        return ConstantLR(optimizer, factor=1.0, total_iters=0)
    if name == "one_cycle":
        peaks = [group["lr"] for group in optimizer.param_groups]
        # One step of warm-up at least: torch divides by its length.
        share = max(warm_up, 2.0 / n_scheduled)
        return OneCycleLR(optimizer, peaks, total_steps=n_scheduled, pct_start=share)
    n_rising = max(1, round(warm_up * n_steps))

    def factor(step: int) -> float:
        fallen = max(0, step + 1 - n_rising) / (n_scheduled - n_rising)
        return min(1.0, (step + 1) / n_rising) * 0.5 * (1.0 + math.cos(math.pi * fallen))

    return LambdaLR(optimizer, factor)
