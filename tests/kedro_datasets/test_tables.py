"""Tables by name."""

import inspect
import json

import pandas as pd
from pandas.testing import assert_frame_equal

from twinpurify.kedro_datasets.tables import TablesDataset


def test_tables_come_back_and_those_of_a_former_run_go(tmp_path):
    dataset = TablesDataset(filepath=str(tmp_path / "tables"))
    table = pd.DataFrame({"split": [0, 1], "value": [0.25, None]})
    dataset.save({"former": table})
    dataset.save({"confusion": table})
    loaded = dataset.load()
    assert list(loaded) == ["confusion"]
    assert_frame_equal(loaded["confusion"], table)


def test_no_tables_are_an_empty_folder(tmp_path):
    dataset = TablesDataset(filepath=str(tmp_path / "tables"))
    dataset.save({})
    assert dataset.exists()
    assert dataset.load() == {}


def test_the_preview_lists_the_tables(tmp_path):
    dataset = TablesDataset(filepath=str(tmp_path / "tables"))
    dataset.save({"tertiles": pd.DataFrame({"time": [1.0]}), "confusion": pd.DataFrame({"n": []})})
    preview = dataset.preview()
    assert json.loads(json.dumps(preview)) == preview
    assert preview["data"] == [["confusion", 0, "n"], ["tertiles", 1, "time"]]
    # Kedro-Viz reads the name off the annotation, so that it must not be a string.
    assert inspect.signature(TablesDataset.preview).return_annotation.__name__ == "TablePreview"
