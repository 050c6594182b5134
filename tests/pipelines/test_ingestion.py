"""Nodes of the ingestion pipeline."""

import json
import logging

import pandas as pd
import pytest

from twinpurify.errors import SampleSheetError
from twinpurify.pipelines.ingestion.nodes import simulate_cohort


def test_a_cohort_is_simulated_to_the_same_bits(definition, simulated):
    expression, samples, pure, truth = simulate_cohort(definition)
    pd.testing.assert_frame_equal(expression, simulated[0])
    assert expression.shape == (52, 120)
    assert len(samples) == 52
    assert list(pure.index) == list(truth.index) == list(expression.index[:40])


def test_the_cohort_carries_its_name_and_its_log(assembled):
    cohort, log = assembled
    assert cohort.uns["cohort"] == log["cohort"] == "demo"
    assert cohort.obs["tissue"].value_counts().to_dict() == {"tumour": 40, "normal": 12}
    assert json.loads(json.dumps(log)) == log
    assert log["steps"][0]["reason"] == "read as a table"


def test_sizes_and_warnings_are_logged(simulated, assemble, caplog):
    expression = simulated[0].copy()
    expression.iloc[0] = 9.0
    with caplog.at_level(logging.INFO, logger="twinpurify"):
        assemble(expression, simulated[1])
    assert "demo: 40 tumours, 12 adjacent normals, 120 genes" in caplog.text
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert any(str(expression.index[0]) in record.getMessage() for record in warnings)


def test_an_error_of_the_cohort_is_passed_on(simulated, assemble):
    with pytest.raises(SampleSheetError, match=r"columns\.subtype"):
        assemble(simulated[0], simulated[1].drop(columns="subtype"))
