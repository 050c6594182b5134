"""Agreement bars and the map of genes: what is drawn is what the accounts say."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.studies.agreement_bars import agreement_bars
from twinpurify.plots.studies.attribution_map import GENES_OF_A_CLASS, attribution_map


def agreement():
    pairs = [("attention", "integrated_gradients"), ("attention", "permutation")]
    rows = [
        {"split": split, "class": name, "first": first, "second": second, "n_genes": 9}
        | {"spearman": 0.3 - 0.4 * place + split, "low": -0.5, "high": 0.9}
        for split in (0, 1)
        for name in ("a", "b<")
        for place, (first, second) in enumerate(pairs)
    ]
    return pd.DataFrame(rows)


def attributions():
    genes = [f"G{index:02d}" for index in range(20)]
    parts = [
        pd.DataFrame(
            {
                "split": 0,
                "class": name,
                "gene": genes,
                "integrated_gradients": np.roll(np.arange(20.0), shift),
                "attention": np.arange(20.0)[::-1],
            }
        )
        for name, shift in (("a", 0), ("b", 8))
    ]
    return pd.concat(parts)


def test_a_bar_for_every_class_and_pair_of_the_first_split():
    figure = agreement_bars(agreement())
    assert [bars.name for bars in figure.data] == [
        "attention and integrated gradients",
        "attention and permutation",
    ]
    assert list(figure.data[1].x) == ["a", "b&lt;"]
    assert list(figure.data[1].y) == pytest.approx([-0.1, -0.1])
    assert "<b>a</b>" in figure.data[0].hovertext[0]


def test_no_pair_is_left():
    with pytest.raises(TableError, match="no two accounts were compared"):
        agreement_bars(agreement().assign(spearman=np.nan))


def test_the_strongest_genes_of_each_class_stand_in_rows():
    figure = attribution_map(attributions())
    gradients, attention = figure.data
    assert list(gradients.y) == [
        *[f"G{index:02d}" for index in range(19, 19 - GENES_OF_A_CLASS, -1)],
        *[f"G{index:02d}" for index in range(7, 7 - GENES_OF_A_CLASS, -1)],
    ]
    assert gradients.z[0][0] == 1.0
    assert attention.z[0][0] == pytest.approx(1 / 20)


def test_nothing_was_explained():
    with pytest.raises(TableError, match="no class was explained"):
        attribution_map(attributions()[:0])
