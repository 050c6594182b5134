"""Datasets of Kedro under the names that stored catalogs have for them."""

import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from kedro.io import DataCatalog

import twinpurify.datasets

CATALOG = Path(__file__).resolve().parents[2] / "conf" / "base" / "catalog.yml"
TYPES = sorted({entry["type"] for entry in yaml.safe_load(CATALOG.read_text()).values()})


def former(name: str) -> str:
    return name.replace("twinpurify.kedro_datasets.", "twinpurify.datasets.")


@pytest.mark.parametrize("present", TYPES)
def test_a_stored_catalog_finds_the_present_class(present, tmp_path):
    assert former(present) != present
    entry = {"type": former(present), "filepath": str(tmp_path / "file")}
    with pytest.warns(FutureWarning, match=f"is now {present}: write that in your catalog"):
        catalog = DataCatalog.from_config({"stored": entry})
        found = type(catalog["stored"])
    assert f"{found.__module__}.{found.__qualname__}" == present


def test_the_name_before_that_is_known_too():
    with pytest.warns(FutureWarning, match=r"is now twinpurify\.kedro_datasets\.models\.Model"):
        from twinpurify.datasets.model_folder import ModelDataset
    from twinpurify.kedro_datasets.models import ModelDataset as Present

    assert ModelDataset is Present


def test_every_module_of_datasets_has_its_former_name():
    folder = Path(twinpurify.datasets.__file__).parents[1] / "kedro_datasets"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == set(twinpurify.datasets._MOVED.values())


def test_a_module_that_never_was_is_not_found():
    with pytest.raises(ModuleNotFoundError, match=r"twinpurify\.datasets\.files_of_mine"):
        import_module("twinpurify.datasets.files_of_mine")


def test_a_name_that_never_was_is_not_found():
    with warnings.catch_warnings(), pytest.raises(AttributeError, match="NoDataset"):
        warnings.simplefilter("error")
        _ = import_module("twinpurify.datasets.files").NoDataset


def test_nothing_of_kedro_is_loaded_before_it_is_asked_for():
    code = "import sys, twinpurify.datasets.files; print('kedro' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
