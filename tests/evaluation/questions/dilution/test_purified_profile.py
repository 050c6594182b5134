"""Purified profiles: a method that knows the truth, one that does nothing, one that fails."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.stand_ins import GENES, Identity, Projection, divide, embed, values
from twinpurify.errors import ModelError
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.dilution import purified_profile
from twinpurify.evaluation.questions.dilution.purity_bins import tabulate_by_purity
from twinpurify.evaluation.splits.data import split_data


class Purifier(Identity):
    """Gives the same profiles for the same tumours, whatever is mixed into them."""

    name = "purifier"

    def __init__(self, answers: pd.DataFrame) -> None:
        super().__init__()
        self.answers = answers

    def purify(self, X: pd.DataFrame) -> pd.DataFrame:
        return self.answers.loc[X.index, self.answers.columns[::-1]]


def test_the_truth_has_no_error_and_raw_expression_removes_nothing(cohort, truth):
    perfect = purified_profile.evaluate(embed(cohort, Purifier(truth), truth))
    raw = purified_profile.evaluate(embed(cohort, None, truth))
    found, plain = values(perfect.measurements), values(raw.measurements)
    task = "purified_profile@truth"
    assert found[task, "rmse", 1.0] == 0.0
    assert found[task, "rmse_removed", 1.0] == 1.0
    assert found[task, "gene_correlation", 1.0] == pytest.approx(1.0, abs=1e-5)
    assert plain[task, "rmse_removed", 1.0] == 0.0
    assert plain[task, "rmse", 1.0] > 0.3
    assert plain[task, "gene_correlation", 1.0] < 1.0


def test_a_half_way_purification_removes_half(cohort, truth):
    embedded = embed(cohort, None, truth)
    measured = embedded.data.test_tumours
    half = (measured + truth.loc[measured.index]) / 2.0
    answer = purified_profile.evaluate(embed(cohort, Purifier(half), truth))
    assert values(answer.measurements)[
        "purified_profile@truth", "rmse_removed", 1.0
    ] == pytest.approx(0.5, abs=1e-6)


def test_diluted_tumours_are_compared_with_themselves_as_measured(cohort):
    tumours = cohort[cohort.obs["tissue"] == "tumour"].to_df()
    answer = purified_profile.evaluate(embed(cohort, Purifier(tumours)))
    found = values(answer.measurements)
    fractions = (0.8, 0.6, 0.4, 0.2)
    task = "purified_profile@diluted"
    assert [found[task, "rmse", fraction] for fraction in fractions] == [0.0] * 4
    raw = values(purified_profile.evaluate(embed(cohort)).measurements)
    errors = [raw[task, "rmse", fraction] for fraction in fractions]
    assert errors == sorted(errors) and errors[0] > 0.05
    assert dict(answer.skipped) == {
        "purified_profile@truth": "the true pure profiles of the tumours aren't known"
    }


def test_foreign_tissue_is_purified_too(cohort):
    tissue = cohort[cohort.obs["tissue"] == "normal"].to_df()
    resources = Resources(foreign={"lymphoid": tissue})
    data = split_data(cohort, divide(cohort), resources)
    answer = purified_profile.evaluate(embed(cohort, data=data))
    assert {m.task for m in answer.measurements} == {
        "purified_profile@diluted",
        "purified_profile@foreign",
    }


def test_only_genes_that_foreign_tissue_has_are_judged(cohort):
    tissue = cohort[cohort.obs["tissue"] == "normal"].to_df()

    def errors(**foreign):
        data = split_data(cohort, divide(cohort), Resources(foreign=foreign))
        embedded = embed(cohort, data=data)
        found = values(purified_profile.evaluate(embedded).measurements)
        return found["purified_profile@foreign", "rmse", 0.4], embedded

    error, embedded = errors(lymphoid=tissue[GENES[:9]])
    difference = (embedded.foreign[""][0.4] - embedded.data.test_tumours)[GENES[:9]]
    assert error == pytest.approx(np.sqrt((difference**2).mean(axis=1)).mean(), abs=1e-6)


def test_errors_stand_in_bins_of_the_true_purity(cohort, truth):
    answer = purified_profile.evaluate(embed(cohort, Purifier(truth), truth))
    (table,) = answer.tables["purity_bins"]
    raw = table[table["profile"] == "raw"]
    assert list(table.columns) == ["kind", "purity_low", "purity_high", "profile", "rmse", "n"]
    assert raw["purity_low"].tolist() == [0.2, 0.4, 0.6, 0.8][-len(raw) :]
    assert raw["n"].sum() == len(embed(cohort).data.test_tumours)
    assert raw["rmse"].is_monotonic_decreasing
    assert (table.loc[table["profile"] == "purified", "rmse"] == 0.0).all()
    (plain,) = purified_profile.evaluate(embed(cohort, None, truth)).tables["purity_bins"]
    assert set(plain["profile"]) == {"raw"}


def test_without_a_true_purity_there_is_no_table(cohort, truth):
    cohort.obs = cohort.obs.drop(columns="true_purity")
    answer = purified_profile.evaluate(embed(cohort, None, truth))
    assert answer.tables == {}
    tabulate_by_purity(answer, pd.DataFrame({"true_purity": [0.0, 0.2, 1.0]}), {"raw": np.ones(3)})
    (table,) = answer.tables["purity_bins"]
    assert table["n"].tolist() == [2, 1]


def test_a_method_without_purified_profiles_is_not_asked(cohort):
    with pytest.raises(UnanswerableError, match="projection gives no purified profile"):
        purified_profile.evaluate(embed(cohort, Projection()))


def test_purified_profiles_that_lack_genes_are_refused(cohort):
    tumours = cohort[cohort.obs["tissue"] == "tumour"].to_df()[GENES[1:]]
    with pytest.raises(ModelError, match=r"purifies 48 tumours × 30 genes with 48 values that"):
        purified_profile.evaluate(embed(cohort, Purifier(tumours)))


def test_a_truth_of_few_tumours_is_skipped(cohort, truth):
    answer = purified_profile.evaluate(embed(cohort, None, truth.iloc[:5]))
    assert dict(answer.skipped)["purified_profile@truth"].endswith(
        "test tumours with a true profile; at least 10 are needed"
    )


def test_without_mixes_the_dilution_is_skipped(cohort):
    answer = purified_profile.evaluate(embed(cohort, fractions=[1.0]))
    assert dict(answer.skipped)["purified_profile@diluted"] == (
        "there are no diluted tumours to purify"
    )


def test_few_test_tumours_are_not_judged(cohort):
    data = embed(cohort).data
    few = replace(
        data,
        test_tumours=data.test_tumours.iloc[:4],
        test_obs=data.test_obs.iloc[:4],
    )
    with pytest.raises(UnanswerableError, match="4 test tumours; at least 10 are needed"):
        purified_profile.evaluate(embed(cohort, data=few))


def test_the_true_purity_may_be_kept_apart_from_the_sheet(cohort, truth):
    purity = cohort.obs["true_purity"].dropna()
    cohort.obs = cohort.obs.drop(columns="true_purity")
    data = split_data(cohort, divide(cohort), Resources(truth=truth, true_purity=purity))
    (table,) = purified_profile.evaluate(embed(cohort, data=data)).tables["purity_bins"]
    assert table["n"].sum() == len(data.test_tumours)
