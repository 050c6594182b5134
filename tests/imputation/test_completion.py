"""Genes that another cohort lacks, filled in by what is fitted on the training tumours."""

import numpy as np
import pytest

from twinpurify.errors import ConfigurationError, GeneMismatchError
from twinpurify.imputation.completion import complete_from_training

from .test_contract import made


@pytest.mark.parametrize("policy", ["nearest_neighbours", "principal_components", "low_rank"])
def test_an_imputer_comes_nearer_than_the_mean(policy):
    training, truth = made(60, 1), made(30, 2)
    asked = truth.drop(columns=["G03", "G09"]).iloc[:, ::-1].assign(OTHER=2.0)
    found, share = complete_from_training(asked, training, policy)
    mean, same = complete_from_training(asked, training, "training_mean")
    assert share == same == pytest.approx(2 / 24)
    assert list(found.columns) == list(training.columns)
    kept = truth.columns.drop(["G03", "G09"])
    assert np.array_equal(found[kept], truth[kept])
    errors = [np.square((one - truth)[["G03", "G09"]]).to_numpy().mean() for one in (found, mean)]
    assert errors[0] < 0.3 * errors[1]


def test_nothing_is_fitted_where_nothing_is_lacking(monkeypatch):
    monkeypatch.setattr("twinpurify.imputation.completion.create_imputer", None)
    found, share = complete_from_training(made(3, 2), made(60, 1), "low_rank")
    assert share == 0.0
    assert np.array_equal(found, made(3, 2))


def test_other_policies_are_those_of_the_model_s_genes():
    training, lacking = made(60, 1), made(3, 2).drop(columns="G03")
    with pytest.raises(GeneMismatchError, match="1 of the model's 24 genes"):
        complete_from_training(lacking, training, "error")
    with pytest.raises(ConfigurationError, match="missing_genes is 'zero'"):
        complete_from_training(lacking, training, "zero")
    with pytest.raises(GeneMismatchError, match="none of the model's 24 genes"):
        complete_from_training(made(3, 2).add_prefix("x"), training, "low_rank")
