"""The interface of all methods, on the smallest method that there can be."""

from typing import Annotated

import anndata
import numpy as np
import pandas as pd
import pytest
from pydantic import Field
from sklearn.exceptions import NotFittedError

from twinpurify.errors import (
    BackgroundError,
    ConfigurationError,
    ExpressionError,
    GeneMismatchError,
)
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.persistence import read_model


class Contrast(EmbeddingMethod):
    """Returns each standardised profile times a factor, less the mean normal."""

    name = "contrast"
    uses_background = True
    _arrays = ("mean_normal_",)

    def __init__(self, factor: Annotated[float, Field(gt=0)] = 2.0) -> None:
        self.factor = factor

    def _fit(self, tumours, normals):
        self.mean_normal_ = self._standardize(normals).mean(axis=0)

    def _embed(self, values):
        return self.factor * self._standardize(values) - self.mean_normal_


class Plain(Contrast):
    """The same without normals."""

    name = "plain"
    uses_background = False

    def _fit(self, tumours, normals):
        assert normals is None
        self.mean_normal_ = np.zeros(tumours.shape[1], np.float32)


GENES = ["ESR1", "ERBB2", "MKI67", "FLAT"]


@pytest.fixture
def tumours() -> pd.DataFrame:
    values = np.random.default_rng(0).gamma(4.0, 1.5, (9, 4))
    values[:, 3] = 2.5
    return pd.DataFrame(values, index=[f"t{i}" for i in range(9)], columns=GENES)


@pytest.fixture
def normals() -> pd.DataFrame:
    values = np.random.default_rng(1).gamma(4.0, 1.5, (3, 4))
    return pd.DataFrame(values, index=["n0", "n1", "n2"], columns=GENES)


def test_fit_and_transform_follow_the_formula(tumours, normals):
    method = Contrast().fit(tumours, background=normals)
    mean, sd = tumours.to_numpy()[:, :3].mean(axis=0), tumours.to_numpy()[:, :3].std(axis=0)
    shift = ((normals.to_numpy()[:, :3] - mean) / sd).mean(axis=0)
    expected = 2.0 * (tumours.to_numpy()[:, :3] - mean) / sd - shift
    found = method.transform(tumours)
    assert found.dtype == np.float32
    assert method.n_dimensions_ == found.shape[1] == 4
    np.testing.assert_allclose(found[:, :3], expected, atol=1e-5)


def test_a_gene_that_is_constant_in_training_counts_for_nothing(tumours, normals):
    method = Contrast().fit(tumours, background=normals)
    tumours["FLAT"] = np.linspace(0.0, 20.0, 9)
    np.testing.assert_array_equal(method.transform(tumours)[:, 3], 0.0)


def test_the_inputs_are_left_as_they_were(tumours, normals):
    before = tumours.copy(), normals.copy()
    Contrast().fit(tumours, background=normals).transform(tumours)
    pd.testing.assert_frame_equal(tumours, before[0])
    pd.testing.assert_frame_equal(normals, before[1])


def test_tables_arrays_and_anndata_give_the_same(tumours, normals):
    expected = Contrast().fit(tumours, background=normals).transform(tumours)
    from_arrays = Contrast().fit(tumours.to_numpy(), background=normals.to_numpy())
    np.testing.assert_array_equal(from_arrays.transform(tumours.to_numpy()), expected)
    cohort = anndata.AnnData(tumours.astype(np.float32))
    from_anndata = Contrast().fit(cohort, background=anndata.AnnData(normals.astype(np.float32)))
    np.testing.assert_array_equal(from_anndata.transform(cohort), expected)
    named = Contrast().fit(tumours, background=normals.to_numpy())
    np.testing.assert_array_equal(named.transform(tumours.to_numpy()), expected)


def test_normals_are_matched_by_gene(tumours, normals):
    expected = Contrast().fit(tumours, background=normals).mean_normal_
    shuffled = normals.assign(OTHER=1.0)[["MKI67", "OTHER", "FLAT", "ERBB2", "ESR1"]]
    found = Contrast().fit(tumours, background=shuffled).mean_normal_
    np.testing.assert_array_equal(found, expected)


def test_a_method_without_normals_ignores_them(tumours, normals):
    expected = Plain().fit(tumours).transform(tumours)
    given = Plain().fit(tumours, background=normals).transform(tumours)
    np.testing.assert_array_equal(given, expected)


def test_fit_checks_the_parameters_that_it_finds(tumours, normals):
    method = Contrast().set_params(factor=-1.0)
    with pytest.raises(ConfigurationError, match=r"factor = -1\.0: Input should be greater than 0"):
        method.fit(tumours, background=normals)


def test_two_tumours_are_too_few(tumours, normals):
    with pytest.raises(ExpressionError, match="2 tumours; at least 3 are needed"):
        Contrast().fit(tumours[:2], background=normals)
    assert Contrast().fit(tumours[:3], background=normals).n_dimensions_ == 4


def test_no_normals_is_an_error_that_says_what_to_do(tumours):
    match = r"^contrast needs adjacent normals: pass background=, .*reference_normals\.cohort"
    with pytest.raises(BackgroundError, match=match):
        Contrast().fit(tumours)


def test_one_normal_is_too_few(tumours, normals):
    with pytest.raises(BackgroundError, match=r"^1 normals, of which 2 are needed at least; .* 0 "):
        Contrast().fit(tumours, background=normals[:1])


def test_normals_that_lack_genes_are_refused(tumours, normals):
    match = r"they lack 1 of the tumours' 4 genes: 'MKI67' \(1 in all\)"
    with pytest.raises(BackgroundError, match=match):
        Contrast().fit(tumours, background=normals.drop(columns="MKI67"))
    with pytest.raises(BackgroundError, match="they lack 4 of the tumours' 4 genes"):
        Contrast().fit(tumours, background=normals.to_numpy()[:, :3])


def test_malformed_normals_are_refused(tumours, normals):
    normals.iloc[1, 1] = np.nan
    with pytest.raises(ExpressionError, match="n1/ERBB2"):
        Contrast().fit(tumours, background=normals)
    with pytest.raises(ExpressionError, match="empty table"):
        Contrast().fit(tumours, background=normals[:0])


def test_an_unfitted_method_says_so(tumours, tmp_path):
    with pytest.raises(NotFittedError, match="Contrast instance is not fitted yet"):
        Contrast().transform(tumours)
    with pytest.raises(NotFittedError, match="Contrast instance is not fitted yet"):
        Contrast().save(tmp_path / "model")


def test_missing_genes_stop_transform(tumours, normals):
    method = Contrast().fit(tumours, background=normals)
    with pytest.raises(GeneMismatchError, match="'ESR1'"):
        method.transform(tumours.drop(columns="ESR1"))
    with pytest.raises(GeneMismatchError, match="4 of the model's 4 genes"):
        method.transform(tumours.to_numpy()[:, :3])


def test_description_and_round_trip(tumours, normals, tmp_path):
    method = Contrast(factor=3.0).fit(tumours, background=normals)
    method.save(tmp_path / "model")
    description, arrays = read_model(tmp_path / "model")
    assert description["method"] == "contrast"
    assert description["parameters"] == {"factor": 3.0}
    assert description["unit"] == {"scale": "log2", "offset": 1.0}
    assert (description["n_dimensions"], description["genes"]) == (4, GENES)
    loaded = Contrast.restore(description, arrays)
    np.testing.assert_array_equal(loaded.transform(tumours), method.transform(tumours))
    assert loaded.get_params() == method.get_params()


def test_a_number_of_numpy_can_be_stored(tumours, normals, tmp_path):
    method = Contrast(factor=np.float32(0.5)).fit(tumours, background=normals)
    method.save(tmp_path / "model")
    assert read_model(tmp_path / "model")[0]["parameters"] == {"factor": 0.5}


def test_numbered_genes_survive_storage(tumours, normals, tmp_path):
    numbered = tumours.set_axis([2099, 2064, 4288, 7], axis=1)
    method = Contrast().fit(numbered, background=normals.to_numpy())
    method.save(tmp_path / "model")
    loaded = Contrast.restore(*read_model(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.transform(numbered), method.transform(numbered))


def test_genes_and_arrays_of_different_models_are_refused(tumours, normals):
    method = Contrast().fit(tumours, background=normals)
    description = {**method.describe(), "genes": GENES[:3]}
    with pytest.raises(ValueError, match="3 genes, 4 means"):
        Contrast.restore(description, method._state())
