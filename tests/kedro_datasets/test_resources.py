"""What questions need beyond the cohort, stored."""

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from twinpurify.evaluation.known_truths.resources import GENE_SET_COLUMNS, Resources
from twinpurify.kedro_datasets.profile_tables import ProfileTablesDataset
from twinpurify.kedro_datasets.resources import ResourcesDataset

PROFILES = pd.DataFrame(np.eye(2, dtype=np.float32), index=["a", "b"], columns=["G1", "G2"])


def test_resources_come_back(tmp_path):
    dataset = ResourcesDataset(filepath=str(tmp_path / "resources"))
    sets = pd.DataFrame([("hallmark", "E2F", "MKI67", 1.0)], columns=GENE_SET_COLUMNS)
    dataset.save(Resources(truth=PROFILES, gene_sets=sets, foreign={"lymphoma": PROFILES * 2}))
    loaded = dataset.load()
    assert_frame_equal(loaded.truth, PROFILES)
    assert_frame_equal(loaded.gene_sets, sets)
    assert_frame_equal(loaded.foreign["lymphoma"], PROFILES * 2)
    assert loaded.true_purity is None
    purity = pd.Series([0.2, 0.9], index=["a", "b"], name="purity")
    dataset.save(Resources(true_purity=purity))
    assert dataset.load().true_purity.equals(purity)


def test_foreign_tissue_comes_back_in_its_order(tmp_path):
    dataset = ResourcesDataset(filepath=str(tmp_path / "resources"))
    dataset.save(Resources(foreign={"zebra": PROFILES, "ape": PROFILES * 2, "bee": PROFILES}))
    assert list(dataset.load().foreign) == ["zebra", "ape", "bee"]


def test_normals_of_another_cohort_come_back_with_their_patients(tmp_path):
    index = pd.MultiIndex.from_tuples(
        [("p", "c:a"), ("q", "c:b")], names=["patient_id", "sample_id"]
    )
    normals = {"all": PROFILES.set_axis(index), "split_0": PROFILES.set_axis(index) * 3}
    dataset = ResourcesDataset(filepath=str(tmp_path / "resources"))
    dataset.save(Resources(reference_normals=normals))
    loaded = dataset.load()
    assert loaded.lenders == ["p", "q"]
    alone = ProfileTablesDataset(filepath=str(tmp_path / "normals"))
    alone.save(normals)
    for found in (loaded.reference_normals, alone.load()):
        assert list(found) == ["all", "split_0"]
        for key, table in found.items():
            assert_frame_equal(table, normals[key])


def test_nothing_comes_back_as_nothing(tmp_path):
    dataset = ResourcesDataset(filepath=str(tmp_path / "resources"))
    dataset.save(Resources(truth=PROFILES))
    dataset.save(Resources())
    loaded = dataset.load()
    assert loaded.truth is None
    assert loaded.gene_sets.empty
    assert list(loaded.foreign) == []
