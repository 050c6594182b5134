"""Gene sets in the shapes that people have."""

import gzip
import logging
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from twinpurify.cohort.declaration.gene_sets import parse_gene_sets
from twinpurify.errors import TableError, TwinPurifyError
from twinpurify.io.gene_sets import COLUMNS, read_gene_sets

GMT = "SET_A\thttp://a\tTP53\tESR1\t\nSET_B\tna\tKRT5\tTP53\tKRT5\n"
WEIGHTS = "gene,pathway,weight\nA,One,1.0\nB,One,-3.0\nC,One,2.0\nA,Two,0.5\nA,Two,-0.75\n,Two,9\n"
WEIGHTED = {
    "path": "w.csv",
    "source_column": "pathway",
    "target_column": "gene",
    "weight_column": "weight",
}


def read(folder, **collections):
    return read_gene_sets(parse_gene_sets(collections), folder)


def members(sets):
    return {
        name: dict(zip(part["target"], part["weight"], strict=True))
        for name, part in sets.groupby("source")
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_gmt(tmp_path, ending, packed):
    content = GMT.replace("\n", ending).encode()
    path = tmp_path / ("s.gmt.gz" if packed else "s.gmt")
    path.write_bytes(gzip.compress(content) if packed else content)
    sets = read(tmp_path, mine={"path": path.name})
    assert list(sets.columns) == COLUMNS
    assert set(sets["collection"]) == {"mine"}
    assert members(sets) == {
        "SET_A": {"TP53": 1.0, "ESR1": 1.0},
        "SET_B": {"KRT5": 1.0, "TP53": 1.0},
    }


def test_a_table_with_weights(tmp_path):
    (tmp_path / "w.csv").write_text(WEIGHTS)
    sets = members(read(tmp_path, mine=WEIGHTED))
    assert sets == {"One": {"A": 1.0, "B": -3.0, "C": 2.0}, "Two": {"A": -0.75}}


def test_the_largest_absolute_weights_stay(tmp_path):
    (tmp_path / "w.csv").write_text(WEIGHTS)
    sets = members(read(tmp_path, mine=WEIGHTED | {"top": 2}))
    assert sets == {"One": {"B": -3.0, "C": 2.0}, "Two": {"A": -0.75}}


def test_a_quoted_table_parted_by_tabs(tmp_path):
    (tmp_path / "m.txt").write_text('"HUGO symbols"\t"Cell population"\n"CD28"\t"T cells"\n')
    columns = {"source_column": "Cell population", "target_column": "HUGO symbols"}
    sets = read(tmp_path, mine={"path": "m.txt"} | columns)
    assert members(sets) == {"T cells": {"CD28": 1.0}}


def test_a_plain_list_is_one_set(tmp_path):
    (tmp_path / "p.csv").write_text("gene,Basal\nESR1,-1\nKRT5,2\n")
    sets = read(tmp_path, mine={"path": "p.csv", "target_column": "gene", "name": "pam50"})
    assert members(sets) == {"pam50": {"ESR1": 1.0, "KRT5": 1.0}}


def test_absent_files_are_logged_once_and_are_no_error(tmp_path, caplog):
    (tmp_path / "s.gmt").write_text(GMT)
    with caplog.at_level(logging.INFO):
        sets = read(tmp_path, here={"path": "s.gmt"}, gone={"path": "g.gmt"}, lost=WEIGHTED)
    assert set(sets["collection"]) == {"here"}
    (message,) = [record.getMessage() for record in caplog.records]
    assert "gene_sets.gone.path (g.gmt)" in message
    assert "gene_sets.lost.path (w.csv)" in message


def test_no_collection_at_all(tmp_path):
    assert list(read(tmp_path).columns) == COLUMNS


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("SET_A\tTP53\n", "no GMT file.*line 1: SET_A"),
        ("", "no GMT file"),
        ("A\tx\tTP53\nA\tx\tESR1\n", "sets of one name: 'A'"),
        (b"A\tx\t\xff\xfe\xfa\n", "can't be read"),
        (gzip.compress(GMT.encode(), mtime=0)[:30], "can't be read"),
    ],
)
def test_a_damaged_gmt_file_is_an_error(tmp_path, content, message):
    (tmp_path / "s.gmt").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(TableError, match=message):
        read(tmp_path, mine={"path": "s.gmt"})


def test_a_folder_is_no_gmt_file(tmp_path):
    (tmp_path / "s.gmt").mkdir()
    with pytest.raises(TwinPurifyError, match="can't be read"):
        read(tmp_path, mine={"path": "s.gmt"})


def test_a_weight_that_is_no_number_is_an_error(tmp_path):
    (tmp_path / "w.csv").write_text("gene,pathway,weight\nA,One,high\n")
    with pytest.raises(TableError, match=r"'high'.*gene_sets\.mine\.weight_column"):
        read(tmp_path, mine=WEIGHTED)


def test_a_column_that_is_not_there_is_named(tmp_path):
    (tmp_path / "w.csv").write_text("gene,path,weight\nA,One,1\n")
    with pytest.raises(TableError, match=r"gene_sets\.mine\.source_column: 'pathway'"):
        read(tmp_path, mine=WEIGHTED)


def decoupler_with(**functions):
    return SimpleNamespace(op=SimpleNamespace(**functions))


def test_a_download_has_the_names_of_the_file(tmp_path, monkeypatch):
    fetched = pd.DataFrame({"source": ["HYPOXIA", "HYPOXIA"], "target": ["CA9", "VEGFA"]})
    stand_in = decoupler_with(hallmark=lambda organism: fetched)
    monkeypatch.setitem(sys.modules, "decoupler", stand_in)
    sets = read(tmp_path, hallmark={"path": "h.gmt", "download": True})
    assert members(sets) == {"HALLMARK_HYPOXIA": {"CA9": 1.0, "VEGFA": 1.0}}


def test_downloaded_weights_are_cut_to_the_top(tmp_path, monkeypatch):
    weights = pd.DataFrame(
        {"source": ["p53"] * 3, "target": ["A", "B", "C"], "weight": [1.0, -4.0, 2.0], "padj": 0.0}
    )
    stand_in = decoupler_with(progeny=lambda organism: weights)
    monkeypatch.setitem(sys.modules, "decoupler", stand_in)
    sets = read(tmp_path, progeny=WEIGHTED | {"top": 2, "download": True})
    assert members(sets) == {"p53": {"B": -4.0, "C": 2.0}}


def test_a_file_comes_before_a_download(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "decoupler", decoupler_with())
    (tmp_path / "s.gmt").write_text(GMT)
    sets = read(tmp_path, hallmark={"path": "s.gmt", "download": True})
    assert set(sets["source"]) == {"SET_A", "SET_B"}


def test_without_a_network_the_file_to_place_is_named(tmp_path, monkeypatch):
    def offline(organism):
        raise ConnectionError("no route to host")

    monkeypatch.setitem(sys.modules, "decoupler", decoupler_with(hallmark=offline))
    with pytest.raises(
        TableError, match=r"no route to host\)\. Place the file by hand as .*h\.gmt"
    ):
        read(tmp_path, hallmark={"path": "h.gmt", "download": True})


def test_the_shipped_files(real_data):
    from pathlib import Path

    import yaml

    conf = Path(__file__).resolve().parents[2] / "conf" / "base" / "parameters_gene_sets.yml"
    shipped = yaml.safe_load(conf.read_text(encoding="utf-8"))["gene_sets"]
    sets = read(real_data, **shipped)
    counts = sets.groupby("collection")["source"].nunique().to_dict()
    assert counts == {"hallmark": 50, "progeny": 14, "estimate": 2, "mcp_counter": 10, "pam50": 1}
    progeny = sets[sets["collection"] == "progeny"]
    assert set(progeny.groupby("source").size()) == {100}
    assert progeny["weight"].min() < 0 < progeny["weight"].max()
