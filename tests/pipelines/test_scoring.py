"""The node of the scoring pipeline."""

import logging

import numpy as np
import pytest
from twinpurify.datasets.anndata_dataset import AnnDataDataset

from twinpurify.errors import GeneMismatchError, ModelFileError
from twinpurify.pipelines.scoring.nodes import score_cohort
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.registry import METHODS
from twinpurify.serving.settings import ScoringSettings


@pytest.fixture(scope="module")
def method(normalized):
    tumours = normalized[normalized.obs["tissue"] == "tumour"].to_df()
    normals = normalized[normalized.obs["tissue"] == "normal"].to_df()
    small = TwinPurify(n_dimensions=4, n_views=2)
    return small.fit(tumours, background=normals)


@pytest.fixture(scope="module")
def stored(method, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "final"
    method.save(folder)
    return str(folder)


def test_every_sample_gets_embedding_profile_and_purity(normalized, method, stored):
    scored = score_cohort(normalized, ScoringSettings(model=stored))
    np.testing.assert_allclose(
        scored.obsm["X_twinpurify"], method.transform(normalized.to_df()), atol=1e-6
    )
    assert scored.layers["purified"].shape == scored.shape == normalized.shape
    assert scored.obs["purity_estimate"].between(0, 1).all()
    assert scored.var["measured"].all()
    assert scored.uns["missing_gene_share"] == 0.0
    assert scored.uns["cohort"] == "demo"


def test_missing_genes_are_an_error_unless_asked_for(normalized, stored):
    fewer = normalized[:, 12:]
    with pytest.raises(GeneMismatchError, match="12 of the model's 60 genes"):
        score_cohort(fewer, ScoringSettings(model=stored))


def test_the_share_of_missing_genes_is_reported(normalized, stored, caplog):
    fewer = normalized[:, 12:]
    settings = ScoringSettings(model=stored, missing_genes="training_mean")
    with caplog.at_level(logging.INFO, logger="twinpurify"):
        scored = score_cohort(fewer, settings)
    assert scored.uns["missing_gene_share"] == pytest.approx(0.2)
    assert (~scored.var["measured"]).sum() == 12
    assert scored.X.dtype == np.float32
    # What wasn't measured is filled for the model, and stays missing in the file.
    assert np.isnan(scored.to_df()).all().sum() == 12
    assert "20% of its genes were missing" in caplog.text


def test_a_folder_without_a_model_is_named(normalized, tmp_path):
    with pytest.raises(ModelFileError, match=r"model\.json is missing"):
        score_cohort(normalized, ScoringSettings(model=str(tmp_path)))


@pytest.mark.parametrize("name", ["pca", "raw"])
def test_a_method_that_purifies_nothing_gives_its_embedding(normalized, name, tmp_path, caplog):
    fitted = METHODS[name]().fit(normalized.to_df())
    fitted.save(tmp_path / "model")
    with caplog.at_level(logging.INFO, logger="twinpurify"):
        scored = score_cohort(normalized, ScoringSettings(model=str(tmp_path / "model")))
    np.testing.assert_allclose(
        scored.obsm[f"X_{name}"], fitted.transform(normalized.to_df()), atol=1e-6
    )
    assert "purified" not in scored.layers
    assert "purity_estimate" not in scored.obs
    assert f"demo: the method {name} gives no purified profiles and no purity" in caplog.text
    stored = AnnDataDataset(filepath=str(tmp_path / "scored.h5ad"))
    stored.save(scored)
    assert list(stored.load().obsm) == [f"X_{name}"]


def test_nothing_is_said_to_be_left_out_of_a_method_that_gives_all(normalized, stored, caplog):
    with caplog.at_level(logging.INFO, logger="twinpurify"):
        score_cohort(normalized, ScoringSettings(model=stored))
    assert "what is stored is without" not in caplog.text
