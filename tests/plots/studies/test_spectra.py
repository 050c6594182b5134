"""Singular values of embeddings."""

import numpy as np
import pytest

from tests.plots.study_tables import study_spectra
from twinpurify.errors import TableError
from twinpurify.plots.studies.spectra import singular_value_curves


def test_a_line_is_the_mean_over_repeats_and_ends_at_rounding():
    (line,) = singular_value_curves(study_spectra()).data
    assert line.name == "SCARF (2.50)"
    assert list(line.x) == [1, 2, 3]
    assert list(line.y[:2]) == pytest.approx([1.0, 0.5]) and np.isnan(line.y[2])


def test_without_an_embedding_there_is_no_figure():
    with pytest.raises(TableError, match="no method was pretrained"):
        singular_value_curves(study_spectra().query("quantity == 'effective_rank'"))
