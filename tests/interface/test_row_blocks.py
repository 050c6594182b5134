"""Blocks of rows: every row once, and as large as a cache."""

import pytest
import torch

from twinpurify.interface.row_blocks import BLOCK_VALUES, empty_for_products, row_blocks

CPU = torch.device("cpu")


@pytest.mark.parametrize(("n_rows", "n_columns"), [(1, 1), (1000, 6000), (7, 10**6), (5, 0)])
def test_blocks_hold_every_row_once_and_fit_into_the_cache(n_rows, n_columns):
    blocks = list(row_blocks(n_rows, n_columns, CPU))
    rows = [row for block in blocks for row in range(n_rows)[block]]
    assert rows == list(range(n_rows))
    largest = max(block.stop - block.start for block in blocks)
    assert largest == 1 or largest * n_columns <= BLOCK_VALUES


def test_a_gpu_takes_all_rows_at_once():
    assert list(row_blocks(10**4, 10**4, torch.device("cuda"))) == [slice(0, 10**4)]


def test_the_input_of_a_network_has_the_precision_of_its_products():
    assert empty_for_products(2, 3, CPU).dtype == torch.float32
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert empty_for_products(2, 3, CPU).dtype == torch.bfloat16
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=False):
        assert empty_for_products(2, 3, CPU).dtype == torch.float32
