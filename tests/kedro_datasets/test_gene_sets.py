"""The gene sets of a run."""

import pytest
from kedro.io import DatasetError

from twinpurify.cohort.declaration.gene_sets import parse_gene_sets
from twinpurify.kedro_datasets.gene_sets import GeneSetsDataset


def test_the_files_that_are_there_are_read(tmp_path):
    (tmp_path / "s.gmt").write_text("SET\tna\tTP53\n")
    collections = parse_gene_sets({"a": {"path": "s.gmt"}, "b": {"path": "absent.gmt"}})
    dataset = GeneSetsDataset(folder=tmp_path, collections=collections)
    assert dataset.exists()
    assert dataset.load()["target"].tolist() == ["TP53"]
    assert dataset._describe() == {"folder": str(tmp_path), "collections": ["a", "b"]}


def test_they_are_only_read(tmp_path):
    dataset = GeneSetsDataset(folder=tmp_path, collections={})
    with pytest.raises(DatasetError, match="gene sets are only read"):
        dataset.save(dataset.load())
