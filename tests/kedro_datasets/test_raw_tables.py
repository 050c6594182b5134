"""The user's own files, read as the cohort's definition declares them."""

import pandas as pd
import pytest
from kedro.io import DatasetError

from twinpurify.cohort.declaration.sources import (
    ExpressionTable,
    GeneSettings,
    IdTable,
    SampleTable,
)
from twinpurify.kedro_datasets.raw_tables import (
    ExpressionDataset,
    GeneTablesDataset,
    SampleSheetDataset,
)

MATRIX = ExpressionTable(path="e.csv", orientation="samples_in_rows")


def test_a_matrix_is_turned_as_declared(tmp_path):
    genes = pd.DataFrame({"s1": [1.0, 2.0], "s2": [3.0, 4.0]}, index=["TP53", "ESR1"])
    genes.to_csv(tmp_path / "e.tsv.gz", sep="\t")
    layout = ExpressionTable(path="e.tsv.gz", orientation="genes_in_rows")
    loaded = ExpressionDataset(folder=tmp_path, table=layout).load()
    assert loaded.values.loc["s2"].to_dict() == {"TP53": 3.0, "ESR1": 4.0}
    assert any("tsv" in note for note in loaded.notes)


def test_a_sheet_stays_text(tmp_path):
    (tmp_path / "s.csv").write_text("id,patient,grade\ns1,0012,2\ns2,0013,\n")
    samples = SampleTable(path="s.csv", id_column="id")
    dataset = SampleSheetDataset(folder=tmp_path, samples=samples, expression=MATRIX)
    loaded = dataset.load()
    assert loaded["patient"].tolist() == ["0012", "0013"]
    assert loaded["grade"].isna().tolist() == [False, True]


def test_a_missing_file_names_the_setting(tmp_path):
    dataset = ExpressionDataset(folder=tmp_path, table=MATRIX)
    with pytest.raises(DatasetError, match=r"no file .*e\.csv.*Set `raw`"):
        dataset.load()


def test_the_layer_is_raw(tmp_path):
    samples = SampleTable(path="s.csv")
    dataset = SampleSheetDataset(folder=tmp_path, samples=samples, expression=MATRIX)
    assert dataset.metadata == {"kedro-viz": {"layer": "raw"}}


def test_a_sheet_without_a_path_is_that_of_the_matrix(tmp_path):
    dataset = SampleSheetDataset(folder=tmp_path, samples=SampleTable(), expression=MATRIX)
    assert dataset._describe() == {"filepath": str(tmp_path / "e.csv")}


def test_tables_of_identifiers_are_read_where_they_are_named(tmp_path):
    (tmp_path / "aliases.csv").write_text("old,new\nFIGF,VEGFD\n")
    aliases = IdTable(path="aliases.csv", from_column="old", to_column="new")
    tables = GeneTablesDataset(folder=tmp_path, genes=GeneSettings(aliases=aliases)).load()
    assert tables.map is None
    assert tables.aliases.to_dict("list") == {"from": ["FIGF"], "to": ["VEGFD"]}
    none = GeneTablesDataset(folder=tmp_path, genes=GeneSettings()).load()
    assert (none.map, none.aliases) == (None, None)


def test_tables_of_identifiers_are_only_read(tmp_path):
    dataset = GeneTablesDataset(folder=tmp_path, genes=GeneSettings())
    with pytest.raises(DatasetError, match="only read"):
        dataset.save(dataset.load())
