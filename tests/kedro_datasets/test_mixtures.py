"""The mixtures of a run."""

import pytest
from kedro.io import DatasetError

from twinpurify.cohort.declaration.mixtures import parse_mixtures
from twinpurify.kedro_datasets.mixtures import MixturesDataset


def test_the_named_mixtures_are_read_and_only_read(tmp_path):
    (tmp_path / "m.csv").write_text("sample,G1\na,1\nb,2\n")
    (tmp_path / "p.csv").write_text("sample,A,B\na,1,0\nb,0,1\n")
    settings = {"title": "t", "profiles": "m.csv", "proportions": "p.csv", "tumour": "A"}
    dataset = MixturesDataset(folder=tmp_path, sources=parse_mixtures({"seqc": settings}))
    assert dataset.exists()
    assert dataset._describe() == {"folder": str(tmp_path), "mixtures": ["seqc"]}
    assert dataset.load()["seqc"].tumour == "A"
    with pytest.raises(DatasetError, match="mixtures are only read"):
        dataset.save(dataset.load())
