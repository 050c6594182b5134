"""All questions on one split, and the leakage test: test patients move nothing that is fitted."""

import logging
import warnings

import numpy as np
import pandas as pd
import pytest

from twinpurify.evaluation.declaration.registry import questions
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.evaluation.probes.regression import LinearProbe, RbfProbe
from twinpurify.evaluation.probes.survival import CoxProbe
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.titration import build_titration
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap, collect, summarize

from .pathways import SETS, with_contrasts
from .stand_ins import GENES, Identity, Projection, bootstrap, divide, settings

PROBES = (ClassificationProbe, LinearProbe, RbfProbe, CoxProbe)


def test_all_questions_of_a_fully_labelled_cohort_are_answered(cohort, truth, caplog):
    foreign = {"elsewhere": cohort[cohort.obs["tissue"] == "normal"].to_df()}
    sets = pd.DataFrame({"collection": "pam50", "source": "s", "target": GENES[:4], "weight": 1.0})
    sets = pd.concat([sets, SETS], ignore_index=True)
    resources = Resources(truth=truth, gene_sets=sets, foreign=foreign)
    data = split_data(with_contrasts(cohort), divide(cohort), resources)
    chosen = settings(min_class_patients=4, min_set_genes=4)

    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        result = evaluate_split(Projection(), data, chosen, bootstrap(cohort))
    # A projection can't be fitted again, and purifies nothing.
    lacking = {"purified_profile", "pathway_purity", "pathway_contrast", "few_normals", "stability"}
    assert {skip.task for skip in result.skipped} == {*lacking, "survival_pfi"}
    under_other_names = {"foreign_background", "label_efficiency", "survival"}
    assert {m.task.split("@")[0] for m in result.measurements} == {
        *set(questions()) - lacking - under_other_names - {"dimension_names"},
        "survival_os",
        "survival_os_increment",
        "retrieval_random",
    }
    assert not result.tables["dimension_names"].empty
    assert all(np.isfinite(m.value) and m.replicates.shape == (20,) for m in result.measurements)
    assert not caplog.records
    keys = [(m.task, m.metric, str(m.fraction)) for m in result.measurements]
    assert len(keys) == len(set(keys))
    assert result.predictions["task"].unique().tolist() == ["survival_os"]


def test_chosen_tasks_only(cohort):
    data = split_data(cohort, divide(cohort))
    result = evaluate_split(Identity(), data, settings(tasks=["grade"]), bootstrap(cohort))
    assert {m.task for m in result.measurements} == {"grade"}
    assert not result.skipped


def test_what_the_labels_do_not_allow_is_listed_with_the_reason(cohort):
    cohort.obs = cohort.obs[["patient_id", "tissue"]]
    data = split_data(cohort, divide(cohort))
    result = evaluate_split(Identity(), data, settings(), bootstrap(cohort))
    skipped = dict(result.skipped)
    answered = {"retrieval", "control_normals", "purified_profile"}
    assert set(skipped) == {*set(questions()) - answered, "purified_profile@truth"}
    assert all(skipped.values())


def test_the_same_input_gives_the_same_scores_and_a_titration_may_be_handed_in(cohort):
    data, chosen = split_data(cohort, divide(cohort)), settings(tasks=["subtype", "retrieval"])
    first = evaluate_split(Identity(), data, chosen, bootstrap(cohort))
    ready = build_titration(data, chosen)
    second = evaluate_split(Identity(), data, chosen, bootstrap(cohort), ready)
    for a, b in zip(first.measurements, second.measurements, strict=True):
        assert a.value == b.value
        np.testing.assert_array_equal(a.replicates, b.replicates)


def test_the_order_of_genes_does_not_matter(cohort):
    chosen, results = settings(tasks=["subtype", "retrieval"]), []
    for genes in (cohort.var_names, cohort.var_names[::-1]):
        data = split_data(cohort[:, genes].copy(), divide(cohort))
        results.append(evaluate_split(Identity(), data, chosen, bootstrap(cohort)))
    first, second = ([m.value for m in result.measurements] for result in results)
    assert first == pytest.approx(second)


def fitted_numbers(cohort, division, monkeypatch) -> list[dict[str, object]]:
    """Everything that any probe has fitted, and the standardisation of the embedding."""
    seen = []
    with monkeypatch.context() as patch:
        for probe in PROBES:

            def remember(self, *arguments, original=probe.fit):
                original(self, *arguments)
                seen.append({k: np.copy(v) for k, v in vars(self).items() if k.endswith("_")})
                seen[-1]["scaler_"] = self.scaler_.mean_, self.scaler_.scale_
                return self

            patch.setattr(probe, "fit", remember)
        tasks = [task for task in questions() if task not in ("retrieval", "true_neighbours")]
        evaluate_split(
            Projection(),
            split_data(cohort, division),
            settings(tasks=tasks, fractions=[1.0], min_class_patients=4),
            bootstrap(cohort),
        )
    return seen


def test_test_patients_move_nothing_that_is_fitted(cohort, monkeypatch):
    division = divide(cohort)
    before = fitted_numbers(cohort, division, monkeypatch)
    test = cohort.obs["patient_id"].isin(division.test).to_numpy()
    rng = np.random.default_rng(5)
    cohort.X[test] = np.maximum(cohort.X[test] + rng.normal(0.0, 2.0, cohort.X[test].shape), 0.0)
    cohort.obs.loc[test, ["purity_absolute", "purity_cpe"]] *= 0.5
    cohort.obs.loc[test, "os_time"] *= 3.0
    for column in ("os_event", "grade", "subtype"):
        cohort.obs.loc[test, column] = rng.permutation(cohort.obs.loc[test, column].to_numpy())
    after = fitted_numbers(cohort, division, monkeypatch)
    assert len(before) == len(after) > 10
    for old, new in zip(before, after, strict=True):
        assert old.keys() == new.keys()
        for name in old:
            np.testing.assert_array_equal(old[name], new[name], err_msg=name)


def test_raw_expression_of_a_real_cohort_scores_as_known(real_data):
    cohort = real_cohort(real_data)
    patients = np.random.default_rng(0).permutation(sorted(set(cohort.obs["patient_id"])))
    n_test = int(0.3 * len(patients))
    division = type(divide(cohort))(0, patients[n_test:].tolist(), patients[:n_test].tolist())
    chosen = EvaluationSettings(tasks=["subtype", "retrieval"], fractions=[1.0, 0.4, 0.2])
    result = evaluate_split(
        Identity(),
        split_data(cohort, division),
        chosen,
        PatientBootstrap(patients, chosen.n_bootstrap, 0),
    )
    summary = summarize(*collect(result.measurements, "tcga_brca", "tcga_brca", "raw", 0, 0))
    found = summary.set_index(["task", "metric", "fraction"])
    accuracy = found.sort_index().loc[("subtype", "balanced_accuracy")]
    assert accuracy.loc[1.0, "mean"] == pytest.approx(0.91, abs=0.04)
    assert accuracy.loc[1.0, "low"] < 0.91 < accuracy.loc[1.0, "high"]
    assert accuracy.loc[0.4, "mean"] == pytest.approx(0.36, abs=0.06)
    assert accuracy.loc[0.2, "mean"] == pytest.approx(0.26, abs=0.03)
    assert found.loc[("retrieval", "top1_cosine", 0.2), "mean"] < 0.05


def real_cohort(folder):
    """Tumours and normals of tcga_brca with their PAM50 subtypes."""
    from anndata import AnnData

    expression = pd.read_parquet(folder / "tcga_brca" / "expression.parquet")
    sheet = pd.read_csv(folder / "tcga_brca" / "samples.csv", low_memory=False)
    sheet = sheet.set_index("aliquot").loc[expression.index]
    subtype = sheet["PAM50_pancan2018"]
    obs = pd.DataFrame(
        {
            "patient_id": sheet["patient"],
            "tissue": sheet["sample_type"].map({"tumor": "tumour", "normal": "normal"}),
            "subtype": subtype.where(subtype.isin(["LumA", "LumB", "Her2", "Basal"])),
        }
    )
    return AnnData(expression.to_numpy(), obs=obs, var=pd.DataFrame(index=expression.columns))
