"""What becomes of normals that look like tumours."""

import pandas as pd
import pytest

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.errors import BackgroundError, ConfigurationError

SETTINGS = {
    "title": "Simulated",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    "expression": {"path": "e.csv", "orientation": "samples_in_rows"},
    "samples": {"path": "s.csv"},
    "columns": {"patient_id": "patient_id", "tissue": "tissue"},
    "tissue_values": {"tumour": ["tumour"], "normal": ["normal"]},
}


@pytest.fixture(scope="module")
def planted() -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """A cohort with two of its purest tumours among the normals, and one normal among tumours."""
    settings = SyntheticSettings(n_tumours=100, n_normals=20, n_matched_normals=0, n_genes=800)
    simulated = generate_synthetic_cohort(settings)
    sheet = simulated.samples.set_index("sample")[["patient_id", "tissue"]].astype(object)
    purest = simulated.truth_table["purity"].nlargest(2).index.tolist()
    sheet.loc[purest, "tissue"] = "normal"
    sheet.loc[sheet.index[-1], "tissue"] = "tumour"
    return simulated.expression, sheet, purest


def assemble(planted, **changes):
    definition = parse_definition("demo", SETTINGS | changes)
    return assemble_cohort(*planted[:2], definition, "demo")


def test_by_default_they_are_named_and_stay(planted):
    cohort, log = assemble(planted)
    assert cohort.n_obs == 120
    (warning,) = [text for text in log["warnings"] if "a normal that looks like" in text]
    assert all(sample in warning for sample in planted[2])


def test_they_leave_where_that_is_said(planted):
    expression, _, purest = planted
    cohort, log = assemble(planted, mislabelled_normals="leave_out")
    assert sorted(set(expression.index) - set(cohort.obs_names)) == sorted(purest)
    (step,) = [step for step in log["steps"] if step["step"] == "mislabelled_normals"]
    assert (step["dropped"], step["kept_samples"]) == (2, 118)
    assert sorted(step["examples"]) == sorted(purest)
    pd.testing.assert_frame_equal(
        cohort.to_df(), expression.loc[cohort.obs_names, cohort.var_names], check_names=False
    )


def test_tumours_that_look_like_normals_always_stay(planted):
    cohort, log = assemble(planted, mislabelled_normals="leave_out")
    swapped = planted[1].index[-1]
    assert cohort.obs.loc[swapped, "tissue_doubt"].startswith("a tumour that looks like a normal")
    assert any(swapped in text for text in log["warnings"])


def test_too_few_normals_that_are_left_are_refused(planted, monkeypatch):
    monkeypatch.setattr("twinpurify.cohort.checks.MINIMUM_NORMALS", 20)
    assert assemble(planted)[0].n_obs == 120
    with pytest.raises(BackgroundError, match="has 19 adjacent normals with a profile"):
        assemble(planted, mislabelled_normals="leave_out")


def test_another_setting_is_refused():
    with pytest.raises(ConfigurationError, match=r"demo\.mislabelled_normals: .*'leave_out'"):
        parse_definition("demo", SETTINGS | {"mislabelled_normals": "drop"})


def test_markers_that_the_matrix_lacks_are_noted(planted):
    markers = {"tumour": [planted[0].columns[0], "COL10A0"], "normal": ["ADIPOQ0"]}
    _, log = assemble(planted, markers=markers)
    (note,) = [step["reason"] for step in log["steps"] if step["step"] == "markers"]
    assert note == "genes of `markers` that the matrix lacks: 'COL10A0', 'ADIPOQ0' (2 in all)"
