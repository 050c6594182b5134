"""Element by element over a batch: in blocks of rows that stay in the cache between passes."""

from collections.abc import Iterator

import torch
from torch import Tensor

# A megabyte of float32, about the second-level cache of a core.
BLOCK_VALUES = 2**18


def row_blocks(n_rows: int, n_columns: int, device: torch.device) -> Iterator[slice]:
    """Cut rows into blocks; on a GPU, where each pass costs a launch, into one.

    Parameters
    ----------
    n_rows, n_columns : int
        Shape of what is worked on.
    device : torch.device
    """
    step = n_rows if device.type == "cuda" else max(1, BLOCK_VALUES // max(n_columns, 1))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def empty_for_products(n_rows: int, n_columns: int, device: torch.device) -> Tensor:
    """Allocate the input of a network in the precision that its matrix products take.

    Under autocast that is the lower one: a float32 copy would be made only to be rounded.
    """
    lower = torch.is_autocast_enabled(device.type)
    dtype = torch.get_autocast_dtype(device.type) if lower else torch.float32
    return torch.empty(n_rows, n_columns, dtype=dtype, device=device)
