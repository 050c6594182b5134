"""Fitted maps as torch modules, which gradients can pass through."""

import numpy as np
import torch
from torch import Tensor, nn


class FixedScaling(nn.Module):
    """Shifts and scales each column by amounts that aren't trained.

    Parameters
    ----------
    mean, scale : array, shape (columns,)
        What is subtracted, and then divided by; an infinite scale makes a column 0.
    """

    mean: Tensor
    factor: Tensor

    def __init__(self, mean: np.ndarray, scale: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("mean", float_tensor(mean))
        self.register_buffer("factor", float_tensor(1.0 / np.asarray(scale)))

    def forward(self, values: Tensor) -> Tensor:
        """Scale values, shape (samples, columns)."""
        return (values - self.mean) * self.factor


class ColumnWeights(nn.Module):
    """Multiplies each column by a weight that is trained, 1 in the beginning.

    Parameters
    ----------
    n_columns : int
    """

    def __init__(self, n_columns: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_columns))

    def forward(self, values: Tensor) -> Tensor:
        """Weigh values, shape (samples, columns)."""
        return values * self.weight


def linear_map(matrix: np.ndarray, intercept: np.ndarray | None = None) -> nn.Linear:
    """Make a trainable layer of a fitted matrix.

    Parameters
    ----------
    matrix : array, shape (inputs, outputs)
    intercept : array, shape (outputs,), optional
        Zeros by default.
    """
    layer = nn.utils.skip_init(nn.Linear, *matrix.shape)
    with torch.no_grad():
        layer.weight.copy_(float_tensor(matrix.T))
        layer.bias.copy_(
            torch.zeros(matrix.shape[1]) if intercept is None else float_tensor(intercept)
        )
    return layer


def float_tensor(values: np.ndarray) -> Tensor:
    """Copy an array, float32."""
    return torch.tensor(np.asarray(values), dtype=torch.float32)
