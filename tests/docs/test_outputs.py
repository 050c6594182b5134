"""docs/outputs.md against what the pipelines write and the evaluation measures."""

import ast
import re

import pandas as pd
import pytest
import yaml
from anndata import AnnData

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.sheet.schema import QUALITY_COLUMNS
from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.cohort.splits import split_patients
from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.page import pattern, written
from twinpurify.evaluation.declaration.registry import questions
from twinpurify.evaluation.declaration.task import read_task
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.transfer import evaluate_transfer
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap, collect, summarize
from twinpurify.evaluation.uncertainty.differences import COLUMNS
from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.studies.gene_attribution.study import AGREEMENT, ATTRIBUTIONS, ENRICHMENT
from twinpurify.studies.gene_panels.study import DRAWS
from twinpurify.studies.imputation.study import COLUMNS as IMPUTATION_COLUMNS
from twinpurify.studies.label_efficiency.labels_saved import COLUMNS as SAVED
from twinpurify.studies.label_efficiency.spectra import SPECTRA
from twinpurify.studies.label_efficiency.tables import DIFFERENCES, SCORES, SUMMARY
from twinpurify.studies.restored_anchors.cells import ANCHORS
from twinpurify.studies.restored_anchors.study import SCORES as ANCHOR_SCORES
from twinpurify.studies.tables import DIFFERENCES as STUDY_DIFFERENCES
from twinpurify.studies.tables import SUMMARY as STUDY_SUMMARY

from .tables import CODE, DOCS, PROJECT_ROOT, differences, rows

PAGE = (DOCS / "outputs.md").read_text(encoding="utf-8")
BASE = PROJECT_ROOT / "conf" / "base"
CATALOG = BASE / "catalog.yml"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def measured() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, TwinPurify, TwinNetwork]:
    """Scores, summary, predictions, model and a trained one, of a tiny simulated cohort."""
    simulated = generate_synthetic_cohort(
        SyntheticSettings(n_tumours=300, n_normals=30, n_matched_normals=20, n_genes=100)
    )
    sheet = simulated.samples.set_index("sample")
    obs = sheet.assign(purity_absolute=sheet["absolute_purity"])
    obs["contrast_basal"] = (obs["subtype"] == "Basal").astype(float)
    contrasts = {"basal": {"collection": "hallmark", "pathway": "x"}}
    cohort = AnnData(simulated.expression, obs=obs, uns={"contrasts": contrasts})
    foreign = {"elsewhere": cohort[obs["tissue"] == "normal"].to_df()}
    genes = simulated.expression.columns[:10]
    sets = pd.DataFrame({"source": "x", "target": genes, "weight": 1.0})
    collections = ("pam50", "hallmark", "estimate")
    sets = pd.concat([sets.assign(collection=name) for name in collections], ignore_index=True)
    resources = Resources(truth=simulated.pure_profiles, gene_sets=sets, foreign=foreign)
    data = split_data(cohort, split_patients(obs, n_splits=1)[0], resources)
    method = TwinPurify(n_dimensions=4, n_views=2)
    trained = TwinNetwork(n_dimensions=4, hidden=(8,), n_steps=2, batch_size=16, device="cpu")
    trained.show_progress = False
    for fitted in (method, trained):
        fitted.fit(data.train_tumours, background=data.train_normals)
    settings = EvaluationSettings(fractions=[1.0, 0.4], n_bootstrap=2, min_class_patients=3)
    bootstrap = PatientBootstrap(obs["patient_id"], settings.n_bootstrap, 0)
    result = evaluate_split(method, data, settings, bootstrap)
    elsewhere = evaluate_transfer(
        method,
        data,
        data.test_tumours,
        data.test_obs,
        settings.model_copy(update={"tasks": ["pathway_contrast"]}),
        bootstrap,
    )
    known = {measurement.task for measurement in result.measurements}
    result.measurements.extend(one for one in elsewhere.measurements if one.task not in known)
    scores, replicates = collect(result.measurements, "demo", "demo", method.name, 0, 0)
    return scores, summarize(scores, replicates), result.predictions, method, trained


def tasks_of(page: str) -> dict[str, tuple[str, ...]]:
    """Task -> metrics, as documented."""
    return {
        CODE.findall(row["Task"])[0]: tuple(CODE.findall(row["Metrics"]))
        for row in rows(page, "Task")
    }


def columns_of(page: str, heading: str) -> list[str]:
    return [
        CODE.findall(row["Column"])[0] for row in rows(page, "Column") if heading in row["heading"]
    ]


def test_every_file_of_the_catalog_is_documented():
    said = {CODE.findall(row["File"])[0] for row in rows(PAGE, "File")}
    written = {
        PLACEHOLDER.sub(r"<\1>", entry["filepath"])
        for entry in yaml.safe_load(CATALOG.read_text(encoding="utf-8")).values()
    }
    assert differences(dict.fromkeys(said), dict.fromkeys(written)) == []


def test_every_task_and_metric_is_documented(measured):
    true: dict[str, dict[str, None]] = {}
    for task, group in measured[0].groupby("task", sort=False):
        line = read_task(task).score
        named = [line.metric(name).name for name in group["metric"]]
        true.setdefault(pattern(line), {}).update(dict.fromkeys(named))
    assert differences(tasks_of(PAGE), {task: tuple(names) for task, names in true.items()}) == []


def test_the_tables_of_tasks_and_metrics_are_those_that_the_questions_declare():
    # python -m twinpurify.evaluation.declaration.page docs/outputs.md writes them.
    assert written(PAGE) == PAGE


def test_a_page_without_the_tables_is_refused():
    with pytest.raises(TableError, match=r"no table with the head '\| Task \| Asked by"):
        written("# Outputs")


def test_questions_that_measure_nothing_are_named():
    silent = [key for key, question in questions().items() if not question.scores]
    assert all(f"`{key}` measures nothing" in PAGE for key in silent)


def test_a_task_that_does_not_exist_is_noticed():
    page = "| Task | Metrics |\n|---|---|\n| `subtipe` | `macro_f1` |\n"
    assert differences(tasks_of(page), {"subtype": ("macro_f1",)}) == [
        "subtype isn't documented: ('macro_f1',)",
        "subtipe is documented and doesn't exist",
    ]


def test_columns_of_the_tables(measured):
    scores, summary, predictions, _, trained = measured
    assert columns_of(PAGE, "`scores.csv`") == list(scores.columns)
    assert columns_of(PAGE, "`summary.csv`") == list(summary.columns)
    assert columns_of(PAGE, "`differences.csv`") == COLUMNS
    assert columns_of(PAGE, "imputation.csv") == IMPUTATION_COLUMNS
    run = ["cohort", "trained_on", "method"]
    assert columns_of(PAGE, "predictions.parquet") == [*predictions.columns, *run]
    assert columns_of(PAGE, "training_history") == ["split", *trained.history_.columns]


def test_columns_of_the_study_of_few_labels():
    tables = {
        "<label>.csv": SCORES,
        "<label>_summary.csv": SUMMARY,
        "<label>_differences.csv": DIFFERENCES,
        "<label>_labels_saved.csv": SAVED,
        "<label>_spectra.csv": SPECTRA,
    }
    assert {name: columns_of(PAGE, f"`{name}` (study)") for name in tables} == tables


def test_columns_of_the_studies_of_masked_genes():
    sized = ["cohort", "task", "panel_size", *STUDY_DIFFERENCES[2:]]
    summary = [*STUDY_SUMMARY[:3], "panel_size", *STUDY_SUMMARY[3:]]
    tables = {
        "gene_panels/scores.csv": DRAWS,
        "gene_panels/summary.csv": summary,
        "gene_panels/differences.csv": sized,
        "restored_anchors/scores.csv": ANCHOR_SCORES,
        "restored_anchors/summary.csv": STUDY_SUMMARY,
        "restored_anchors/differences.csv": STUDY_DIFFERENCES,
        "restored_anchors/anchors.csv": ANCHORS,
        "gene_attribution/attributions.csv": ATTRIBUTIONS,
        "gene_attribution/agreement.csv": AGREEMENT,
        "gene_attribution/enrichment.csv": ENRICHMENT,
    }
    assert {name: columns_of(PAGE, f"`{name}`") for name in tables} == tables


def test_columns_of_the_samples_and_genes():
    definition = parse_definition(
        "demo", yaml.safe_load((BASE / "cohorts" / "demo.yml").read_text(encoding="utf-8"))["demo"]
    )
    simulated = generate_synthetic_cohort(
        SyntheticSettings(n_tumours=30, n_normals=10, n_genes=100, n_matched_normals=5)
    )
    samples = simulated.samples.set_index("sample")
    cohort, _ = assemble_cohort(simulated.expression, samples, definition, "demo")
    said = {
        name
        for row in rows(PAGE, "Column")
        if "`obs`" in row["heading"]
        for name in CODE.findall(row["Column"])
    }
    assert set(QUALITY_COLUMNS) <= set(cohort.obs) & said
    # What a model knows of the genes comes with the purified profiles.
    assert columns_of(PAGE, "`var`") == [*cohort.var, "reliability"]


# What makes a note -> the position of the step among its arguments.
NOTED = {"notes.add": 0, "found.add": 0, "Note": 0, "notes.lose": 1}


def steps_of_the_log() -> set[str]:
    """Names of the steps of which the modules of the cohort make notes for the ingestion log."""
    named = set()
    for path in (PROJECT_ROOT / "src" / "twinpurify" / "cohort").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called not in NOTED or isinstance(node.args[NOTED[called]], ast.Name):
                continue
            step = ast.unparse(node.args[NOTED[called]]).strip("f\"'")
            named.add(re.sub(r"\{(\w+)\}", r"<\1>", step))
    return named


def test_every_step_of_the_log_is_documented():
    said = {
        name
        for row in rows(PAGE, "Step of the log")
        for name in CODE.findall(row["Step of the log"])
    }
    assert said == steps_of_the_log()


def test_what_a_model_file_holds_is_documented(measured, tmp_path):
    section = PAGE.split("## A model's folder")[1].split("##")[0]
    for place, model in enumerate(measured[3:]):
        model.save(tmp_path / str(place))
        described = yaml.safe_load((tmp_path / str(place) / "model.json").read_text("utf-8"))
        assert set(described) <= set(CODE.findall(section))
