"""Random panels: of the size asked for, the same for all, whatever the order of the genes."""

import numpy as np
import pytest

from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.studies.gene_panels.panels import draw_panels

GENES = [f"G{index}" for index in range(30)]


def rng_of(purpose):
    return np.random.default_rng(len(purpose))


def test_panels_have_their_size_without_doubles():
    panels, notes = draw_panels(GENES, [10, 5, 30], 4, rng_of)
    assert list(panels) == [5, 10, 30]
    for size, drawn in panels.items():
        assert [len(set(panel)) for panel in drawn] == [size] * 4
        assert all(set(panel) <= set(GENES) for panel in drawn)
    assert panels[5][0] != panels[5][1]
    assert notes == []


def test_the_order_of_the_genes_is_nothing():
    assert draw_panels(GENES, [7], 3, rng_of) == draw_panels(GENES[::-1], [7], 3, rng_of)


def test_a_size_too_large_is_noted():
    panels, notes = draw_panels(GENES, [5, 31], 1, rng_of)
    assert list(panels) == [5]
    assert notes == ["no panels of 31 genes: the cohort has 30"]


def test_no_size_fits():
    with pytest.raises(UnanswerableError, match=r"no panels of 31 genes.*gene_panels.panel_sizes"):
        draw_panels(GENES, [31], 1, rng_of)
