"""Mixtures are read, and held against their proportions."""

import numpy as np
import pytest

from twinpurify.cohort.declaration.mixtures import MixtureSource, parse_mixtures
from twinpurify.errors import ConfigurationError, SampleSheetError, TableError
from twinpurify.io.mixtures import read_mixture

PROFILES = "sample,G1,G2\nA_1,10,0\nB_1,0,30\nC_1,7,8\n"
PROPORTIONS = "sample,A,B,group\nC_1,0.75,0.25,mix\nA_1,1,0,ref\nB_1,0,1,ref\n"
SOURCE = {"title": "SEQC", "profiles": "m.csv", "proportions": "p.csv", "tumour": "A"}


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "m.csv").write_text(PROFILES)
    (tmp_path / "p.csv").write_text(PROPORTIONS)
    return tmp_path


def read(folder, **changes):
    return read_mixture("seqc", MixtureSource(**(SOURCE | changes)), folder)


def test_proportions_come_in_the_order_of_the_profiles(raw):
    profiles, proportions, tumour = read(raw)
    assert profiles.to_numpy().tolist() == [[10, 0], [0, 30], [7, 8]]
    assert proportions.to_dict("list") == {"A": [1, 0, 0.75], "B": [0, 1, 0.25]}
    assert proportions.index.equals(profiles.index) and tumour == "A"


def test_other_samples_are_refused(raw):
    (raw / "p.csv").write_text(PROPORTIONS.replace("C_1", "C_2"))
    with pytest.raises(SampleSheetError, match=r"on one side only: 'C_[12]', 'C_[12]'"):
        read(raw)


def test_a_tumour_that_is_no_column_of_numbers_is_refused(raw):
    for tumour in ("T", "group"):
        with pytest.raises(SampleSheetError, match=f"need the tumour '{tumour}' .*'A', 'B'"):
            read(raw, tumour=tumour)


def test_proportions_that_are_no_shares_are_refused(raw):
    (raw / "p.csv").write_text(PROPORTIONS.replace("0.75,0.25", "75,25"))
    with pytest.raises(SampleSheetError, match="make 1 together; not so those of 'C_1'"):
        read(raw)


def test_an_absent_file_is_named(raw):
    with pytest.raises(TableError, match=r"no file 'q\.csv'"):
        read(raw, proportions="q.csv")


def test_a_wrong_key_is_named():
    with pytest.raises(ConfigurationError, match=r"mixtures\.yml: seqc\.tumor: .*Extra"):
        parse_mixtures({"seqc": {**SOURCE, "tumor": "A"}})
    assert parse_mixtures({"seqc": SOURCE})["seqc"].id_column == "sample"


def test_shipped_mixtures_are_read(real_data):
    import yaml

    from tests.conftest import PROJECT_ROOT

    shipped = yaml.safe_load((PROJECT_ROOT / "conf" / "base" / "mixtures.yml").read_text("utf-8"))
    for name, source in parse_mixtures(shipped).items():
        profiles, proportions, tumour = read_mixture(name, source, real_data)
        assert len(profiles) == len(proportions) >= 12
        assert np.isfinite(profiles.to_numpy()).all()
        assert 0.0 < proportions[tumour].mean() < 1.0
