"""The contract of all steps, alone and together: frozen, sample by sample, stored and restored."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import (
    ConfigurationError,
    ExpressionError,
    GeneMismatchError,
    ModelFileError,
)
from twinpurify.normalization.normalizer import Normalizer, load_normalizer
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps.registry import STEPS

COUNTS = Unit(quantity="counts", scale="linear")
TPM = Unit(quantity="tpm", scale="log2", offset=0.1)
PATHS = {
    "count_filter": ["count_filter", "cpm", "log2"],
    "cpm": ["cpm", "log2"],
    "tmm": ["tmm", "log2"],
    "upper_quartile": ["upper_quartile", "log2"],
    "tpm": ["tpm", "log2"],
    "fpkm": ["fpkm", "log2"],
    "vst": ["vst", "log2"],
    "log2": ["cpm", "log2"],
    "quantile": ["cpm", "log2", "quantile"],
    "combat": ["cpm", "log2", "combat"],
    "standardize": ["cpm", "log2", {"standardize": {"spread": "mad"}}],
    "expression_filter": ["cpm", "log2", {"expression_filter": {"min_value": 12.0}}],
    "variance_filter": ["cpm", "log2", {"variance_filter": {"min_variance": 1.5}}],
    "variable_genes": ["cpm", "log2", {"variable_genes": {"max_genes": 20}}],
    "many": [
        {"count_filter": {"min_count": 3}},
        "tmm",
        "log2",
        "quantile",
        "combat",
        "standardize",
        "expression_filter",
        {"variable_genes": {"max_genes": 30}},
    ],
}
GENES = [f"G{i:02d}" for i in range(60)]
LENGTHS = pd.Series(np.linspace(300, 9000, 60), GENES)
N_TRAINING = 30


def draw(n, seed, name="s"):
    """Draw counts with zeros, ties, and depths that differ 20-fold."""
    rng = np.random.default_rng(seed)
    level = np.random.default_rng(0).gamma(0.7, 80.0, 60)
    depth = rng.uniform(0.2, 4.0, (n, 1))
    counts = rng.negative_binomial(3, 3 / (3 + level * depth)).astype(np.float32)
    return pd.DataFrame(counts, [f"{name}{i}" for i in range(n)], GENES)


def batch_of(X):
    return pd.Series(["a" if i % 2 else "b" for i in range(len(X))], X.index)


def fit(path, X=None, unit=COUNTS):
    X = TRAINING if X is None else X
    return Normalizer(PATHS[path]).fit(X, unit, batch=batch_of(X), lengths=LENGTHS)


TRAINING, OTHERS = draw(N_TRAINING, 1), draw(12, 2, "n")
FITTED = {path: fit(path) for path in PATHS}
KNOWN_BATCHES = pd.concat([batch_of(TRAINING), batch_of(OTHERS)])


def transform(normalizer, X, unit=COUNTS):
    return normalizer.transform(X, unit, batch=KNOWN_BATCHES)


def exact(normalizer, X):
    """Transform without the rounding to float32."""
    rows = normalizer.transformed_blocks(X, COUNTS, batch=KNOWN_BATCHES)
    return rows.to_frame(np.float64)


def fitted_bytes(normalizer, folder):
    normalizer.save(folder)
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def test_every_step_is_in_the_contract():
    assert set(STEPS) <= set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_profiles_are_log2_at_or_above_zero(path):
    profiles = transform(FITTED[path], pd.concat([TRAINING, OTHERS]))
    assert (profiles.dtypes == np.float32).all()
    assert np.isfinite(profiles.to_numpy()).all()
    assert 0.0 <= profiles.min(axis=None) < profiles.max(axis=None) < 30.0
    assert list(profiles.columns) == list(FITTED[path].genes_)
    assert list(profiles.index) == [*TRAINING.index, *OTHERS.index]


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.integers(0, 11), min_size=1, max_size=12, unique=True), data=st.data())
def test_a_sample_alone_comes_out_as_in_any_batch(path, rows, data):
    batch = exact(FITTED[path], OTHERS.iloc[rows])
    one = data.draw(st.sampled_from(rows))
    alone = exact(FITTED[path], OTHERS.iloc[[one]])
    np.testing.assert_array_equal(batch.loc[alone.index].to_numpy(), alone.to_numpy())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("order", ["C", "F"])
def test_neither_memory_nor_order_of_genes_matter(path, order):
    laid_out = pd.DataFrame(np.asarray(OTHERS, order=order), OTHERS.index, GENES)
    expected = exact(FITTED[path], OTHERS)
    pd.testing.assert_frame_equal(exact(FITTED[path], laid_out), expected, rtol=0, atol=0)
    shuffled = laid_out.iloc[:, ::-1].assign(further=5.0)
    pd.testing.assert_frame_equal(exact(FITTED[path], shuffled), expected, rtol=0, atol=0)


@pytest.mark.parametrize("path", PATHS)
def test_the_same_training_gives_the_same_bytes(path, tmp_path):
    before = fitted_bytes(FITTED[path], tmp_path / "first")
    transform(FITTED[path], OTHERS)
    assert fitted_bytes(fit(path), tmp_path / "second") == before
    other = fit(path, draw(N_TRAINING, 3))
    learns_nothing = path in ("cpm", "log2", "tpm", "fpkm")
    assert (fitted_bytes(other, tmp_path / "third") == before) is learns_nothing


@pytest.mark.parametrize("path", PATHS)
def test_a_stored_normalizer_is_the_same(path, tmp_path):
    FITTED[path].save(tmp_path / "it")
    loaded = load_normalizer(tmp_path / "it")
    expected = transform(FITTED[path], OTHERS)
    pd.testing.assert_frame_equal(transform(loaded, OTHERS), expected, rtol=0, atol=0)
    assert loaded.history(TPM) == FITTED[path].history(TPM)
    assert loaded.unit_ == FITTED[path].unit_
    assert fitted_bytes(loaded, tmp_path / "again") == fitted_bytes(FITTED[path], tmp_path / "it")


def test_batches_that_pass_are_told_again_by_a_stored_normalizer(tmp_path, caplog):
    strangers = pd.Series("strange", OTHERS.index)
    before = fitted_bytes(fitted := fit("combat"), tmp_path / "before")
    fitted.transform(OTHERS, COUNTS, batch=strangers)
    assert fitted_bytes(fitted, tmp_path / "after") == before
    caplog.clear()
    load_normalizer(tmp_path / "after").transform(OTHERS, COUNTS, batch=strangers)
    assert "'strange'" in caplog.text


@pytest.mark.parametrize("path", PATHS)
def test_the_samples_stay_as_they_were(path):
    before = OTHERS.copy()
    transform(FITTED[path], OTHERS)
    pd.testing.assert_frame_equal(OTHERS, before)


@pytest.mark.parametrize("path", PATHS)
def test_it_can_be_cloned_unfitted(path):
    copy = clone(FITTED[path])
    assert not hasattr(copy, "genes_")
    with pytest.raises(NotFittedError, match="Normalizer"):
        copy.transform(OTHERS, COUNTS)
    refitted = copy.fit_transform(TRAINING, COUNTS, batch=KNOWN_BATCHES, lengths=LENGTHS)
    pd.testing.assert_frame_equal(refitted, transform(FITTED[path], TRAINING))


@pytest.mark.parametrize(
    ("path", "quantity"),
    [("cpm", "cpm"), ("tmm", "cpm"), ("upper_quartile", "cpm"), ("tpm", "tpm"), ("fpkm", "fpkm")],
)
def test_the_unit_says_what_counts_became(path, quantity):
    assert FITTED[path].unit_after(COUNTS) == Unit(quantity=quantity, scale="log2", offset=1.0)
    assert FITTED[path].unit_after(TPM).quantity == "tpm"


@pytest.mark.parametrize("path", ["count_filter", "tmm", "upper_quartile", "tpm", "fpkm", "vst"])
def test_steps_for_counts_refuse_other_training_data(path):
    linear = Unit(quantity="fpkm", scale="linear")
    with pytest.raises(ConfigurationError, match=f"{path} is for counts, and .* linear FPKM"):
        fit(path, unit=linear)


def test_counts_per_million_pass_other_units():
    linear = Unit(quantity="fpkm", scale="linear")
    profiles = Normalizer(["cpm", "log2"]).fit_transform(TRAINING, linear)
    np.testing.assert_allclose(profiles, np.log2(TRAINING + 1.0), rtol=1e-6)


@pytest.mark.parametrize("unit", [COUNTS, Unit(quantity="counts", scale="log2", offset=1.0)])
def test_counts_must_have_their_depth_taken_out(unit):
    with pytest.raises(ConfigurationError, match=r"depth of sequencing .*put `cpm`, `tmm`"):
        Normalizer(["log2"]).fit(np.log2(TRAINING + 1), unit)
    fitted = Normalizer(["log2"]).fit(np.log2(TRAINING + 1), TPM)
    with pytest.raises(ConfigurationError, match=r"the data are .*counts"):
        fitted.transform(np.log2(TRAINING + 1), unit)


def test_samples_of_another_unit_pass_by_the_steps_for_counts():
    profiles = FITTED["tmm"].transform(np.log2(OTHERS + 0.1), TPM)
    np.testing.assert_allclose(profiles, np.log2(OTHERS + 1.0), atol=1e-5)
    assert FITTED["tmm"].history(TPM) == [
        "normalization: log2(TPM + 0.1) to log2(TPM + 1) by log2; 60 of 60 genes, fitted on 30 "
        "tumours in linear counts",
        "normalization: tmm left out, since it is for counts alone",
    ]
    kept = FITTED["count_filter"].transform(np.log2(OTHERS + 0.1), TPM)
    assert 0 < kept.shape[1] == len(FITTED["count_filter"].genes_) < 60


def test_the_history_tells_which_steps_bend():
    lines = FITTED["many"].history(COUNTS)
    assert "by count_filter, tmm, log2, quantile, combat, standardize, expression_" in lines[0]
    bent = [line.rsplit(" ", 1)[1] for line in lines if "mix only about linearly" in line]
    assert bent == ["quantile", "combat", "standardize"]


def test_protected_genes_are_never_filtered_out():
    weak = list(TRAINING.columns[TRAINING.mean() < 1.0])[:2]
    assert len(weak) == 2 and not set(weak) & set(FITTED["many"].genes_)
    settings = NormalizationSettings(steps=PATHS["many"], protected_genes=weak)
    normalizer = Normalizer.from_settings(settings).fit(TRAINING, COUNTS, batch=KNOWN_BATCHES)
    assert set(weak) <= set(normalizer.genes_)


def test_genes_that_are_missing_are_left_out_of_the_result():
    normalizer, gone = FITTED["variable_genes"], FITTED["variable_genes"].genes_[3]
    rates = np.log2(OTHERS + 0.1)
    profiles = normalizer.transform(rates.drop(columns=gone), TPM)
    expected = normalizer.transform(rates, TPM).drop(columns=gone)
    pd.testing.assert_frame_equal(profiles, expected)


@pytest.mark.parametrize("path", ["quantile", "many"])
def test_steps_that_need_all_genes_name_the_missing_ones(path):
    gone = FITTED[path].genes_[0]
    with pytest.raises(GeneMismatchError, match=rf"1 of the .*'{gone}' \(1 in all\)"):
        transform(FITTED[path], OTHERS.drop(columns=gone))


def test_a_matrix_of_other_genes_is_refused():
    with pytest.raises(GeneMismatchError, match="none of the normaliser's 60 genes, 'G00'"):
        FITTED["cpm"].transform(OTHERS.add_prefix("ENS"), COUNTS)
    with pytest.raises(GeneMismatchError, match="none of the normaliser's 60"):
        FITTED["cpm"].transform(OTHERS.T, COUNTS)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda X: X.replace({X.iat[0, 0]: np.nan}), r"missing or infinite in \d+ such values"),
        (lambda X: X.replace({X.iat[0, 0]: np.inf}), "missing or infinite"),
        (lambda X: X.astype(object).replace({X.iat[0, 0]: "high"}), "holds text values"),
        (lambda X: X.rename(columns={"G01": "G00"}), r"doubled genes 'G00' \(1 in all\)"),
        (lambda X: X.iloc[:0], "expected samples × genes to normalise, found 0 × 60"),
        (lambda X: X.iloc[:, :0], "found 12 × 0"),
    ],
)
def test_bad_values_are_refused(change, match):
    with pytest.raises(ExpressionError, match=match):
        Normalizer(["cpm", "log2"]).fit(change(OTHERS), COUNTS).transform(change(OTHERS), COUNTS)


def test_filters_that_leave_no_gene_are_told():
    steps = ["cpm", "log2", {"expression_filter": {"min_value": 29.0}}]
    with pytest.raises(ExpressionError, match="no gene of 60 is left after cpm, log2, expression_"):
        Normalizer(steps).fit(TRAINING, COUNTS)


def test_negative_values_are_cut():
    unit = Unit(quantity="fpkm", scale="log2", offset=0.1)
    profiles = Normalizer(["log2"]).fit_transform(pd.DataFrame({"A": [-3.34, 2.0]}), unit)
    assert profiles.iat[0, 0] == 0.0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("unit"),
        lambda d: d.update(steps=[["unknown", {}]]),
        lambda d: d.update(states=[]),
        lambda d: d.update(n_samples="many"),
        lambda d: d.update(unit={"quantity": "reads"}),
        lambda d: d.update(states=[None, None, 3]),
    ],
)
def test_a_description_of_something_else_is_refused(spoil, tmp_path):
    FITTED["variable_genes"].save(tmp_path / "it")
    path = tmp_path / "it" / "normalizer.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    spoil(description)
    path.write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"normalizer.json doesn't describe a normaliser"):
        load_normalizer(tmp_path / "it")


def test_no_normalizer_is_told(tmp_path):
    with pytest.raises(ModelFileError, match=r"normalizer.json is missing"):
        load_normalizer(tmp_path)
