"""The user's own files, read as the cohort's definition declares them."""

import pandas as pd
import pytest
from kedro.io import DatasetError

from twinpurify.cohort.source_settings import ExpressionTable, SampleTable
from twinpurify.datasets.raw_tables import ExpressionDataset, SampleSheetDataset


def test_a_matrix_is_turned_as_declared(tmp_path):
    path = tmp_path / "e.tsv.gz"
    genes = pd.DataFrame({"s1": [1.0, 2.0], "s2": [3.0, 4.0]}, index=["TP53", "ESR1"])
    genes.to_csv(path, sep="\t")
    layout = ExpressionTable(path="e.tsv.gz", orientation="genes_in_rows")
    loaded = ExpressionDataset(filepath=path, table=layout).load()
    assert loaded.loc["s2"].to_dict() == {"TP53": 3.0, "ESR1": 4.0}


def test_a_sheet_stays_text(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("id,patient,grade\ns1,0012,2\ns2,0013,\n")
    sheet = SampleSheetDataset(filepath=path, table=SampleTable(path="s.csv", id_column="id"))
    loaded = sheet.load()
    assert loaded["patient"].tolist() == ["0012", "0013"]
    assert loaded["grade"].isna().tolist() == [False, True]


def test_a_missing_file_names_the_setting(tmp_path):
    layout = ExpressionTable(path="e.csv", orientation="samples_in_rows")
    dataset = ExpressionDataset(filepath=tmp_path / "e.csv", table=layout)
    with pytest.raises(DatasetError, match=r"no file 'e\.csv' .*Set `raw`"):
        dataset.load()


def test_the_layer_is_raw():
    layout = SampleTable(path="s.csv")
    dataset = SampleSheetDataset(filepath="s.csv", table=layout)
    assert dataset.metadata == {"kedro-viz": {"layer": "raw"}}
