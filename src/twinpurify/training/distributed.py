"""One training in several processes that share each batch, with the result of one process.

Without a process group of `torch.distributed`, all of this is what one process does alone.
"""

from collections.abc import Callable

import torch
import torch.distributed as dist
from torch import Tensor, nn

from twinpurify.errors import ConfigurationError

LossOfBatch = Callable[[Tensor, torch.Generator], dict[str, Tensor]]


def n_processes() -> int:
    """Count the processes of this training."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def is_first() -> bool:
    """Tell whether this process writes what is written once."""
    return n_processes() == 1 or dist.get_rank() == 0


def own_rows(n_rows: int) -> slice:
    """Tell which rows of a batch are this process's.

    All processes draw for the whole batch and take their rows of what was drawn: so the draws are
    those of one process.
    """
    if n_processes() == 1:
        return slice(0, n_rows)
    share = n_rows // n_processes()
    return slice(dist.get_rank() * share, (dist.get_rank() + 1) * share)


def check_divisible(batch_size: int) -> None:
    """Refuse a batch that can't be shared out evenly.

    Raises
    ------
    ConfigurationError
        If the batch isn't a multiple of the number of processes.
    """
    if batch_size % n_processes():
        raise ConfigurationError(
            f"a batch of {batch_size} tumours can't be shared evenly by {n_processes()} "
            "processes; set batch_size, at most the number of tumours, to a multiple of them"
        )


class _SumOverProcesses(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, values: Tensor) -> Tensor:
        total = values.contiguous().clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> Tensor:
        # What every process made of the sum depends on this process's values.
        total = gradient.contiguous().clone()
        dist.all_reduce(total)
        return total


def sum_over_processes(values: Tensor) -> Tensor:
    """Sum a tensor over the processes, so that gradients pass back to all of them."""
    return values if n_processes() == 1 else _SumOverProcesses.apply(values)


def mean_of_rows(values: Tensor) -> Tensor:
    """Average over the rows of all processes, which have as many rows each."""
    return sum_over_processes(values.mean(dim=0)) / n_processes()


def mean_over_processes(value: float, device: torch.device) -> float:
    """Average a number that is only looked at; the device is that of the training."""
    if n_processes() == 1:
        return value
    return sum_over_processes(torch.tensor(value, device=device)).item() / n_processes()


def check_same_step(step: int, device: torch.device) -> None:
    """Refuse to go on from different checkpoints.

    Raises
    ------
    ConfigurationError
        If the processes are at different steps.
    """
    if mean_over_processes(float(step), device) != step:
        raise ConfigurationError(
            f"the processes of a training resumed at different steps, this one at {step}; give "
            "them a folder of checkpoints that all of them see"
        )


def gathered(rows: Tensor) -> Tensor:
    """Put the rows of all processes below each other, without gradients."""
    rows = rows.detach().contiguous()
    if n_processes() == 1:
        return rows
    parts = [torch.empty_like(rows) for _ in range(n_processes())]
    dist.all_gather(parts, rows)
    return torch.cat(parts)


def gathered_with_gradients(rows: Tensor) -> Tensor:
    """Put the rows of all processes below each other, so that gradients pass back to all."""
    if n_processes() == 1:
        return rows
    n_whole = len(rows) * n_processes()
    whole = rows.new_zeros(n_whole, *rows.shape[1:])
    whole[own_rows(n_whole)] = rows
    return sum_over_processes(whole)


class BatchNorm(nn.BatchNorm1d):
    """Batch normalisation by the statistics of the whole batch, on any device.

    ``torch.nn.SyncBatchNorm`` is for GPUs alone.
    """

    def forward(self, values: Tensor) -> Tensor:
        """Normalise values, shape (rows, features), and follow their statistics in training."""
        if n_processes() == 1 or not self.training:
            return super().forward(values)
        rows = values.float()
        mean = mean_of_rows(rows)
        variance = mean_of_rows((rows - mean).square())
        self._follow(mean.detach(), variance.detach(), len(rows) * n_processes())
        normalized = (rows - mean) * torch.rsqrt(variance + self.eps)
        return (normalized * self.weight + self.bias).to(values.dtype)

    def _follow(self, mean: Tensor, variance: Tensor, n_rows: int) -> None:
        """Move the running statistics towards those of the batch, as torch does."""
        self.num_batches_tracked.add_(1)
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * n_rows / (n_rows - 1), self.momentum)


class LossOfModule(nn.Module):
    """A module and the loss of a batch as one module, which is what can be distributed."""

    def __init__(self, module: nn.Module, loss_of_batch: LossOfBatch) -> None:
        super().__init__()
        self.module = module
        self.loss_of_batch = loss_of_batch

    def forward(self, batch: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Compute the entries of the loss of this process's rows."""
        return self.loss_of_batch(batch, generator)


def distributed_loss(module: nn.Module, loss_of_batch: LossOfBatch) -> LossOfBatch:
    """Make gradients of a loss those of all processes: the mean over them.

    A loss of sums over the processes has its own gradient in each; a mean of rows is the mean of
    the processes' means. Either way the mean over processes is the gradient for the whole batch.
    """
    if n_processes() == 1:
        return loss_of_batch
    whole = LossOfModule(module, loss_of_batch)
    # Running statistics are alike already.
    return nn.parallel.DistributedDataParallel(
        whole, broadcast_buffers=False, gradient_as_bucket_view=True
    )
