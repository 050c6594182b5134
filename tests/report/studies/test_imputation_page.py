"""The page of the study of imputation."""

import pandas as pd
import pytest

from twinpurify.plots.studies.imputation_curves import imputation_curves
from twinpurify.report.studies.imputation_page import build_imputation_page

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def table():
    own = {"cohort": ATTACK, "trained_on": ATTACK, "metric": "rmse", "rate": 0.5, "n_splits": 2}
    own |= {"reference": "principal_components", "low": 0.4, "high": 0.6}
    nothing = dict.fromkeys(("difference", "difference_low", "difference_high"), float("nan"))
    worse = {"difference": 0.3, "difference_low": 0.2, "difference_high": 0.4}
    rows = []
    for pattern in ("at_random", "control_permuted"):
        shared = own | {"pattern": pattern}
        rows.append(shared | nothing | {"imputer": "principal_components", "mean": 0.51})
        rows.append(shared | worse | {"imputer": "mean", "mean": 0.81})
    return pd.DataFrame(rows)


def test_scores_and_control_stand_apart_and_text_is_escaped(table):
    page = build_imputation_page(table, imputation_curves(table), "today")
    scores, control = page.split('id="control"')
    for part in (scores, control):
        assert part.count("<td>Training mean</td>") == 1
        assert "<td>+0.30 (+0.20 to +0.40)</td>" in part
    assert "<td>at random</td>" in scores
    assert "<td>control permuted</td>" in control
    assert ATTACK not in page
    assert "2 splits, today" in page


def test_it_fetches_nothing(table):
    page = build_imputation_page(table, imputation_curves(table), "today")
    assert "default-src 'none'" in page
    assert 'src="http' not in page
