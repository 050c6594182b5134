"""The synthetic cohort: what was asked of it is in it, and its truth is true."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pandas.testing import assert_frame_equal
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from twinpurify.cohort.simulation.biology import COMPARTMENTS, IMMUNE, STROMA
from twinpurify.cohort.simulation.gene_symbols import gene_modules
from twinpurify.cohort.simulation.synthetic import (
    SyntheticCohort,
    SyntheticSettings,
    generate_synthetic_cohort,
)

SMALL = {"n_tumours": 40, "n_normals": 12, "n_matched_normals": 8, "n_genes": 120}
TABLES = ("expression", "samples", "pure_profiles", "truth_table")
DEMO_FILE = Path(__file__).resolve().parents[3] / "conf" / "base" / "cohorts" / "demo.yml"


@pytest.fixture(scope="module")
def cohort() -> SyntheticCohort:
    return generate_synthetic_cohort(SyntheticSettings())


@pytest.fixture(scope="module")
def tumours(cohort) -> pd.DataFrame:
    return cohort.samples[cohort.samples["tissue"] == "tumour"].set_index("sample")


def linear(log2: pd.DataFrame) -> pd.DataFrame:
    return np.exp2(log2.astype(float)) - 1.0


def markers(names, genes) -> list[str]:
    """The markers of some modules that are among the genes, the five best of each."""
    of_modules = {module.name: module.symbols[:5] for module in gene_modules()}
    return [symbol for name in names for symbol in of_modules[name] if symbol in genes]


# --- What there is


def test_sizes_types_and_order(cohort):
    assert cohort.expression.shape == (460, 2000)
    assert cohort.pure_profiles.shape == (400, 2000)
    assert (cohort.expression.dtypes == np.float32).all()
    assert (cohort.pure_profiles.dtypes == np.float32).all()
    assert cohort.expression.index.name == "sample"
    assert cohort.expression.index.tolist() == cohort.samples["sample"].tolist()
    assert cohort.pure_profiles.index.equals(cohort.truth_table.index)
    assert cohort.expression.index[:400].equals(cohort.truth_table.index)
    assert cohort.expression.columns.equals(cohort.pure_profiles.columns)
    assert cohort.expression.columns.is_unique
    assert cohort.expression.columns.is_monotonic_increasing
    assert cohort.expression.min(axis=None) >= 0.0


def test_sample_ids_name_the_patient_and_the_tissue(cohort):
    sheet = cohort.samples
    end = np.where(sheet["tissue"] == "tumour", "-T", "-N")
    assert (sheet["sample"] == sheet["patient_id"] + end).all()
    assert sheet["sample"].is_unique
    assert sheet["patient_id"].str.fullmatch(r"DEMO-\d{4}").all()


def test_forty_normals_have_a_tumour_of_the_same_patient(cohort, tumours):
    normals = cohort.samples[cohort.samples["tissue"] == "normal"]
    assert len(normals) == 60
    assert normals["patient_id"].isin(tumours["patient_id"]).sum() == 40


def test_subtypes_come_in_realistic_shares(tumours):
    shares = tumours["subtype"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx(
        {"LumA": 0.48, "LumB": 0.22, "Basal": 0.20, "Her2": 0.10}, abs=0.01
    )


# --- The truth


def test_fractions_of_the_truth_sum_to_one(cohort):
    truth = cohort.truth_table
    parts = truth[["purity", "normal_fraction", "immune_fraction", "stroma_fraction"]]
    assert (parts >= 0.0).all(axis=None)
    np.testing.assert_allclose(parts.sum(axis=1), 1.0)


def test_purity_follows_its_beta_distribution(cohort):
    purity = cohort.truth_table["purity"]
    assert purity.between(0.1, 0.97).all()
    assert purity.mean() == pytest.approx(0.6, abs=0.03)
    assert purity.std() == pytest.approx(0.175, abs=0.03)


def without_distortion(**settings) -> SyntheticCohort:
    clean = {"noise_sd": 0.0, "batch_sd": 0.0}
    return generate_synthetic_cohort(SyntheticSettings(**SMALL, **clean, **settings))


def test_a_tumour_is_a_linear_mix_of_its_pure_profile_and_compartments():
    cohort = without_distortion(private_sd=0.0, seed=5)
    purity = cohort.truth_table["purity"]
    bulk = linear(cohort.expression)
    pure_part = linear(cohort.pure_profiles).mul(purity, axis=0)
    infiltrate = bulk.loc[purity.index] - pure_part
    assert infiltrate.min(axis=None) > -1e-3
    # Whatever isn't tumour lies in the span of the compartments, and so do the normals.
    others = pd.concat([infiltrate.div(1.0 - purity, axis=0), bulk.drop(purity.index)])
    spectrum = np.linalg.svd(others.to_numpy(), compute_uv=False)
    assert spectrum[len(COMPARTMENTS)] < 1e-4 * spectrum[0]
    assert spectrum[len(COMPARTMENTS) - 1] > 1e-3 * spectrum[0]


def test_a_tumour_never_lies_below_the_share_of_its_pure_profile():
    cohort = without_distortion(seed=6)
    share = linear(cohort.pure_profiles).mul(cohort.truth_table["purity"], axis=0)
    bulk = linear(cohort.expression).loc[share.index]
    assert (bulk >= share * (1.0 - 1e-5)).all(axis=None)


def test_noise_and_batch_leave_the_truth_alone():
    clean = without_distortion()
    noisy = generate_synthetic_cohort(SyntheticSettings(**SMALL, noise_sd=1.0, batch_sd=1.0))
    assert_frame_equal(clean.pure_profiles, noisy.pure_profiles)
    assert_frame_equal(clean.truth_table, noisy.truth_table)
    assert not clean.expression.equals(noisy.expression)


def test_batch_effect_is_a_factor_of_the_gene():
    clean = without_distortion()
    settings = SyntheticSettings(**SMALL, noise_sd=0.0, batch_sd=0.5)
    shifted = generate_synthetic_cohort(settings).expression
    # Rounding of small values is coarse after the logarithm is undone.
    change = np.log2(linear(shifted) / linear(clean.expression)).where(clean.expression > 1.0)
    in_second = (clean.samples["batch"] == "B2").to_numpy()
    assert change[~in_second].abs().max(axis=None) < 1e-3
    assert change[in_second].std().max() < 1e-3
    assert change[in_second].mean().std() == pytest.approx(0.5, rel=0.2)


# --- What makes it useful


def test_normals_hold_less_immune_tissue_and_stroma_than_tumours(cohort, tumours):
    is_tumour = cohort.expression.index.isin(tumours.index)
    for compartments in (IMMUNE, STROMA):
        signal = linear(cohort.expression[markers(compartments, cohort.expression)]).mean(axis=1)
        assert signal[~is_tumour].median() < 0.6 * signal[is_tumour].median()
        assert signal[~is_tumour].std() / signal[~is_tumour].mean() > 0.15


def test_normals_differ_in_their_resident_tissue(cohort, tumours):
    normals = cohort.expression.drop(tumours.index)
    adipose = normals[markers(["adipose"], normals)].mean(axis=1)
    luminal = normals[markers(["luminal_epithelium"], normals)].mean(axis=1)
    assert adipose.std() > 0.5
    assert adipose.corr(luminal) < -0.1


def test_a_matched_normal_resembles_the_tissue_in_its_tumour():
    cohort = without_distortion(seed=7)
    sheet = cohort.samples.set_index("sample")
    normals = cohort.expression[sheet["tissue"] == "normal"]
    matched = normals[[f"{name[:-1]}T" in cohort.truth_table.index for name in normals.index]]
    own = [f"{name[:-1]}T" for name in matched.index]
    share = linear(cohort.pure_profiles).mul(cohort.truth_table["purity"], axis=0)
    infiltrate = (linear(cohort.expression).loc[share.index] - share).loc[own]
    genes = markers(["adipose", "resident_stroma", "luminal_epithelium"], normals)
    similarity = np.corrcoef(
        np.log2(infiltrate[genes].clip(lower=0) + 0.1), np.log2(linear(matched)[genes] + 0.1)
    )[: len(own), len(own) :]
    others = ~np.eye(len(own), dtype=bool)
    assert np.diag(similarity).mean() > similarity[others].mean() + 0.03


def test_basal_tumours_hold_most_immune_cells(cohort, tumours):
    by_subtype = cohort.truth_table["immune_fraction"].groupby(tumours["subtype"]).mean()
    assert by_subtype.idxmax() == "Basal"


def test_marker_genes_follow_their_subtype(tumours, cohort):
    means = cohort.pure_profiles.groupby(tumours["subtype"]).mean()
    expected = {"ESR1": "LumA", "ERBB2": "Her2", "KRT5": "Basal", "MKI67": "Basal"}
    assert means[list(expected)].idxmax().to_dict() == expected


def test_subtypes_are_as_hard_as_in_patients(cohort, tumours):
    probe = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, class_weight="balanced"))
    measured = cohort.expression.loc[tumours.index]
    predicted = cross_val_predict(probe, measured, tumours["subtype"], cv=5)
    assert 0.88 < accuracy_score(tumours["subtype"], predicted) < 0.98


# --- Reproducible at every size


def test_same_seed_same_bits_other_seed_other_cohort():
    first, second, other = (
        generate_synthetic_cohort(SyntheticSettings(**SMALL, seed=seed)) for seed in (1, 1, 2)
    )
    for name in TABLES:
        assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
        assert not getattr(first, name).equals(getattr(other, name))


def test_number_of_genes_leaves_the_patients_as_they_are():
    few, many = (
        generate_synthetic_cohort(SyntheticSettings(**(SMALL | {"n_genes": n}))) for n in (100, 500)
    )
    assert_frame_equal(few.samples, many.samples)
    assert_frame_equal(few.truth_table, many.truth_table)


@pytest.mark.parametrize("n_matched", [0, 12])
def test_small_cohort_with_no_or_only_matched_normals(n_matched):
    settings = SyntheticSettings(**(SMALL | {"n_matched_normals": n_matched}))
    cohort = generate_synthetic_cohort(settings)
    assert cohort.expression.shape == (52, 120)
    assert cohort.expression.notna().all(axis=None)
    assert cohort.samples["patient_id"].duplicated().sum() == n_matched
    assert set(cohort.samples["subtype"].dropna()) == {"LumA", "LumB", "Her2", "Basal"}


# --- Settings


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_matched_normals": 61}, "n_matched_normals is 61, more than the 60 normals"),
        ({"n_tumours": 30}, "n_matched_normals is 40, more than .* the 30 tumours"),
        ({"n_genes": 90_000}, r"n_genes is 90000, but only \d+ symbols are at hand"),
        ({"n_genes": 10}, "n_genes\n.*greater than or equal to 100"),
        ({"purity_alpha": 0.0}, "purity_alpha\n.*greater than 0"),
        ({"noise_sd": -0.1}, "noise_sd\n.*greater than or equal to 0"),
        ({"n_tumors": 400}, "n_tumors\n.*Extra inputs are not permitted"),
    ],
)
def test_wrong_settings_name_the_key(wrong, message):
    with pytest.raises(ValidationError, match=message):
        SyntheticSettings(**wrong)


def test_demo_file_states_every_setting_at_its_default():
    demo = yaml.safe_load(DEMO_FILE.read_text(encoding="utf-8"))["demo"]
    assert demo["synthetic"] == SyntheticSettings().model_dump()


def test_demo_file_names_columns_that_the_sheet_has(cohort):
    demo = yaml.safe_load(DEMO_FILE.read_text(encoding="utf-8"))["demo"]
    survival = [demo["survival"]["os"][key] for key in ("time", "event")]
    named = [demo["samples"]["id_column"], *demo["columns"].values(), *demo["purity"].values()]
    assert {*named, *survival} <= set(cohort.samples)
