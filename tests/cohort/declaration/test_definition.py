"""Definitions of cohorts: what a file may say, and how a mistake in it is named."""

import copy
from pathlib import Path

import pytest
import yaml

from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError

COHORT_FILES = sorted((Path(__file__).resolve().parents[3] / "conf/base/cohorts").glob("*.yml"))
WHOLE = yaml.safe_load(
    """
title: Example
platform: rna_seq
unit: {quantity: tpm, scale: log2, offset: 1.0}
expression: {path: a/expression.csv, orientation: genes_in_rows, drop_columns: [description]}
samples: {path: a/samples.csv, id_column: 1}
columns: {patient_id: patient, tissue: kind, subtype: pam50, grade: nhg}
purity: {cpe: CPE, absolute: ABSOLUTE}
survival: {os: {time: t, event: e, time_unit: days, event_values: [1], censored_values: ["0"]}}
tissue_values: {tumour: [tumor], normal: [normal]}
label_values: {subtype: [LumA, LumB], grade: {G1: 1, G2: 2}}
patient_id_pattern: "^(.{12})"
"""
)


def with_change(path: str, value: object) -> dict:
    settings = copy.deepcopy(WHOLE)
    *parents, key = path.split(".")
    section = settings
    for parent in parents:
        section = section[parent]
    section[key] = value
    return settings


def test_a_definition_keeps_order_and_reads_numbers_as_text():
    definition = parse_definition("example", WHOLE)
    assert list(definition.purity) == ["cpe", "absolute"]
    assert definition.samples.id_column == "1"
    assert definition.survival["os"].event_values == ["1"]
    assert definition.label_values["grade"] == {"G1": "1", "G2": "2"}
    assert definition.expression.format == "auto"
    assert definition.require_normals


def test_what_may_be_left_out():
    least = {key: WHOLE[key] for key in ("title", "platform", "unit", "expression", "samples")}
    definition = parse_definition("example", least | {"require_normals": False})
    assert definition.columns == {}
    assert definition.tissue_values is None


BAD_SETTINGS = [
    ("expresion", {}, r"example\.expresion: unknown key \(did you mean 'expression'\?\)"),
    ("samples.idcolumn", "x", r"samples\.idcolumn: unknown key \(did you mean 'id_column'\?\)"),
    ("title", None, r"example\.title: Input should be a valid string"),
    ("platform", "chip", r"example\.platform: .*'rna_seq' or 'microarray'"),
    ("platform", "microarray", "platform microarray doesn't measure tpm"),
    ("unit.quantity", "intensity", "platform rna_seq doesn't measure intensity"),
    ("unit", {"quantity": "tpm", "scale": "log2"}, r"example\.unit: scale log2 needs `offset`"),
    ("expression.orientation", "wide", "'samples_in_rows' or 'genes_in_rows'"),
    ("expression.format", "xlsx", "'auto', 'parquet', 'feather', 'csv', .* or 'archs4'"),
    ("columns.site", "centre", r"columns\.site.*: Input should be 'patient_id', 'tissue'"),
    ("purity", {"a-b": "x"}, r"purity\.a-b.*String should match pattern"),
    ("survival.efs", {}, r"survival\.efs.*'os', 'dss', 'dfi', 'pfi' or 'rfs'"),
    ("survival.os.time_unit", "day", "'days', 'weeks', 'months' or 'years'"),
    ("survival.os.event_values", [], r"os\.event_values: List should have at least 1 item"),
    ("survival.os.event_values", ["0"], r"\['0'\] stand in both event_values and censored_values"),
    ("survival.os.event_values", [True], r"YAML read this code as True: put it in quotes"),
    ("tissue_values", {"normal": ["n"]}, r"tissue_values\.tumour: Field required"),
    ("tissue_values.normal", ["tumor"], r"\['tumor'\] stand in both tumour and normal"),
    ("columns", {}, r"tissue_values \(the values\) needs columns\.tissue \(the column\)"),
    (
        "survival.os.competing_values",
        ["1"],
        r"\['1'\] stand in both event_values and competing_values",
    ),
    ("barcodes", {"scheme": "cptac"}, r"barcodes\.scheme.*'tcga'"),
    ("genes", {"collapse": "median"}, r"genes\.collapse.*'max_mean'"),
    ("genes", {"map": {"path": "map.csv"}}, r"genes\.map\.from_column: Field required"),
    ("label_values.subtype", "pam51", r"label_values\.subtype.*'pam50'"),
    ("samples.join", [{"pth": "x.csv"}], r"samples\.join\.0\.pth: unknown key .*'path'"),
    (
        "expression",
        {"path": "e.csv", "orientation": "samples_in_rows", "annotation_columns": ["name"]},
        "annotation_columns describe genes, so they need orientation genes_in_rows",
    ),
    ("tissue_values.normal", [], r"require_normals is true, so .*require_normals: false"),
    ("label_values.stage", ["I"], r"label_values names \['stage'\], which `columns` doesn't map"),
    ("patient_id_pattern", "(", r"patient_id_pattern: '\(' is no regular expression"),
    ("patient_id_pattern", "^.{12}", "has 0 groups; it needs one"),
    ("synthetic", {"n_tumors": 30}, r"synthetic\.n_tumors: unknown key"),
]


@pytest.mark.parametrize(("path", "value", "message"), BAD_SETTINGS)
def test_a_wrong_setting_is_named(path, value, message):
    with pytest.raises(ConfigurationError, match=message):
        parse_definition("example", with_change(path, value))


@pytest.mark.parametrize("name", ["TCGA", "a-b", "a__b", "1a", "a_", "2024_1", "1e5", "no"])
def test_a_name_that_no_dataset_can_bear_is_refused(name):
    with pytest.raises(ConfigurationError, match=f"can't be called '{name}'"):
        parse_definition(name, WHOLE)


def test_all_mistakes_are_named_at_once():
    settings = with_change("platform", "chip") | {"purty": {}}
    with pytest.raises(ConfigurationError, match=r"(?s)example\.platform.*example\.purty"):
        parse_definition("example", settings)


@pytest.mark.parametrize("name", [20241, 100000.0, False])
def test_a_reference_that_yaml_made_a_value_of_is_refused_with_the_reason(name):
    lent = with_change("reference_normals", {"cohort": name})
    match = rf"example\.reference_normals\.cohort: YAML read this name as {name}, .*begins with"
    with pytest.raises(ConfigurationError, match=match):
        parse_definition("example", lent)


@pytest.mark.parametrize("file", COHORT_FILES, ids=lambda file: file.stem)
def test_every_cohort_file_is_understood(file):
    for name, settings in yaml.safe_load(file.read_text()).items():
        assert parse_definition(name, settings).title


def test_closest_suggests_nothing_far_fetched():
    assert closest("PAM50", ["PAM50_call", "stage"]) == " (did you mean 'PAM50_call'?)"
    assert closest("xyz", ["PAM50_call", "stage"]) == ""
