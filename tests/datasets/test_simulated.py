"""The simulated cohort with its truth."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import twinpurify as tp
from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.datasets import _DEFINITION

DEMO = Path(__file__).resolve().parents[2] / "conf" / "base" / "cohorts" / "demo.yml"
SMALL = {"n_tumours": 30, "n_normals": 8, "n_matched_normals": 6, "n_genes": 100, "seed": 3}


@pytest.fixture(scope="module")
def cohort():
    return tp.datasets.simulated(**SMALL)


def test_it_is_the_cohort_of_the_quick_start():
    (settings,) = yaml.safe_load(DEMO.read_text(encoding="utf-8")).values()
    generator = settings.pop("synthetic")
    assert settings == _DEFINITION
    assert generator == SyntheticSettings().model_dump()


def test_the_truth_stands_beside_what_was_measured(cohort):
    expected = generate_synthetic_cohort(SyntheticSettings(**SMALL))
    tumours = cohort[cohort.obs["tissue"] == "tumour"]
    samples = tumours.obs_names
    np.testing.assert_array_equal(
        tumours.to_df(), expected.expression.loc[samples, cohort.var_names]
    )
    np.testing.assert_array_equal(
        tumours.layers["true_profile"], expected.pure_profiles.loc[samples, cohort.var_names]
    )
    for name in expected.truth_table:
        np.testing.assert_array_equal(
            tumours.obs[f"true_{name}"], expected.truth_table.loc[samples, name]
        )


def test_normals_have_no_truth(cohort):
    normals = cohort[cohort.obs["tissue"] == "normal"]
    assert normals.n_obs == 8
    assert np.isnan(normals.layers["true_profile"]).all()
    assert normals.obs["true_purity"].isna().all()


def test_a_wrong_setting_is_named():
    with pytest.raises(tp.errors.ConfigurationError, match=r"demo\.synthetic\.n_tumors"):
        tp.datasets.simulated(n_tumors=30)


def test_it_is_stored_as_h5ad(cohort, tmp_path):
    cohort.write_h5ad(tmp_path / "cohort.h5ad")


def test_its_truth_is_brought_to_the_scale_of_the_profiles(cohort):
    normalized = tp.pp.normalize(
        cohort, ["cpm", "log2", {"variable_genes": {"max_genes": 50}}], copy=True
    )
    kept = cohort[:, normalized.var_names]
    np.testing.assert_allclose(
        normalized.layers["true_profile"], kept.layers["true_profile"], atol=1e-5
    )
