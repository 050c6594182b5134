"""Multi-layer perceptrons with batch normalisation, initialised from a generator handed in."""

from collections.abc import Sequence

import torch
from torch import nn

from twinpurify.training.distributed import BatchNorm
from twinpurify.training.dropout import Dropout


def build_mlp(
    n_inputs: int,
    hidden: Sequence[int],
    n_outputs: int,
    generator: torch.Generator,
    dropout: float = 0.0,
    output_bias: bool = True,
) -> nn.Sequential:
    """Build Linear-BatchNorm-ReLU blocks, maybe with dropout, and a linear output layer.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Width of the input and of the output.
    hidden : sequence of int
        Width of each hidden layer; may be empty, which leaves one linear map.
    generator : torch.Generator
        Source of the initial weights. The global generator of torch is shared by threads, and
        would make a result depend on what else runs.
    dropout : float
        Share of the units of each hidden layer; 0 adds no layer for it.
    output_bias : bool
        Whether the output layer has a bias; what normalises the output next would cancel it.
    """
    layers: list[nn.Module] = []
    width = n_inputs
    for next_width in hidden:
        # Batch normalisation cancels a bias: its gradient is rounding noise, which Adam would
        # scale up to whole steps, and the running mean would lag behind.
        linear = _linear(width, next_width, generator, bias=False)
        layers += [linear, BatchNorm(next_width), nn.ReLU()]
        layers += [Dropout(dropout)] if dropout else []
        width = next_width
    layers.append(_linear(width, n_outputs, generator, bias=output_bias))
    return nn.Sequential(*layers)


def _linear(
    n_inputs: int, n_outputs: int, generator: torch.Generator, bias: bool = True
) -> nn.Linear:
    """Make a linear layer, uniform within 1/sqrt(fan-in) as torch does, from the generator."""
    layer = nn.utils.skip_init(nn.Linear, n_inputs, n_outputs, bias=bias)
    bound = n_inputs**-0.5
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    return layer
