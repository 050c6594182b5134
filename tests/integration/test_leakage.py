"""Nothing of a test patient reaches what is fitted: not the models, not the probes."""

import joblib
import numpy as np
import pytest

from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.genes.to_symbols import GeneTables
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.evaluation.probes.kernel_classification import KernelClassificationProbe
from twinpurify.evaluation.probes.survival import CoxProbe
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.io.raw_expression import RawExpression
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.evaluation.grid import make_evaluate_methods, make_evaluate_transfers
from twinpurify.pipelines.ingestion.nodes import make_assemble_cohort, simulate_cohort
from twinpurify.pipelines.normalization.nodes import (
    fit_normalizers,
    normalize_target,
    split_patients,
)
from twinpurify.pipelines.purification.nodes import make_fit, make_fit_again
from twinpurify.representation.registry import METHODS

SMALL = {
    "n_dimensions": 6,
    "hidden": (12,),
    "n_steps": 4,
    "batch_size": 16,
    "n_views": 2,
    "device": "cpu",
    "precision": "float32",
}
DEFINITION = {
    "title": "Simulated",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    "expression": {"path": "expression.parquet", "orientation": "samples_in_rows"},
    "samples": {"path": "samples.csv", "id_column": "sample"},
    "columns": {"patient_id": "patient_id", "tissue": "tissue", "subtype": "subtype"},
    "tissue_values": {"tumour": ["tumour"], "normal": ["normal"]},
    "survival": {
        "os": {
            "time": "os_time",
            "event": "os_event",
            "time_unit": "days",
            "event_values": ["1"],
            "censored_values": ["0"],
        }
    },
    "synthetic": {
        "n_tumours": 60,
        "n_normals": 20,
        "n_matched_normals": 12,
        "n_genes": 150,
        "seed": 3,
    },
}
EVALUATION = EvaluationSettings(
    n_splits=2,
    n_bootstrap=5,
    n_inner_folds=2,
    fractions=[1.0, 0.4],
    min_class_patients=4,
    min_train_events=4,
    min_test_events=2,
    tasks=["subtype", "survival", "control_permuted", "control_normals"],
)
NORMALIZATION = NormalizationSettings(
    steps=["cpm", "log2", "quantile", {"variable_genes": {"max_genes": 80}}]
)
CONSTANT_IN_TRAINING = 7
PROBES = (ClassificationProbe, KernelClassificationProbe, CoxProbe)


@pytest.fixture(scope="module")
def tables():
    """Expression and sample sheet as files would hold them; one gene is the same everywhere."""
    definition = parse_definition("demo", DEFINITION)
    expression, samples, _, _ = simulate_cohort(definition)
    expression.iloc[:, CONSTANT_IN_TRAINING] = 5.0
    columns = ["patient_id", "tissue", "subtype", "os_time", "os_event"]
    samples = samples.set_index("sample")[columns].astype(object)
    return expression, samples.map(str).where(samples.notna()), definition


def _cohort(expression, samples, definition):
    read = RawExpression(expression)
    node = make_assemble_cohort("demo")
    assembled, _ = node(read, samples, GeneTables(None, None), definition)
    return assembled


def _normalizers(cohort, split):
    return fit_normalizers(cohort, [split], NORMALIZATION)[0]


@pytest.fixture(scope="module")
def cohort(tables):
    return _cohort(*tables)


@pytest.fixture(scope="module")
def split(cohort):
    """One split; it is drawn from ids and labels, and held while the values are changed."""
    return split_patients(cohort, EVALUATION)[0]


@pytest.fixture(scope="module")
def change(tables, split):
    """Make the cohort anew with other expression and other labels of some patients."""
    expression, samples, definition = tables

    def make(side):
        rows = samples["patient_id"].isin(split[side]).to_numpy()
        rng = np.random.default_rng(5)
        values, sheet = expression.copy(), samples.copy()
        drawn = rng.uniform(0, 12, (rows.sum(), values.shape[1]))
        values.loc[rows] = drawn.astype(np.float32)
        for column in ("subtype", "os_time", "os_event"):
            sheet.loc[rows, column] = rng.permutation(sheet.loc[rows, column])
        return _cohort(values, sheet, definition)

    return make


def _fit(name, cohort, split, checkpoints):
    model = parameters_model(METHODS[name])
    parameters = model(**{key: SMALL[key] for key in SMALL if key in model.model_fields})
    normalizers = _normalizers(cohort, split)
    models = make_fit(name, "demo")(cohort, normalizers, [split], parameters, checkpoints, 1, "")
    return models["split_0"]


def _fitted(method):
    return {"genes_": np.array(method.genes_, dtype=str), **method._state()}


def _same(first, second):
    return first.keys() == second.keys() and all(
        np.array_equal(first[name], second[name], equal_nan=first[name].dtype.kind == "f")
        for name in first
    )


@pytest.mark.parametrize("name", METHODS)
def test_test_patients_leave_every_fitted_value_as_it_is(cohort, change, split, name, tmp_path):
    before = _fitted(_fit(name, cohort, split, tmp_path / "before"))
    after = _fitted(_fit(name, change("test"), split, tmp_path / "after"))
    assert _same(before, after)


def test_test_patients_leave_every_variant_as_it_is(cohort, change, split):
    """Fits on few normals and from other seeds see training patients alone, too."""
    found, asked = [], EVALUATION.model_copy(update={"tasks": ["few_normals", "stability"]})
    for training in (cohort, change("test")):
        normalizers = _normalizers(training, split)
        parameters = parameters_model(METHODS["linear_twin"])(n_dimensions=6, n_views=2)
        node = make_fit_again("linear_twin")
        found.append(node(training, normalizers, [split], parameters, asked, 1, ""))
    assert {"split_0__normals_3", "split_0__seed_1"} <= found[0].keys()
    for key, method in found[0].items():
        assert _same(_fitted(method), _fitted(found[1][key]))


@pytest.mark.parametrize("name", METHODS)
def test_training_patients_are_seen(cohort, change, split, name, tmp_path):
    before = _fitted(_fit(name, cohort, split, tmp_path / "before"))
    after = _fitted(_fit(name, change("train"), split, tmp_path / "after"))
    assert not _same(before, after)


def test_the_changed_patients_gave_tumours_and_normals(cohort, split):
    changed = cohort.obs[cohort.obs["patient_id"].isin(split["test"])]
    gave = changed.groupby("patient_id", observed=True)["tissue"].agg(frozenset)
    assert {"tumour", "normal"} in set(gave)


@pytest.fixture
def fitted_probes(monkeypatch):
    """Every probe that is fitted, with all that it holds afterwards, its generator included."""
    found = []
    for probe_class in PROBES:

        def fit(self, *arguments, _fit=probe_class.fit):
            fitted = _fit(self, *arguments)
            found.append((type(self).__name__, joblib.hash(vars(self))))
            return fitted

        monkeypatch.setattr(probe_class, "fit", fit)
    return found


def _probes(cohort, split, model, normalizers, fitted_probes):
    fitted_probes.clear()
    given = (cohort, normalizers, [split], EVALUATION, 1, "", Resources())
    make_evaluate_methods(["pca"])(*given, models_of_pca={"split_0": model}, refits_of_pca={})
    return list(fitted_probes)


def test_test_patients_leave_every_probe_as_it_is(cohort, change, split, fitted_probes, tmp_path):
    model, normalizers = _fit("pca", cohort, split, tmp_path), _normalizers(cohort, split)
    before = _probes(cohort, split, model, normalizers, fitted_probes)
    assert {name for name, _ in before} == {probe.__name__ for probe in PROBES}
    assert _probes(change("test"), split, model, normalizers, fitted_probes) == before


def test_probes_see_training_patients(cohort, change, split, fitted_probes, tmp_path):
    model, normalizers = _fit("pca", cohort, split, tmp_path), _normalizers(cohort, split)
    before = _probes(cohort, split, model, normalizers, fitted_probes)
    after = _probes(change("train"), split, model, normalizers, fitted_probes)
    assert not set(before) & set(after)


def test_alignment_of_another_platform_takes_its_aim_from_training_tumours(
    cohort, change, split, monkeypatch, tmp_path
):
    from twinpurify.normalization.alignment.location_scale import LocationScaleAlignment

    slopes, fit = [], LocationScaleAlignment.fit

    def note(self, *arguments, **named):
        slopes.append(fit(self, *arguments, **named).slope_)
        return self

    monkeypatch.setattr(LocationScaleAlignment, "fit", note)
    target = normalize_target(cohort)
    target.obs["patient_id"] = "other " + target.obs["patient_id"].astype(str)
    models = {"split_0": _fit("raw", cohort, split, tmp_path)}
    settings = EVALUATION.model_copy(update={"tasks": ["subtype"]})
    for training in (cohort, change("test")):
        normalizers = _normalizers(training, split)
        where = (settings, 1, "", NORMALIZATION, Resources())
        given = (training, normalizers, target, [split], *where)
        make_evaluate_transfers(["raw"])(*given, models_of_raw=models)
    np.testing.assert_array_equal(slopes[0], slopes[1])
