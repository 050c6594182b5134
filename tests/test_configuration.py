"""The shipped configuration as code: it says what the code says, whole and nothing else."""

from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
import yaml
from kedro.io import DataCatalog

from twinpurify import pipeline_registry
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS
from twinpurify.run_selection import SECTIONS, RunSelection
from twinpurify.serving.settings import RegistrationSettings, ScoringSettings
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings
from twinpurify.studies.gene_panels.settings import GenePanelSettings
from twinpurify.studies.imputation.settings import ImputationSettings
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

BASE = Path(__file__).resolve().parents[1] / "conf" / "base"
TEST = BASE.parent / "test"
LAYERS = {
    "raw",
    "intermediate",
    "primary",
    "feature",
    "model input",
    "models",
    "model output",
    "reporting",
}
COHORT_FILES = sorted((BASE / "cohorts").glob("*.yml"))
SETTINGS = {
    "evaluation": ("parameters_evaluation.yml", EvaluationSettings),
    "normalization": ("parameters_normalization.yml", NormalizationSettings),
    "registration": ("parameters_serving.yml", RegistrationSettings),
    "scoring": ("parameters_serving.yml", ScoringSettings),
    "imputation": ("parameters_studies.yml", ImputationSettings),
    "imputers": ("parameters_studies.yml", ImputersSettings),
    "gene_panels": ("parameters_studies.yml", GenePanelSettings),
    "restored_anchors": ("parameters_studies.yml", RestoredAnchorSettings),
    "gene_attribution": ("parameters_studies.yml", GeneAttributionSettings),
    "label_efficiency": ("parameters_studies.yml", LabelEfficiencySettings),
}


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


ALONE = ("mixtures", "imputation", "gene_panels", "restored_anchors")
ALONE += ("gene_attribution", "label_efficiency")


def leaves(tree: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Flatten a tree to dotted names."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{path}.{key}" if path else key
        flat.update(leaves(value, name) if isinstance(value, dict) and value else {name: value})
    return flat


def differences(written: dict[str, Any], defaults: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Keys of which the file and the code say different things, or only one says anything."""
    absent = "(absent)"
    return {
        key: (written.get(key, absent), defaults.get(key, absent))
        for key in {**written, **defaults}
        if written.get(key, absent) != defaults.get(key, absent)
    }


def defaults_of(model: type) -> dict[str, Any]:
    return model().model_dump(mode="json")


@pytest.mark.parametrize("name", METHODS)
def test_parameters_of_a_method_are_the_constructor_s_defaults(name):
    written = load(BASE / "parameters_methods.yml")["methods"][name]
    assert differences(written, defaults_of(parameters_model(METHODS[name]))) == {}


def test_every_method_has_its_parameters_and_no_other():
    assert list(load(BASE / "parameters_methods.yml")["methods"]) == list(METHODS)


@pytest.mark.parametrize("section", SETTINGS)
def test_a_section_has_the_defaults_of_its_settings(section):
    file, model = SETTINGS[section]
    written = load(BASE / file)[section]
    # As the model takes them: "all" stands for every question.
    taken = model(**written).model_dump(mode="json")
    assert differences({key: taken[key] for key in written}, defaults_of(model)) == {}


def test_every_section_has_a_file():
    assert {*SETTINGS, "gene_sets", "methods"} == set(SECTIONS)


# Networks that take long: two come out like the auto-encoder, one does TwinPurify's task, four
# are trained for minutes.
BY_NAME_ONLY = {
    "vae",
    "contrastive_vae",
    "twin_network",
    "scarf",
    "vime",
    "byol",
    "masked_transformer",
}


def test_parameters_of_the_run_are_the_defaults_and_run_every_method():
    written = load(BASE / "parameters.yml")
    # A tool that lists pipelines without a run needs no rival; a run compares with all.
    assert written.pop("methods_to_run") == [name for name in METHODS if name not in BY_NAME_ONLY]
    defaults = defaults_of(RunSelection)
    del defaults["methods_to_run"]
    assert differences(written, defaults) == {}


@pytest.mark.parametrize(
    ("written", "key"),
    [({"n": 1, "m": 2}, "m"), ({"n": 2}, "n"), ({}, "n"), ({"n": None}, "n")],
)
def test_a_difference_is_found(written, key):
    assert list(differences(written, {"n": 1})) == [key]


@pytest.mark.parametrize("path", COHORT_FILES, ids=lambda path: path.stem)
def test_a_file_of_one_cohort_is_called_after_it(path):
    names = list(load(path))
    assert len(names) > 1 or names == [path.stem]


def test_the_shipped_cohorts():
    assert {path.stem for path in COHORT_FILES} >= {
        "tcga_nine_cancers",
        "demo",
        "gse42568",
        "metabric",
        "scanb",
        "tcga_brca",
        "tcga_gbm",
        "tcga_pancancer",
    }


def test_the_demo_cohort_has_the_generator_s_defaults():
    definition = parse_definition("demo", load(BASE / "cohorts" / "demo.yml")["demo"])
    written = definition.synthetic.model_dump()
    assert differences(written, type(definition.synthetic)().model_dump()) == {}


@pytest.fixture(scope="module")
def entries():
    return load(BASE / "catalog.yml")


def without_layer(entries: dict[str, Any]) -> list[str]:
    """Entries that stand nowhere in the picture of Kedro-Viz."""
    return [
        name
        for name, entry in entries.items()
        if entry.get("metadata", {}).get("kedro-viz", {}).get("layer") not in LAYERS
    ]


def test_every_entry_of_the_catalogue_has_a_layer(entries):
    assert without_layer(entries) == []


def test_an_entry_without_a_layer_is_found():
    good = {"type": "x", "metadata": {"kedro-viz": {"layer": "models"}}}
    wrong = {"type": "x", "metadata": {"kedro-viz": {"layer": "modles"}}}
    assert without_layer({"a": good, "b": {"type": "x"}, "c": wrong}) == ["b", "c"]


@pytest.fixture
def datasets(monkeypatch):
    """Names of all datasets of a run with a transfer, and of the pipelines that stand alone."""
    names = set()
    monkeypatch.setattr(pipeline_registry, "simulated_cohorts", frozenset({"demo"}))
    for selection in (
        RunSelection(transfer=["scanb"], methods_to_run=list(METHODS)).with_reference("tcga_brca"),
        RunSelection(cohort="scanb", methods_to_run=["raw", "twinpurify"]),
        RunSelection(compare=["demo", "scanb"]),
    ):
        monkeypatch.setattr(pipeline_registry, "selection", selection)
        pipelines = pipeline_registry.register_pipelines()
        chosen = "compare" if selection.compare else "scoring"
        names |= pipelines["__default__" if selection.transfer else chosen].datasets()
        for alone in ALONE:
            names |= pipelines[alone].datasets()
    return {
        name
        for name in names
        if not name.startswith(("params:", "parameters"))
        # The hook registers the user's own files, as definitions and parameters declare them.
        and not name.endswith(("__raw_expression", "__raw_samples", "__gene_tables"))
        and name not in ("gene_sets", "mixtures")
    }


def test_every_dataset_has_a_file_of_its_own(entries, datasets):
    catalog = DataCatalog.from_config(entries)
    files: dict[str, str] = {}
    for name in sorted(datasets):
        found = name in entries or catalog.config_resolver.match_dataset_pattern(name)
        assert found, f"{name} isn't stored"
        path = str(catalog.get(name)._filepath)
        assert path not in files, f"{name} and {files.get(path)} are stored as {path}"
        files[path] = name
    assert "data/07_model_output/demo/purified.h5ad" in files
    assert "data/08_reporting/demo/scores.csv" in files
    # A name that ends like another one must not be taken for it.
    for table in ("scores", "summary", "differences"):
        assert f"data/08_reporting/demo/gene_panels/{table}.csv" in files


def test_the_layers_have_an_order(entries, monkeypatch):
    """Kedro-Viz draws none of them where they lead in a circle."""
    monkeypatch.setattr(pipeline_registry, "simulated_cohorts", frozenset({"demo"}))
    selection = RunSelection(transfer=["scanb"], foreign=["tcga_dlbc"]).with_reference("tcga_gbm")
    monkeypatch.setattr(pipeline_registry, "selection", selection)
    resolver = DataCatalog.from_config(entries).config_resolver
    before: dict[str, set[str]] = {}
    whole = pipeline_registry.register_pipelines()["__default__"]
    boxes = {
        namespace.rsplit(".", depth)[0]
        for namespace in (node.namespace for node in whole.nodes if node.namespace)
        for depth in range(namespace.count(".") + 1)
    }
    drawn = [(node.inputs, node.outputs) for node in whole.nodes]
    # Closed, a namespace is one box from all that goes in to all that its nodes give.
    drawn += [
        (part.inputs(), part.all_outputs())
        for part in (whole.filter(node_namespaces=[box]) for box in sorted(boxes))
    ]
    for inputs, outputs in drawn:
        matched = [[resolver.match_dataset_pattern(n) for n in s] for s in (inputs, outputs)]
        sources, targets = (
            {entries[n]["metadata"]["kedro-viz"]["layer"] for n in s if n in entries}
            for s in matched
        )
        for target in targets:
            before.setdefault(target, set()).update(sources - {target})
    order = list(TopologicalSorter(before).static_order())
    assert order.index("primary") < order.index("model output") < order.index("reporting")


def test_no_entry_of_the_catalogue_is_idle(entries, datasets):
    resolver = DataCatalog.from_config(entries).config_resolver
    used = {resolver.match_dataset_pattern(name) or name for name in datasets}
    assert set(entries) - used == set()


def test_files_lie_in_the_folder_of_their_layer(entries):
    folders = {
        "raw": "01_raw",
        "intermediate": "02_intermediate",
        "primary": "03_primary",
        "feature": "04_feature",
        "model input": "05_model_input",
        "models": "06_models",
        "model output": "07_model_output",
        "reporting": "08_reporting",
    }
    for name, entry in entries.items():
        layer = entry["metadata"]["kedro-viz"]["layer"]
        # Mixtures of known proportions belong to no cohort.
        owner = "mixtures" if name.startswith("mixture") else "{cohort}"
        assert entry["filepath"].startswith(f"data/{folders[layer]}/{owner}/"), name


def base_parameters() -> dict[str, Any]:
    files = [*BASE.glob("parameters*.yml"), *COHORT_FILES]
    return leaves({key: value for path in files for key, value in load(path).items()})


@pytest.mark.parametrize("path", sorted(TEST.rglob("*.yml")), ids=lambda path: path.stem)
def test_the_test_environment_holds_only_what_differs(path):
    base = leaves(load(BASE / "mlflow.yml")) if path.stem == "mlflow" else base_parameters()
    same = [key for key, value in leaves(load(path)).items() if base[key] == value]
    assert same == []


def test_mlflow_keeps_its_runs_in_a_database():
    for folder in (BASE, TEST):
        assert load(folder / "mlflow.yml")["server"]["mlflow_tracking_uri"].startswith("sqlite:///")
