"""Curves of imputation: a column a pattern, a line an imputer, without the control."""

import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.studies.imputation_curves import imputation_curves


@pytest.fixture
def table():
    rows = [
        {"cohort": cohort, "pattern": pattern, "metric": metric, "imputer": imputer, "rate": rate}
        for cohort, pattern in (
            ("there", "platform"),
            ("here", "control_permuted"),
            ("here", "at_random"),
        )
        for metric in ("rmse", "relative_rmse", "gene_correlation")
        for imputer in ("mean", "principal_components")
        for rate in (0.9, 0.1)
    ]
    return pd.DataFrame(rows).assign(mean=lambda t: t["rate"], low=0.0, high=1.0)


def test_patterns_are_columns_and_imputers_are_lines(table):
    figure = imputation_curves(table)
    assert [note.text for note in figure.layout.annotations] == [
        "At random",
        "Another cohort: there",
    ]
    assert len(figure.data) == 2 * 2 * 2
    assert {trace.name for trace in figure.data} == {"Factor model", "Training mean"}
    assert [trace.name for trace in figure.data if trace.showlegend] == [
        "Factor model",
        "Training mean",
    ]
    assert all(list(trace.y) == [0.1, 0.9] for trace in figure.data)
    assert figure.data[0].text[0].startswith("<b>Factor model</b> with 10% hidden")


def test_a_control_alone_has_a_reason(table):
    with pytest.raises(TableError, match=r"measured no pattern \(`imputation\.patterns`\)"):
        imputation_curves(table[table["pattern"] == "control_permuted"])
