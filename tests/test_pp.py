"""Preparation of an AnnData that somebody hands in."""

import anndata
import numpy as np
import pandas as pd
import pytest

import twinpurify as tp
from twinpurify.errors import ConfigurationError, ExpressionError, SampleSheetError


@pytest.fixture
def counts():
    """Forty genes of 12 tumours and 4 normals, as somebody has them who never read our pages."""
    rng = np.random.default_rng(0)
    obs = pd.DataFrame({"tissue": ["tumour"] * 12 + ["normal"] * 4})
    obs.index = [f"s{place}" for place in range(16)]
    values = rng.negative_binomial(2, 0.01, (16, 40)).astype(np.float32)
    var = pd.DataFrame(index=[f"G{place}" for place in range(40)])
    return anndata.AnnData(
        values, obs, var, uns={"unit": {"quantity": "counts", "scale": "linear"}}
    )


def test_in_place_nothing_is_returned_and_genes_may_go(counts):
    before = counts.to_df()
    assert tp.pp.normalize(counts, ["cpm", "log2", {"variable_genes": {"max_genes": 10}}]) is None
    assert counts.shape == (16, 10)
    assert counts.uns["unit"] == {"quantity": "cpm", "scale": "log2", "offset": 1.0}
    expected = np.log2(before.div(before.sum(axis=1), axis=0) * 1e6 + 1)[counts.var_names]
    np.testing.assert_allclose(counts.to_df(), expected, rtol=1e-5)


def test_a_copy_leaves_what_was_handed_in(counts):
    before = counts.copy()
    result = tp.pp.normalize(counts, ["cpm", "log2"], copy=True)
    assert result is not counts
    np.testing.assert_array_equal(counts.X, before.X)
    assert counts.uns["unit"]["quantity"] == "counts"
    in_place = counts.copy()
    tp.pp.normalize(in_place, ["cpm", "log2"])
    np.testing.assert_array_equal(in_place.X, result.X)


def test_a_view_becomes_an_anndata_of_its_own(counts):
    part = counts[:14]
    tp.pp.normalize(part, ["cpm", "log2"])
    assert not part.is_view
    assert part.uns["unit"]["quantity"] == "cpm"
    assert counts.uns["unit"]["quantity"] == "counts"


def test_fitted_steps_serve_others(counts):
    steps = ["cpm", "log2", {"variable_genes": {"max_genes": 10}}]
    normalizer = tp.pp.fit_normalizer(counts, steps)
    assert counts.shape == (16, 40)
    one = tp.pp.normalize(counts[3:4].copy(), normalizer=normalizer, copy=True)
    together = tp.pp.normalize(counts, steps, copy=True)
    np.testing.assert_array_equal(one.to_df(), together.to_df().iloc[3:4])


def test_protected_genes_stay(counts):
    steps = ["cpm", "log2", {"variable_genes": {"max_genes": 10}}]
    dull = sorted(set(counts.var_names) - set(tp.pp.normalize(counts, steps, copy=True).var_names))
    tp.pp.normalize(counts, steps, protected_genes=dull[:1])
    assert dull[0] in counts.var_names


def test_a_missing_unit_is_asked_for(counts):
    del counts.uns["unit"]
    with pytest.raises(ConfigurationError, match=r"adata\.uns\['unit'\] is missing; it says what"):
        tp.pp.normalize(counts)


def test_a_unit_that_is_none_is_shown(counts):
    counts.uns["unit"] = {"quantity": "reads", "scale": "linear"}
    with pytest.raises(ConfigurationError, match=r"adata\.uns\['unit'\] is .*'reads'"):
        tp.pp.normalize(counts)


def test_missing_tissue_is_asked_for(counts):
    counts.obs = counts.obs.rename(columns={"tissue": "type"})
    with pytest.raises(SampleSheetError, match=r"adata\.obs lacks 'tissue' .*it has 'type'"):
        tp.pp.normalize(counts)


def test_another_tissue_is_named(counts):
    counts.obs["tissue"] = ["metastasis"] * 12 + ["normal"] * 4
    with pytest.raises(SampleSheetError, match=r"obs\['tissue'\] holds 'metastasis'"):
        tp.pp.normalize(counts)


def test_a_cohort_without_tumours_is_refused(counts):
    with pytest.raises(ExpressionError, match="none of the 4 samples is a tumour"):
        tp.pp.normalize(counts[12:].copy())


def test_an_unknown_step_is_named(counts):
    with pytest.raises(ConfigurationError, match=r"the steps .*sqrt"):
        tp.pp.normalize(counts, ["sqrt"])


@pytest.mark.parametrize("more", [{"steps": ["log2"]}, {"protected_genes": ["G1"]}])
def test_steps_and_fitted_steps_exclude_each_other(counts, more):
    normalizer = tp.pp.fit_normalizer(counts, ["cpm", "log2"])
    with pytest.raises(ConfigurationError, match="a fitted normalizer has its own steps"):
        tp.pp.normalize(counts, normalizer=normalizer, **more)
