"""Settings of the gene sets, and what is refused with the key's name."""

from pathlib import Path

import pytest
import yaml

from twinpurify.cohort.declaration.gene_sets import DOWNLOADABLE, GeneSetCollection, parse_gene_sets
from twinpurify.errors import ConfigurationError

SHIPPED = Path(__file__).resolve().parents[3] / "conf" / "base" / "parameters_gene_sets.yml"
TABLE = {"path": "t.csv", "source_column": "set", "target_column": "gene"}


def test_the_shipped_collections_are_those_that_the_questions_name():
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["gene_sets"]
    collections = parse_gene_sets(shipped)
    assert list(collections) == ["hallmark", "progeny", "estimate", "mcp_counter", "pam50"]
    assert set(DOWNLOADABLE) <= set(collections)


@pytest.mark.parametrize(
    ("path", "fmt", "is_gmt"),
    [("s.gmt", "auto", True), ("S.GMT.gz", "auto", True), ("s.txt", "gmt", True)],
)
def test_gmt_is_told_by_the_name_or_declared(path, fmt, is_gmt):
    assert GeneSetCollection(path=path, format=fmt).is_gmt == is_gmt


def test_a_gmt_name_can_be_declared_a_table():
    assert not GeneSetCollection(**TABLE | {"path": "s.gmt", "format": "table"}).is_gmt


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"path": "s.gmt", "colunm": "x"}, r"gene_sets\.mine\.colunm"),
        ({}, r"gene_sets\.mine\.path: Field required"),
        ({"path": "s.gmt", "target_column": "gene"}, "target_column are for tables"),
        ({"path": "t.csv", "source_column": "set"}, "needs target_column, the genes"),
        ({"path": "t.csv", "target_column": "gene"}, "either source_column"),
        (TABLE | {"name": "one"}, "either source_column"),
        (TABLE | {"top": 5}, "needs weight_column"),
        (TABLE | {"top": 0, "weight_column": "w"}, r"gene_sets\.mine\.top"),
        ({"path": "s.gmt", "download": True}, "only hallmark and progeny can be downloaded"),
    ],
)
def test_what_contradicts_is_refused(settings, message):
    with pytest.raises(ConfigurationError, match=message):
        parse_gene_sets({"mine": settings})
