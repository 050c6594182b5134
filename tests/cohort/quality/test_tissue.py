"""Tissue held against the profile, and the position between tumours and normals that tells it."""

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.declaration.sources import MarkerGenes
from twinpurify.cohort.quality.profiles import Profiles
from twinpurify.cohort.quality.tissue import (
    SHRINKAGE,
    _discriminant,
    _if_apart,
    doubt_tissues,
    tissue_position,
)
from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.cohort.units.unit import Unit

LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
RSEM = Unit(quantity="rsem", scale="log2", offset=1.0)
INTENSITY = Unit(quantity="intensity", scale="log2", offset=0.0)
COUNTS = Unit(quantity="counts", scale="linear")
MARKERS = MarkerGenes(tumour=["COL10A1"], normal=["ADIPOQ"])
NONE = MarkerGenes()


def find(
    expression: pd.DataFrame,
    obs: pd.DataFrame,
    unit: Unit = LOG2_TPM,
    markers: MarkerGenes = NONE,
):
    doubt, notes = doubt_tissues(Profiles(expression, unit), obs["tissue"], markers)
    return pd.DataFrame({"tissue_doubt": doubt}), written(notes)


@pytest.fixture(scope="module")
def simulated() -> tuple[pd.DataFrame, pd.DataFrame]:
    cohort = generate_synthetic_cohort(SyntheticSettings(n_genes=1500, seed=5))
    return cohort.expression, cohort.samples.set_index("sample")[["tissue"]]


@pytest.mark.parametrize("markers", [NONE, MARKERS])
def test_nobody_is_doubted_in_a_clean_cohort(simulated, markers):
    found, log = find(*simulated, markers=markers)
    assert (found["tissue_doubt"] != "").mean() < 0.005
    assert log.warnings == [] or (found["tissue_doubt"] != "").any()


def test_swapped_tissues_are_found(simulated):
    expression, obs = simulated[0], simulated[1].copy()
    normals, cancers = obs.index[-60:], obs.index[:400]
    purest = expression.loc[cancers].var(axis=1).nlargest(3).index
    obs.loc[normals[:3], "tissue"] = "tumour"
    obs.loc[purest, "tissue"] = "normal"
    found, log = find(expression, obs)
    doubted = set(found.index[found["tissue_doubt"] != ""])
    assert set(normals[:3]) | set(purest) <= doubted
    assert len(doubted) <= 8
    assert found.loc[normals[0], "tissue_doubt"].startswith("a tumour that looks like a normal")
    assert found.loc[purest[0], "tissue_doubt"].startswith("a normal that looks like a tumour")
    of_normals, of_tumours = log.warnings
    assert of_normals.startswith("The tissue of the sheet contradicts the profile")
    assert "a normal that looks like a tumour" in of_normals
    assert of_normals.endswith("by mislabelled_normals: leave_out.")
    assert "a tumour that looks like a normal" in of_tumours
    assert "leave_out" not in of_tumours


def test_two_tumours_among_ten_normals_are_named(simulated):
    expression, obs = simulated[0], simulated[1].copy()
    tumours, normals = obs.index[:400], obs.index[-60:]
    for draw in range(5):
        rng = np.random.default_rng(draw)
        planted, kept = rng.choice(tumours, 2, False), rng.choice(normals, 8, False)
        tissue = obs.loc[[*tumours, *kept]].copy()
        tissue.loc[planted, "tissue"] = "normal"
        found, _ = find(expression.loc[tissue.index], tissue)
        named = set(found.index[(found["tissue_doubt"] != "") & (tissue["tissue"] == "normal")])
        assert named == set(planted)


def test_the_order_of_samples_and_genes_has_no_say(simulated):
    expression, obs = simulated[0], simulated[1].copy()
    obs.iloc[:3, 0] = "normal"
    found, _ = find(expression, obs)
    rng = np.random.default_rng(0)
    rows, genes = rng.permutation(len(obs)), rng.permutation(expression.shape[1])
    again, _ = find(expression.iloc[rows, genes], obs.iloc[rows])
    pd.testing.assert_series_equal(again["tissue_doubt"].loc[obs.index], found["tissue_doubt"])


def test_counts_are_compared_at_the_same_depth(simulated):
    expression, obs = simulated
    linear = np.exp2(expression) - 1
    depth = np.exp2(np.random.default_rng(0).normal(4, 2, len(linear)))
    found, _ = find((linear.mul(depth, axis=0)).round().astype(np.float32), obs, COUNTS)
    assert (found["tissue_doubt"] != "").mean() < 0.005


def test_few_normals_are_not_judged(simulated):
    expression, obs = simulated
    found, log = find(expression.iloc[:409], obs.iloc[:409])
    assert (found["tissue_doubt"] == "").all()
    assert log.steps[-1]["reason"] == (
        "tissues can't be held against profiles: it takes 20 tumours and 10 normals"
    )


def test_tissues_that_do_not_lie_apart_are_not_judged():
    values = np.random.default_rng(0).normal(5, 1, (60, 40)).astype(np.float32)
    obs = pd.DataFrame({"tissue": ["tumour"] * 40 + ["normal"] * 20})
    for table in (values, np.ones_like(values)):
        found, log = find(pd.DataFrame(table), obs)
        assert (found["tissue_doubt"] == "").all()
        assert log.steps[-1]["reason"].endswith("they don't lie apart")


def test_tissues_of_tcga_brca(real_data):
    expression = pd.read_parquet(real_data / "tcga_brca" / "expression.parquet")
    sheet = pd.read_csv(real_data / "tcga_brca" / "samples.csv", index_col="aliquot")
    kind = sheet["sample_type"].map({"tumor": "tumour", "normal": "normal"})
    obs = pd.DataFrame({"tissue": kind.reindex(expression.index).dropna()})
    expression = expression.loc[obs.index]
    found, _ = find(expression, obs, RSEM, MARKERS)
    doubted = found["tissue_doubt"] != ""
    assert 0 < doubted.mean() < 0.02
    assert not doubted[obs["tissue"] == "normal"].any()
    swapped = obs.index[obs["tissue"] == "normal"][:5]
    obs.loc[swapped, "tissue"] = "tumour"
    found, _ = find(expression, obs, RSEM, MARKERS)
    assert (found.loc[swapped, "tissue_doubt"] != "").all()


def test_tumours_among_the_normals_of_tcga_brca_are_found(real_data):
    expression = pd.read_parquet(real_data / "tcga_brca" / "expression.parquet")
    sheet = pd.read_csv(real_data / "tcga_brca" / "samples.csv", index_col="aliquot")
    kind = sheet["sample_type"].map({"tumor": "tumour", "normal": "normal"})
    obs = pd.DataFrame({"tissue": kind.reindex(expression.index).dropna()})
    tumours = obs.index[obs["tissue"] == "tumour"]
    planted = np.random.default_rng(0).choice(tumours, 20, replace=False)
    obs.loc[planted, "tissue"] = "normal"
    found, _ = find(expression.loc[obs.index], obs, RSEM, MARKERS)
    doubted = found["tissue_doubt"] != ""
    assert doubted[planted].sum() >= 19
    assert not doubted[(obs["tissue"] == "normal") & ~obs.index.isin(planted)].any()


def test_three_normals_of_gse42568_look_like_tumours(real_data):
    expression = pd.read_parquet(real_data / "gse42568" / "expression.parquet")
    sheet = pd.read_csv(real_data / "gse42568" / "samples.csv", index_col="sample")
    tissue = sheet["sample_type"].replace({"tumor": "tumour"}).reindex(expression.index)
    found, _ = find(expression, pd.DataFrame({"tissue": tissue}), INTENSITY, MARKERS)
    doubted = found.index[found["tissue_doubt"] != ""]
    assert doubted.tolist() == ["GSM1045192", "GSM1045193", "GSM1045194"]


def profiles(n_tumours=60, n_normals=16, n_genes=80, seed=0):
    """Normals lie elsewhere in ten genes; tumours differ by their purity and along an axis."""
    rng = np.random.default_rng(seed)
    away = np.where(np.arange(n_genes) < 10, 4.0, 0.0)
    tumours = rng.normal(5, 0.4, (n_tumours, n_genes))
    tumours += rng.uniform(0, 0.45, (n_tumours, 1)) * away
    normals = rng.normal(5, 0.4, (n_normals, n_genes)) + away
    return np.concatenate([tumours, normals]), np.repeat([False, True], [n_tumours, n_normals])


def test_the_discriminant_is_that_of_the_whole_matrix():
    values, is_normal = profiles(n_genes=12)
    sides = [values[~is_normal], values[is_normal]]
    centres = [np.median(side, axis=0) for side in sides]
    covariance = (
        sum(
            (side - centre).T @ (side - centre) / len(side)
            for side, centre in zip(sides, centres, strict=True)
        )
        / 2
    )
    spread = np.sqrt(np.diag(covariance)) + 0.1
    shrunken = SHRINKAGE * np.eye(12) + (1 - SHRINKAGE) * covariance / np.outer(spread, spread)
    expected = np.linalg.solve(shrunken, (centres[1] - centres[0]) / spread) / spread
    found = _discriminant(*sides)
    np.testing.assert_allclose(found / found[0], expected / expected[0], rtol=1e-8)


def test_tumours_lie_at_0_and_normals_at_1():
    values, is_normal = profiles()
    position = tissue_position(values, is_normal)
    assert np.median(position[~is_normal]) == pytest.approx(0.0)
    assert np.median(position[is_normal]) == pytest.approx(1.0)
    assert position[~is_normal].max() < 0.5 < position[is_normal].min()


@pytest.mark.parametrize("n_wrong", [1, 2, 4])
def test_wrong_labels_do_not_hide_themselves(n_wrong):
    values, truth = profiles(n_normals=16)
    labelled = truth.copy()
    labelled[:n_wrong] = True
    position = tissue_position(values, labelled)
    assert position[:n_wrong].max() < 0.5
    assert position[truth].min() > 0.5


def test_an_axis_knows_nothing_of_whom_it_places():
    """One normal beyond all bounds is placed there, and by no axis of its own."""
    values, is_normal = profiles()
    before = tissue_position(values, is_normal)
    values[-1] -= 2 * (values[-1] - values[~is_normal].mean(axis=0))
    after = tissue_position(values, is_normal)
    assert before[-1] > 0.5 and after[-1] < 0.0
    assert abs(after[:-1] - before[:-1]).max() < 0.3


def test_noise_has_no_sides():
    values = np.random.default_rng(0).normal(5, 1, (60, 40))
    assert tissue_position(values, np.arange(60) >= 40) is None
    assert _if_apart(values[:, 0], np.arange(60) >= 40) is None
