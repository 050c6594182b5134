"""Bad input through the whole chain: a clear error, early, and nothing half-written."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from kedro.pipeline.node import Node

from twinpurify.errors import BackgroundError, ModelFileError, TwinPurifyError

KNOWN_COHORTS = "demo, gse42568, metabric, scanb, tcga_brca, .*tcga_gbm"


@pytest.fixture(scope="module")
def project(make_project):
    return make_project()


@pytest.fixture
def nodes_run(monkeypatch) -> list[str]:
    """Names of the nodes that were started."""
    started: list[str] = []
    run = Node.run

    def note(self: Node, *arguments: Any, **named: Any) -> Any:
        started.append(self.name)
        return run(self, *arguments, **named)

    monkeypatch.setattr(Node, "run", note)
    return started


WRONG_PARAMETERS = {
    "cohort that nobody defined": ({"cohort": "tcga_brc"}, f"'tcga_brc'.*{KNOWN_COHORTS}"),
    "transfer cohort that nobody defined": ({"transfer": "scanb+nobody"}, "'nobody'.*scanb"),
    "cohort that YAML makes a number of": (
        {"cohort": 20241},
        "cohort is 20241: .*YAML read this name as 20241, .*begins with a letter",
    ),
    "cohort named twice": ({"transfer": "demo"}, "named twice"),
    "unknown key": ({"cohrt": "demo"}, "unknown parameters 'cohrt'.*cohort, transfer"),
    "unknown key of the evaluation": ({"evaluation": {"n_split": 3}}, "evaluation[^-]*n_split\n"),
    "text for a number": ({"evaluation": {"n_splits": "many"}}, "n_splits\n.*integer"),
    "out of range": ({"evaluation": {"test_fraction": 1.5}}, "test_fraction\n.*less than 1"),
    "no undiluted fraction": ({"evaluation": {"fractions": [0.5]}}, "1.0 must be among"),
    "unknown task": ({"evaluation": {"tasks": ["subtypes"]}}, r"tasks\.0"),
    "unknown key of the normalisation": ({"normalization": {"max_gene": 9}}, "max_gene\n"),
    "unknown step of the normalisation": (
        {"normalization": {"steps": ["cpm", "log"]}},
        "no step 'log' .did you mean 'log2'",
    ),
    "steps in the wrong order": (
        {"normalization": {"steps": ["log2", "tmm"]}},
        "tmm works on counts: put it before log2",
    ),
    "too few genes": (
        {"normalization": {"steps": ["log2", {"variable_genes": {"max_genes": 1}}]}},
        "max_genes = 1",
    ),
    "unknown key of the registration": ({"registration": {"alias": "best"}}, "alias\n"),
    "champion by an unknown task": (
        {"registration": {"metrics": [{"task": "subtipe", "metric": "balanced_accuracy"}]}},
        "no champion is decided by the task 'subtipe'; one is by subtype, ",
    ),
    "unknown policy of the scoring": ({"scoring": {"missing_genes": "zero"}}, "missing_genes\n"),
    "unknown key of a method": (
        {"methods": {"twinpurify": {"n_view": 3}}},
        r"methods\.twinpurify: .*n_view = 3.*Known parameters: n_dimensions",
    ),
    "text for a number of a method": (
        {"methods": {"twinpurify": {"n_views": "many"}}},
        r"methods\.twinpurify: .*n_views = 'many'",
    ),
    "out of range in a method": (
        {"methods": {"twinpurify": {"minimum_fraction": 1.5}}},
        r"methods\.twinpurify: .*minimum_fraction = 1\.5",
    ),
    "unknown key of a method that isn't run": (
        {"methods": {"autoencoder": {"hiden": [8]}}},
        r"methods\.autoencoder: .*hiden",
    ),
    "parameters of an unknown method": (
        {"methods": {"twinpurfy": {"n_steps": 3}}},
        "'twinpurfy'.*known methods are raw, pca",
    ),
    "unknown method": ({"methods_to_run": "raw+ghost+twinpurify"}, "methods_to_run names 'ghost'"),
    "raw left out": ({"methods_to_run": "pca+twinpurify"}, "methods_to_run lacks 'raw'"),
    "final method without purified profiles": (
        {"final_method": "pca"},
        "final_method 'pca' gives no purified expression; these do: two_component, twin_network, "
        "twinpurify",
    ),
    "no process": ({"n_jobs": 0}, "n_jobs is 0"),
    "text for a number of processes": ({"n_jobs": "two"}, "n_jobs is 'two'"),
    "unknown key of a cohort": ({"demo": {"platfrm": "rna_seq"}}, r"demo\.platfrm: unknown key"),
    "out of range in a cohort": ({"demo": {"synthetic": {"n_tumours": 5}}}, "n_tumours: .*20"),
}


@pytest.mark.parametrize("name", WRONG_PARAMETERS)
def test_a_wrong_parameter_stops_the_run_before_its_first_node(project, nodes_run, name):
    parameters, match = WRONG_PARAMETERS[name]
    with pytest.raises(Exception, match=f"(?s){match}"):
        project.run(**parameters)
    assert nodes_run == []
    assert project.files() == {}


def test_a_cohort_file_that_contradicts_itself_is_named(make_project, clinic_definition, nodes_run):
    project = make_project()
    project.define("clinic", clinic_definition | {"platform": "microarray"})
    with pytest.raises(TwinPurifyError, match=r"(?s)clinic\.yml.*quantity is intensity"):
        project.run(cohort="clinic")
    assert nodes_run == []


@pytest.mark.parametrize("name", ["2024_1", "1e5", "no", "null"])
def test_a_cohort_file_whose_key_is_no_text_is_named_with_what_is_written(
    make_project, nodes_run, name
):
    """Kedro itself would stop every command with an AttributeError."""
    project = make_project()
    path = project.folder / "conf" / "base" / "cohorts" / "mine.yml"
    path.write_text(f"{name}:\n  title: A cohort\n", encoding="utf-8")
    with pytest.raises(TwinPurifyError, match=rf"called '{name}': .*top key of .*mine\.yml"):
        project.run("ingestion")
    assert nodes_run == []


def test_a_run_is_not_bothered_by_the_file_of_another_cohort(
    make_project, clinic_definition, nodes_run
):
    project = make_project()
    project.define("clinic", clinic_definition | {"platform": "microarray"})
    project.run("ingestion")
    assert len(nodes_run) == 2


@pytest.fixture(scope="module")
def clinic_project(make_project, clinic_definition):
    """A project of which the clinic's cohort, with too few normals, is to be purified."""
    project = make_project()
    project.define("clinic", clinic_definition | {"require_normals": True})
    return project


def _remove(tissue: str, kept: int) -> Callable[..., None]:
    def change(clinic: Any) -> None:
        rows = clinic.sheet.index[clinic.sheet["kind"] == tissue][kept:]
        clinic.sheet = clinic.sheet.drop(index=rows)

    return change


def _set(value: Any) -> Callable[..., None]:
    def change(clinic: Any) -> None:
        clinic.matrix = clinic.matrix.astype(object)
        clinic.matrix.iloc[3, 5] = value

    return change


def _rename_column(clinic: Any) -> None:
    clinic.sheet = clinic.sheet.rename(columns={"pam50": "PAM50"})


def _rename_samples(clinic: Any) -> None:
    clinic.sheet["profile"] = clinic.sheet["profile"].str.replace("-", ".")


def _double_sample(clinic: Any) -> None:
    clinic.sheet.loc[1, "profile"] = clinic.sheet.loc[0, "profile"]


def _transpose(clinic: Any) -> None:
    clinic.matrix = clinic.matrix.drop(columns="description").T
    clinic.matrix.insert(0, "description", "a sample")
    clinic.matrix.index.name = "gene"


WRONG_DATA = {
    "no normals": (_remove("N", 0), "no adjacent normals.*tissue_values.normal"),
    "two normals": (_remove("N", 2), "2 adjacent normals.*at least 3"),
    "19 tumours": (_remove("T", 19), "19 tumours.*at least 20"),
    "missing value": (_set(np.nan), "NaN or infinite values"),
    "text": (_set("n/d"), "'n/d'.*drop_columns"),
    "negative in a linear unit": (_set(-2.5), "can't be negative.*unit.scale: log2"),
    "missing column": (_rename_column, "columns.subtype.*'pam50'"),
    "ids that don't meet": (_rename_samples, "Only 0 of the 46 samples.*46 meet when"),
    "doubled sample": (_double_sample, "stand twice.*DEMO-0001-T"),
    "transposed matrix": (_transpose, "transposed.*expression.orientation"),
}


def _origin(error: BaseException) -> BaseException:
    """Where Kedro's errors of datasets come from."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


@pytest.mark.parametrize("name", WRONG_DATA)
def test_wrong_data_stop_the_run_and_leave_nothing(clinic_project, clinic, name):
    change, match = WRONG_DATA[name]
    change(clinic)
    clinic.write(clinic_project.raw)
    with pytest.raises(Exception, match=f"(?s){match}") as raised:
        clinic_project.run(cohort="clinic", raw=str(clinic_project.raw))
    assert isinstance(_origin(raised.value), TwinPurifyError)
    assert clinic_project.files() == {}


@pytest.mark.parametrize("file", ["expression.csv.gz", "samples.tsv"])
def test_a_missing_file_is_named_with_the_setting(clinic_project, clinic, file):
    clinic.write(clinic_project.raw)
    (clinic_project.raw / "clinic" / file).unlink()
    with pytest.raises(Exception, match=rf"no file '{file}' in .*raw files/clinic.*Set `raw`"):
        clinic_project.run(cohort="clinic", raw=str(clinic_project.raw))
    assert clinic_project.files() == {}


def test_a_missing_folder_is_named_with_the_setting(clinic_project, tmp_path):
    with pytest.raises(Exception, match=r"nowhere/clinic; the folder doesn't exist.*Set `raw`"):
        clinic_project.run(cohort="clinic", raw=str(tmp_path / "nowhere"))
    assert clinic_project.files() == {}


def test_a_damaged_file_is_named(clinic_project, clinic):
    clinic.write(clinic_project.raw)
    path = clinic_project.raw / "clinic" / "expression.csv.gz"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(Exception, match=r"expression\.csv\.gz can't be read as csv: Truncated"):
        clinic_project.run(cohort="clinic", raw=str(clinic_project.raw))
    assert clinic_project.files() == {}


def test_a_path_can_be_set_for_one_run(clinic_project, clinic):
    with pytest.raises(Exception, match=r"no file 'other\.csv'"):
        clinic_project.run(
            cohort="clinic",
            raw=str(clinic_project.raw),
            clinic={"expression": {"path": "clinic/other.csv"}},
        )


def test_a_cohort_for_transfer_only_cannot_be_purified(make_project, clinic, clinic_definition):
    project = make_project()
    project.define("clinic", clinic_definition)
    _remove("N", 0)(clinic)
    clinic.write(project.raw)
    with pytest.raises(BackgroundError, match=r"needs adjacent normals.*tissue_values\.normal"):
        project.run(cohort="clinic", raw=str(project.raw), methods_to_run="raw+twinpurify")
    assert not [name for name in project.files() if "06_models/clinic/model" in name]


def test_a_damaged_model_is_refused(project, finished, tmp_path):
    stored = finished.folder / "data" / "06_models" / "demo" / "model"
    for file in stored.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-8])
    with pytest.raises(ModelFileError, match=r"is damaged.*train or fetch the model again"):
        project.run("scoring", scoring={"model": str(tmp_path)})
    assert not [name for name in project.files() if "scored" in name]
