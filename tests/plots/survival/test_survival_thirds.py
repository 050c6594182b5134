"""Each patient stands once in a curve, where she stood on average."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.survival.survival_thirds import survival_thirds

COLUMNS = ["sample_id", "split", "risk_quantile", "tertile", "time", "event", "stratum"]


@pytest.fixture
def tables():
    rows = [
        ("A", 0, 0.1, 1, 500.0, 1, "brca"),
        ("A", 1, 0.4, 2, 500.0, 1, "brca"),
        ("B", 0, 1.0, 3, 900.0, 0, "gbm"),
        ("C", 1, 0.5, 2, 70.0, 1, np.nan),
    ]
    table = pd.DataFrame(rows, columns=COLUMNS).assign(
        cohort="demo", trained_on="demo", method="twinpurify", task="survival_os"
    )
    elsewhere = table.assign(cohort="scanb", risk_quantile=0.9)
    return {"tertiles": pd.concat([table, elsewhere])}


def test_places_are_averaged_over_splits(tables):
    thirds = survival_thirds(tables, "twinpurify", "survival_os")
    assert thirds["third"].to_dict() == {"A": 1, "B": 3, "C": 2}
    assert thirds.loc["A", ["time", "event"]].tolist() == [500.0, 1]
    assert thirds["stratum"].to_dict() == {"A": "brca", "B": "gbm", "C": ""}


@pytest.mark.parametrize(("written", "read"), [(np.nan, ""), (2.0, "2.0"), ("luad", "luad")])
def test_a_stratum_is_text_whatever_a_file_makes_of_it(tables, written, read):
    changed = {"tertiles": tables["tertiles"].assign(stratum=written)}
    thirds = survival_thirds(changed, "twinpurify", "survival_os")
    assert thirds["stratum"].tolist() == [read] * 3


def test_an_endpoint_that_the_cohort_lacks_is_refused(tables):
    with pytest.raises(TableError, match="no survival_pfi, or too few of its patients"):
        survival_thirds(tables, "twinpurify", "survival_pfi")
