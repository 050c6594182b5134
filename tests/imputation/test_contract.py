"""What every imputer has to keep."""

import json
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from twinpurify.errors import (
    ConfigurationError,
    ExpressionError,
    GeneMismatchError,
    ModelFileError,
)
from twinpurify.imputation.registry import IMPUTERS, create_imputer, load_imputer
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.studies.imputation.settings import ImputerName

SMALL = {
    "nearest_neighbours": {"n_neighbours": 4},
    "iterative": {"estimator": "ridge", "n_nearest_genes": 8, "n_rounds": 2},
    "low_rank": {"max_rank": 6, "n_penalties": 5},
    "principal_components": {"max_components": 8},
    "masked_transformer": {
        "parameters": {
            "width": 8,
            "n_latents": 2,
            "n_dimensions": 8,
            "least_observed": 4,
            "n_steps": 20,
            "precision": "float32",
        }
    },
}
N_TRAINING, N_GENES = 60, 24
ALL = pytest.mark.parametrize("name", IMPUTERS)


def made(n_samples: int, seed: int) -> pd.DataFrame:
    """Profiles of three latent factors and little noise; the loadings don't depend on the seed."""
    loadings = np.random.default_rng(0).normal(size=(3, N_GENES))
    rng = np.random.default_rng([1, seed])
    values = 6 + rng.normal(size=(n_samples, 3)) @ loadings
    values += 0.2 * rng.normal(size=values.shape)
    names = [f"S{seed}_{place}" for place in range(n_samples)]
    genes = [f"G{place:02d}" for place in range(N_GENES)]
    return pd.DataFrame(values.astype(np.float32), index=names, columns=genes)


def with_gaps(table: pd.DataFrame, share: float = 0.3) -> pd.DataFrame:
    hidden = np.random.default_rng(5).uniform(size=table.shape) < share
    hidden[:, 0] = False
    return table.mask(hidden)


def new(name: str):
    return create_imputer(name, SMALL.get(name))


@pytest.fixture(scope="module")
def training() -> pd.DataFrame:
    return made(N_TRAINING, 1)


@pytest.fixture(scope="module")
def fitted(training) -> dict:
    return {name: new(name).fit(training) for name in IMPUTERS}


@ALL
def test_what_was_observed_is_unchanged_to_the_last_bit(fitted, name):
    asked = with_gaps(made(9, 2))
    found = fitted[name].transform(asked)
    there = asked.notna().to_numpy()
    assert np.array_equal(found.to_numpy()[there], asked.to_numpy()[there])
    assert np.isfinite(found.to_numpy()).all()
    assert found.index.equals(asked.index)
    assert found.dtypes.unique().tolist() == [np.float32]


@ALL
def test_the_genes_are_those_of_the_training_in_their_order(fitted, name, training, caplog):
    asked = made(5, 2).iloc[:, ::-1].drop(columns=["G03", "G07"]).assign(OTHER=1.0)
    with caplog.at_level("INFO"):
        found = fitted[name].transform(asked)
    assert list(found.columns) == list(training.columns)
    assert fitted[name].unknown_genes_ == ["OTHER"]
    assert f"{name} ignores 1 genes that it wasn't fitted on: 'OTHER'" in caplog.text
    direct = fitted[name].transform(made(5, 2).assign(G03=np.nan, G07=np.nan))
    pd.testing.assert_frame_equal(found, direct, rtol=1e-5)


@ALL
def test_a_sample_alone_is_as_in_a_batch(fitted, name):
    asked = with_gaps(made(9, 2))
    batch = fitted[name].transform(asked)
    alone = pd.concat([fitted[name].transform(asked.iloc[[place]]) for place in range(9)])
    pd.testing.assert_frame_equal(alone, batch, rtol=1e-5)


@ALL
def test_transforming_fits_nothing(fitted, name):
    before = {key: value.copy() for key, value in fitted[name]._state().items()}
    fitted[name].transform(with_gaps(made(9, 2) + 3))
    after = fitted[name]._state()
    assert all(np.array_equal(before[key], after[key]) for key in after)


@ALL
def test_it_beats_or_is_the_mean_and_stays_within_the_training(fitted, name, training):
    truth = made(40, 2)
    asked = with_gaps(truth)
    hidden = asked.isna().to_numpy()

    def error(imputer):
        return np.square((imputer.transform(asked) - truth).to_numpy()[hidden]).mean()

    found = fitted[name].transform(asked)
    assert (found.max() <= np.maximum(training.max(), asked.max())).all()
    assert name == "mean" or error(fitted[name]) < 0.35 * error(fitted["mean"])


@ALL
def test_training_may_have_gaps(name):
    truth = made(40, 2)
    asked = with_gaps(truth)
    hidden = asked.isna().to_numpy()
    imputer = new(name).fit(with_gaps(made(N_TRAINING, 1), 0.2))
    errors = (imputer.transform(asked) - truth).to_numpy()[hidden]
    spread = truth.to_numpy().std()
    assert np.sqrt(np.square(errors).mean()) < (1.2 if name == "mean" else 0.7) * spread


@ALL
def test_stored_and_loaded_it_fills_in_the_same_bits(fitted, name, tmp_path):
    asked = with_gaps(made(9, 2))
    fitted[name].save(tmp_path / "one")
    loaded = load_imputer(tmp_path / "one")
    assert loaded.get_params() == fitted[name].get_params()
    pd.testing.assert_frame_equal(
        loaded.transform(asked), fitted[name].transform(asked), check_exact=True
    )


@ALL
def test_the_same_seed_gives_the_same_bits_and_clones_are_unfitted(fitted, name, training):
    again = clone(fitted[name])
    assert not hasattr(again, "genes_")
    first, second = fitted[name]._state(), again.fit(training)._state()
    assert all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("name", [name for name in IMPUTERS if name != "mean"])
def test_the_order_of_genes_does_not_matter_where_nothing_is_drawn(fitted, name, training):
    if name in ("iterative", "masked_transformer"):
        return  # They draw genes by their place.
    parameters = {"n_components": 3} if name == "principal_components" else SMALL[name]
    asked = with_gaps(made(9, 2))
    one = create_imputer(name, parameters).fit(training)
    other = create_imputer(name, parameters).fit(training.iloc[:, ::-1])
    # softImpute draws the values that it holds out by their place.
    tolerance = 0.5 if name == "low_rank" else 1e-4
    difference = other.transform(asked)[training.columns] - one.transform(asked)
    assert np.abs(difference.to_numpy()).max() < tolerance


def test_a_gene_that_does_not_vary_keeps_its_value(training):
    constant = training.assign(G05=4.0)
    for name in IMPUTERS:
        found = new(name).fit(constant).transform(made(3, 2).assign(G05=np.nan))
        assert found["G05"].tolist() == [4.0] * 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(G01=np.nan), r"1 genes have fewer than 3 values in the 60.*'G01'"),
        (
            lambda t: t.mul(np.where(t.index == "S1_4", np.nan, 1.0), axis=0),
            r"training profiles without any value: 'S1_4' \(1 in all\)",
        ),
        (lambda t: t.replace(t.iloc[2, 3], np.inf), r"1 values of the expression are infinite"),
        (lambda t: t.rename(columns={"G01": "G00"}), r"doubled genes 'G00'"),
        (lambda t: t * 1000, r"the largest value is .* pass log2\(x \+ 1\)"),
    ],
)
def test_profiles_from_which_nothing_can_be_learnt_are_refused(training, change, message):
    with pytest.raises(ExpressionError, match=message):
        new("mean").fit(change(training))


def test_a_sample_without_any_known_gene_is_refused(fitted):
    asked = made(3, 2)
    asked.iloc[1] = np.nan
    with pytest.raises(GeneMismatchError, match=r"the samples 'S2_1' .* have no value of any of"):
        fitted["mean"].transform(asked)
    with pytest.raises(GeneMismatchError, match=r"\(3 in all\) have no value"):
        fitted["mean"].transform(made(3, 2).add_prefix("x"))


def test_unknown_names_and_parameters_are_refused(training):
    with pytest.raises(ConfigurationError, match="unknown imputer 'knn'; the known ones are mean"):
        create_imputer("knn")
    with pytest.raises(ConfigurationError, match=r"n_neighbours = 0: .*greater than or equal to 1"):
        create_imputer("nearest_neighbours", {"n_neighbours": 0})
    with pytest.raises(ConfigurationError, match=r"Known parameters: n_neighbours, weights"):
        IMPUTERS["nearest_neighbours"](weights="squared").fit(training)


def test_a_stored_imputer_that_is_not_whole_is_refused(fitted, tmp_path):
    def stored(change):
        fitted["low_rank"].save(tmp_path / "one")
        file = tmp_path / "one" / "imputer.json"
        described = json.loads(file.read_text())
        change(described)
        file.write_text(json.dumps(described))
        return tmp_path / "one"

    with pytest.raises(ModelFileError, match="holds the imputer 'other'; the known ones are mean"):
        load_imputer(stored(lambda described: described.update(imputer="other")))
    for change in (
        lambda described: described.update(imputer="nearest_neighbours"),
        lambda described: described["genes"].pop(),
    ):
        with pytest.raises(ModelFileError, match=r"holds no whole imputer .*; fit it again"):
            load_imputer(stored(change))


def test_a_stored_network_of_another_size_is_refused(fitted, tmp_path):
    fitted["masked_transformer"].save(tmp_path)
    file = tmp_path / "imputer.json"
    described = json.loads(file.read_text())
    described["parameters"]["parameters"]["width"] = 16
    file.write_text(json.dumps(described))
    with pytest.raises(ModelFileError, match=r"(?s)no whole imputer 'masked_transformer': .*size"):
        load_imputer(tmp_path)


def test_names_in_settings_are_those_of_the_registry():
    assert get_args(ImputerName) == tuple(IMPUTERS)
    policies = get_args(NormalizationSettings.model_fields["missing_genes"].annotation)
    # The mean is called training_mean there.
    assert {*policies, "mean"} - {"training_mean", "error"} == set(IMPUTERS)
