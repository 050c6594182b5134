"""A small simulated cohort on its way through the pipelines."""

import pytest

from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.genes.to_symbols import GeneTables
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.io.raw_expression import RawExpression
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.ingestion.nodes import make_assemble_cohort, simulate_cohort
from twinpurify.pipelines.normalization.nodes import (
    fit_normalizers,
    normalize_cohort,
    split_patients,
)

N_GENES = 60

SETTINGS = {
    "title": "Simulated",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    "expression": {"path": "expression.parquet", "orientation": "samples_in_rows"},
    "samples": {"path": "samples.csv", "id_column": "sample"},
    "columns": {
        "patient_id": "patient_id",
        "tissue": "tissue",
        "subtype": "subtype",
        "grade": "grade",
        "stage": "stage",
        "age": "age",
        "batch": "batch",
    },
    "tissue_values": {"tumour": ["tumour"], "normal": ["normal"]},
    "purity": {"absolute": "absolute_purity"},
    "survival": {
        "os": {
            "time": "os_time",
            "event": "os_event",
            "time_unit": "days",
            "event_values": ["1"],
            "censored_values": ["0"],
        }
    },
    "synthetic": {"n_tumours": 40, "n_normals": 12, "n_matched_normals": 8, "n_genes": 120},
}


@pytest.fixture(scope="session")
def definition():
    return parse_definition("demo", SETTINGS)


@pytest.fixture(scope="session")
def simulated(definition):
    """Expression, sample sheet as text, pure profiles, truth table."""
    expression, samples, pure, truth = simulate_cohort(definition)
    samples = samples.set_index("sample").astype(object)
    return expression, samples.map(str).where(samples.notna()), pure, truth


@pytest.fixture(scope="session")
def assemble(definition):
    """Assemble a matrix and a sheet as if they had been read from files."""

    def assembled(expression, samples):
        read = RawExpression(expression, None, ("read as a table",))
        return make_assemble_cohort("demo")(read, samples, GeneTables(None, None), definition)

    return assembled


@pytest.fixture(scope="session")
def assembled(simulated, assemble):
    return assemble(*simulated[:2])


@pytest.fixture(scope="session")
def cohort(assembled):
    return assembled[0]


@pytest.fixture(scope="session")
def fitted_normalizers(cohort, splits):
    """Of each split, and of the whole; of 120 genes 60 are kept."""
    steps = ["cpm", "log2", {"variable_genes": {"max_genes": N_GENES}}]
    return fit_normalizers(cohort, splits, NormalizationSettings(steps=steps))


@pytest.fixture(scope="session")
def normalizers(fitted_normalizers):
    return fitted_normalizers[0]


@pytest.fixture(scope="session")
def normalizer(fitted_normalizers):
    return fitted_normalizers[1]


@pytest.fixture(scope="session")
def normalized(cohort, normalizer):
    return normalize_cohort(cohort, normalizer)


@pytest.fixture(scope="session")
def evaluation():
    return EvaluationSettings(
        n_splits=2,
        n_bootstrap=6,
        n_inner_folds=2,
        fractions=[1.0, 0.4],
        min_class_patients=4,
        tasks=["subtype", "retrieval"],
    )


@pytest.fixture(scope="session")
def splits(cohort, evaluation):
    return split_patients(cohort, evaluation)
