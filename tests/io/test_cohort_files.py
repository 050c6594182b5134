"""A whole cohort out of its definition and its files."""

import numpy as np
import pandas as pd
import pytest
import yaml

from twinpurify.errors import ConfigurationError, TableError
from twinpurify.io.cohort_files import load_definition, read, read_cohort

SETTINGS = {
    "title": "Mine",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "linear"},
    "expression": {"path": "e.csv", "orientation": "samples_in_rows"},
    "samples": {"path": "s.csv", "id_column": "sample"},
    "columns": {"patient_id": "patient", "tissue": "tissue", "grade": "grade"},
}


@pytest.fixture
def raw(tmp_path):
    rng = np.random.default_rng(0)
    samples = [f"s{place:02}" for place in range(28)]
    profiles = pd.DataFrame(
        rng.gamma(1.0, 40.0, (28, 60)), index=pd.Index(samples, name="sample")
    ).add_prefix("GENE")
    profiles.to_csv(tmp_path / "e.csv")
    sheet = pd.DataFrame({"sample": samples, "patient": samples, "grade": 2})
    sheet["tissue"] = ["tumour"] * 22 + ["normal"] * 6
    sheet.to_csv(tmp_path / "s.csv", index=False)
    return tmp_path


def write(folder, text):
    path = folder / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_and_what_stands_in_it_read_the_same(raw):
    path = write(raw, yaml.safe_dump({"mine": SETTINGS}))
    cohort = read(path, raw)
    assert (cohort.shape, cohort.uns["cohort"]) == ((28, 60), "mine")
    assert (cohort.obs["tissue"] == "tumour").sum() == 22
    pd.testing.assert_frame_equal(read({"mine": SETTINGS}, str(raw)).to_df(), cohort.to_df())


def test_the_log_says_what_happened(raw):
    name, definition = load_definition({"mine": SETTINGS})
    _, log = read_cohort(definition, name, raw)
    assert log["cohort"] == "mine"
    assert {step["step"] for step in log["steps"]} >= {"source", "matrix"}


def test_few_samples_are_enough_to_be_scored(raw):
    for name in ("e.csv", "s.csv"):
        pd.read_csv(raw / name).iloc[:2].to_csv(raw / name, index=False)
    assert read({"mine": SETTINGS}, raw, to_score=True).n_obs == 2


def test_values_mean_what_they_mean_to_a_run(raw):
    path = write(
        raw,
        "mine:\n  title: ${mine.platform}\n  platform: rna_seq\n"
        "  unit: {quantity: tpm, scale: linear}\n  expression: {path: e.csv, orientation: "
        "samples_in_rows}\n  columns: {tissue: tissue}\n",
    )
    assert load_definition(path)[1].title == "rna_seq"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{a: {}, b: {}}", "this one has 'a', 'b' \\(2 in all\\) on top"),
        ("{}", r"this one has nothing on top"),
        ("[1, 2]", "holds a list, not a cohort"),
        ("a: {b: ", "is no YAML that can be read"),
        ("a: ${nowhere}", "is no YAML that can be read"),
        ("20241: {title: A}", "A cohort can't be called '20241'"),
        ("mine: {titel: A}", "mine.titel: unknown key"),
    ],
)
def test_what_is_no_definition_is_said(tmp_path, text, message):
    with pytest.raises(ConfigurationError, match=message):
        load_definition(write(tmp_path, text))


def test_a_definition_that_is_not_there(tmp_path):
    with pytest.raises(TableError, match=r"there is no definition .*none\.yml"):
        read(tmp_path / "none.yml", tmp_path)
