"""What all alignments of platforms promise, by name."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError
from twinpurify.normalization.alignment.registry import ALIGNMENTS, create_alignment

GENES = [f"G{number}" for number in range(40)]
FITTED = [name for name in ALIGNMENTS if name != "none"]
NEED_A_TARGET = [name for name in ALIGNMENTS if ALIGNMENTS[name].needs_target]


def draw(n, genes, seed, mean=8.0, spread=1.0):
    rng = np.random.default_rng(seed)
    values = mean + rng.normal(0, 1.5, len(genes)) + spread * rng.normal(size=(n, len(genes)))
    index = [f"{seed}-{number}" for number in range(n)]
    return pd.DataFrame(np.maximum(values, 0).astype(np.float32), index=index, columns=genes)


@pytest.fixture(scope="module")
def reference():
    return draw(60, GENES, 1)


@pytest.fixture(scope="module")
def target():
    """Fewer genes in another order, one of its own, and values that tie."""
    return draw(30, [*GENES[:5:-1], "X"], 2, mean=4.0, spread=0.5).round(1)


def test_the_names():
    assert list(ALIGNMENTS) == [
        "none",
        "location_scale",
        "quantile",
        "feature_quantile",
        "tdm",
        "nonparanormal",
    ]
    assert NEED_A_TARGET == ["location_scale", "feature_quantile", "tdm", "nonparanormal"]
    for name in ALIGNMENTS:
        assert create_alignment(name).name == name


def test_an_unknown_name():
    with pytest.raises(ConfigurationError, match=r"unknown alignment 'fsqn' in `transfer_al.*tdm"):
        create_alignment("fsqn")


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_a_sample_alone_comes_out_as_in_any_batch(name, reference, target):
    alignment = create_alignment(name).fit(target, reference=reference)
    new = draw(12, target.columns, 3, mean=4.0, spread=2.0)
    whole = alignment.transform(new)
    for sample in new.index:
        pd.testing.assert_frame_equal(
            alignment.transform(new.loc[[sample]]), whole.loc[[sample]], check_exact=True
        )
    shuffled = alignment.transform(new.iloc[::-1]).iloc[::-1]
    pd.testing.assert_frame_equal(shuffled, whole, check_exact=True)


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_names_and_genes_of_the_target_alone_stay(name, reference, target):
    aligned = create_alignment(name).fit(target, reference=reference).transform(target)
    pd.testing.assert_index_equal(aligned.index, target.index)
    pd.testing.assert_index_equal(aligned.columns, target.columns)
    pd.testing.assert_series_equal(aligned["X"], target["X"])
    assert (aligned.dtypes == np.float32).all()


@pytest.mark.parametrize("name", FITTED)
def test_expression_does_not_go_below_zero(name, reference, target):
    low = draw(60, GENES, 4, mean=0.5)
    aligned = create_alignment(name).fit(target, reference=low).transform(target - 3.0)
    assert (aligned.drop(columns="X") >= 0).all().all()
    assert np.isfinite(aligned.to_numpy()).all()


@pytest.mark.parametrize("name", FITTED)
def test_the_target_comes_nearer_to_the_reference(name, reference, target):
    shared = target.columns.drop("X")
    aligned = create_alignment(name).fit(target, reference=reference).transform(target)
    before, after = (
        abs(table[shared].to_numpy().mean() - reference[shared].to_numpy().mean())
        for table in (target, aligned)
    )
    assert after < before / 2


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_orders_do_not_matter(name, reference, target):
    aligned = create_alignment(name).fit(target, reference=reference).transform(target)
    other = create_alignment(name).fit(
        target.iloc[::-1, ::-1], reference=reference.sample(frac=1, random_state=0, axis=1)
    )
    np.testing.assert_allclose(other.transform(target), aligned, atol=1e-5)


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_what_comes_in_stays_as_it_was(name, reference, target):
    before = target.copy(), reference.copy()
    create_alignment(name).fit(target, reference=reference).transform(target)
    pd.testing.assert_frame_equal(target, before[0])
    pd.testing.assert_frame_equal(reference, before[1])


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_what_was_fitted_can_be_stored(name, reference, target, tmp_path):
    alignment = create_alignment(name).fit(target, reference=reference)
    np.savez(tmp_path / "state.npz", **alignment.state())
    with np.load(tmp_path / "state.npz", allow_pickle=False) as stored:
        restored = create_alignment(name).restore(dict(stored))
    pd.testing.assert_frame_equal(restored.transform(target), alignment.transform(target))


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_it_must_be_fitted_first(name, target):
    with pytest.raises(NotFittedError, match="not fitted"):
        create_alignment(name).transform(target)
    with pytest.raises(NotFittedError, match="not fitted"):
        create_alignment(name).state()


@pytest.mark.parametrize("name", FITTED)
def test_cohorts_without_a_gene_in_common(name, reference):
    with pytest.raises(ExpressionError, match=r"none of the target cohort's 3 genes, 'A', 'B', "):
        create_alignment(name).fit(draw(30, list("ABC"), 5), reference=reference)


@pytest.mark.parametrize("name", FITTED)
def test_genes_that_a_sample_lacks(name, reference, target):
    alignment = create_alignment(name).fit(target, reference=reference)
    with pytest.raises(GeneMismatchError, match=rf"2 of the 34 genes.*{name} .*'G20', 'G9'"):
        alignment.transform(target.drop(columns=["G20", "G9"]))


@pytest.mark.parametrize("name", FITTED)
def test_missing_values(name, reference, target):
    holes = target.copy()
    holes.loc[holes.index[3], "G8"] = np.nan
    with pytest.raises(ExpressionError, match=r"1 values to align .* in the genes 'G8'"):
        create_alignment(name).fit(target, reference=reference).transform(holes)


@pytest.mark.parametrize("name", FITTED)
def test_doubled_genes(name, reference, target):
    doubled = pd.concat([target, target[["G8"]]], axis=1)
    with pytest.raises(ExpressionError, match="doubled genes 'G8'"):
        create_alignment(name).fit(target, reference=reference).transform(doubled)


@pytest.mark.parametrize("name", FITTED)
def test_no_training_tumours(name, reference, target):
    with pytest.raises(ExpressionError, match=r"no training tumours to align to, shape \(0, 40\)"):
        create_alignment(name).fit(target, reference=reference.iloc[:0])


@pytest.mark.parametrize("name", NEED_A_TARGET)
def test_no_target_cohort(name, reference, target):
    with pytest.raises(ConfigurationError, match=r"fitted on tumours of the target.*`quantile`"):
        create_alignment(name).fit(None, reference=reference)
    with pytest.raises(ExpressionError, match=r"0 tumours of the target cohort.*`quantile`"):
        create_alignment(name).fit(target.iloc[:0], reference=reference)


def test_nothing_is_done_by_the_name_none(reference, target):
    aligned = create_alignment("none").fit(target, reference=reference).transform(target)
    pd.testing.assert_frame_equal(aligned, target)
    assert aligned is not target


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(FITTED),
    seed=st.integers(0, 2**16),
    digits=st.integers(0, 3),
    sizes=st.tuples(st.integers(1, 30), st.integers(25, 40), st.integers(4, 20)),
)
def test_any_profiles_come_out_finite_and_alone_as_together(name, seed, digits, sizes):
    genes = GENES[: sizes[2]]
    reference = draw(sizes[0], genes, seed, mean=5.0, spread=2.0).round(digits)
    target = draw(sizes[1], genes, seed + 1, mean=3.0, spread=3.0).round(digits)
    alignment = create_alignment(name).fit(target, reference=reference)
    aligned = alignment.transform(target).to_numpy()
    assert np.isfinite(aligned).all() and (aligned >= 0).all()
    np.testing.assert_array_equal(alignment.transform(target.iloc[[7]]).to_numpy(), aligned[[7]])
