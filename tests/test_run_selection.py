"""What one run is about, and what is refused before anything else happens."""

from pathlib import Path

import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.run_selection import RunSelection, select_run


def definition(**changes):
    settings = {
        "title": "Example",
        "platform": "rna_seq",
        "unit": {"quantity": "tpm", "scale": "linear"},
        "expression": {"path": "e.csv", "orientation": "samples_in_rows"},
        "samples": {"path": "s.csv"},
        "require_normals": False,
    }
    return settings | changes


COHORTS = {"demo": definition(), "scanb": definition(), "metabric": definition()}
INTENSITY = {"quantity": "intensity", "scale": "log2", "offset": 0.0}
TISSUES = {
    "array": definition(platform="microarray", unit=INTENSITY),
    "counts": definition(unit={"quantity": "counts", "scale": "linear"}),
}


def select(**parameters):
    known = COHORTS | (TISSUES if parameters.get("foreign") in TISSUES else {})
    return select_run({**known, **parameters}, known)


def test_the_default_is_the_demo_cohort():
    selection, definitions = select()
    assert selection.cohorts == ["demo"]
    assert list(definitions) == ["demo"]
    assert definitions["demo"].title == "Example"


def test_sections_and_cohorts_are_no_parameters_of_the_run():
    sections = {"evaluation": {}, "normalization": {}, "registration": {}, "scoring": {}}
    assert select(methods={"pca": {"n_dimensions": 3}}, **sections)[0].cohort == "demo"


@pytest.mark.parametrize(
    "given",
    [
        "scanb+metabric",
        "scanb,metabric",
        "scanb metabric",
        " scanb ; metabric ",
        ["scanb", "metabric"],
    ],
)
def test_transfer_is_a_list_or_a_text(given):
    selection, definitions = select(transfer=given)
    assert selection.cohorts == ["demo", "scanb", "metabric"]
    assert list(definitions) == ["demo", "scanb", "metabric"]


def test_foreign_cohorts_are_defined_and_not_transferred_to():
    selection, definitions = select(foreign="scanb+metabric")
    assert selection.foreign == ["scanb", "metabric"]
    assert selection.cohorts == ["demo"]
    assert list(definitions) == ["demo", "scanb", "metabric"]


LENT = definition(reference_normals={"cohort": "scanb"})


def test_the_cohort_that_gives_its_normals_is_read_once():
    selection, definitions = select(demo=LENT)
    assert selection.reference == "scanb"
    assert selection.cohorts == ["demo"]
    assert selection.read_cohorts == list(definitions) == ["demo", "scanb"]
    selection, definitions = select(demo=LENT, transfer="metabric+scanb", foreign="")
    assert selection.read_cohorts == list(definitions) == ["demo", "metabric", "scanb"]


def test_only_the_purified_cohort_takes_normals_of_another():
    selection, definitions = select(scanb=definition(reference_normals={"cohort": "demo"}))
    assert selection.reference is None
    assert list(definitions) == ["demo"]


def test_no_transfer_as_empty_text():
    assert select(transfer="")[0].transfer == []


def test_methods_can_be_a_text():
    assert select(methods_to_run="raw+twinpurify")[0].methods_to_run == ["raw", "twinpurify"]


def test_raw_is_a_path():
    assert select(raw="~/data")[0].raw == Path("~/data")


def test_what_a_run_sets_of_a_cohort_counts():
    _, definitions = select(demo=definition(title="Another title"))
    assert definitions["demo"].title == "Another title"


@pytest.mark.parametrize(
    ("parameters", "match"),
    [
        (
            {"cohort": "tcga"},
            "unknown cohort 'tcga' .*there are demo, metabric, scanb. Add a",
        ),
        ({"transfer": "scanb+tcga+gtex"}, r"unknown cohort 'tcga', 'gtex' \(2 in all\)"),
        ({"transfer": "demo"}, r"named twice in the run: \['demo', 'demo'\]"),
        ({"transfer": "scanb+scanb"}, "named twice"),
        ({"cohrt": "demo", "tranfer": ""}, r"unknown parameters 'cohrt', 'tranfer' \(2 in all\)"),
        (
            {"cohrt": "demo"},
            "known ones are cohort, transfer, foreign, raw.*evaluation.*cohorts demo",
        ),
        ({"foreign": "ghost"}, "unknown cohort 'ghost'"),
        ({"transfer": "scanb", "foreign": "scanb"}, "named twice"),
        (
            {"foreign": "array"},
            "foreign names array, measured as microarray in intensity, and demo is rna_seq in tpm",
        ),
        (
            {"demo": definition(reference_normals={"cohort": "ghost"})},
            r"demo\.reference_normals\.cohort is 'ghost', which is no cohort; .* metabric, scanb",
        ),
        (
            {"demo": definition(reference_normals={"cohort": "demo"})},
            "is 'demo', which is the cohort itself; it can be metabric, scanb",
        ),
        (
            {"demo": LENT, "foreign": "scanb"},
            "is 'scanb', which is also named in foreign, .*; it can be metabric",
        ),
        (
            {"demo": definition(reference_normals={"cohrt": "scanb"})},
            r"demo\.reference_normals\.cohrt: unknown key \(did you mean 'cohort'",
        ),
        ({"foreign": "counts"}, "measured as rna_seq in counts, .*in the same quantity"),
        ({"cohort": 20241}, "cohort is 20241: .*YAML read this name as 20241, .* 2024_1 for 20241"),
        ({"cohort": False}, "cohort is False: .*YAML read this name as False"),
        ({"cohort": None}, "cohort is None: .*YAML read this name as None"),
        ({"transfer": 100000.0}, r"transfer is 100000\.0: .*YAML read this name as 100000\.0"),
        ({"transfer": ["scanb", 20241]}, "transfer is 20241: .*YAML read this name as 20241"),
        ({"transfer": {"scanb": 1}}, "transfer is {'scanb': 1}: .*list"),
        ({"foreign": True}, "foreign is True: .*YAML read this name as True"),
        ({"compare": 20241}, "compare is 20241: .*YAML read this name as 20241"),
        (
            {"label_efficiency": {"pretraining_cohort": 20241}},
            r"pretraining_cohort is 20241; it can be .*scanb\. YAML read this name as 20241",
        ),
        (
            {"demo": definition(reference_normals={"cohort": 20241})},
            r"demo\.reference_normals\.cohort: YAML read this name as 20241",
        ),
        ({"cohort": ["demo"]}, r"cohort is \['demo'\]: .*string"),
        ({"compare": "demo"}, r"compare is \['demo'\]: .*needs two cohorts or more"),
        ({"compare": "demo+scanb+demo"}, "a comparison needs two .*each named once"),
        ({"n_jobs": 0}, "n_jobs is 0: .*-1 stands for one process a core"),
        ({"n_jobs": -2}, "n_jobs is -2"),
        ({"n_jobs": "2"}, "n_jobs is '2'"),
        ({"methods_to_run": "raw+ghost"}, "methods_to_run names 'ghost'.*known methods are raw"),
        ({"methods_to_run": "twinpurify"}, "methods_to_run lacks 'raw'"),
        ({"methods_to_run": "raw+pca"}, "methods_to_run lacks 'twinpurify'.*final_method"),
        (
            {"methods_to_run": "raw+pca", "final_method": "pca"},
            "final_method 'pca' gives no purified expression; these do: .*twinpurify",
        ),
        (
            {"evaluation": {"refit_methods": ["pca", "ghost"]}},
            r"evaluation\.refit_methods names 'ghost'.*known methods are raw",
        ),
        ({"methods": {"ghost": {}}}, "`methods` has parameters of 'ghost'.*known methods are raw"),
        ({"methods": {"pca": {"n": 3}}}, r"methods\.pca: PrincipalComponents: n = 3: Extra inputs"),
        ({"methods": {"pca": {"n_dimensions": 0}}}, r"methods\.pca: .*n_dimensions = 0"),
        ({"demo": definition(titel="x")}, "demo.titel: unknown key"),
        ({"demo": 5}, "demo: "),
    ],
)
def test_what_is_wrong_is_named(parameters, match):
    with pytest.raises(ConfigurationError, match=f"(?s){match}"):
        select(**parameters)


def test_a_method_without_parameters_may_be_left_empty():
    assert select(methods={"raw": None})[0].cohort == "demo"


def test_names_of_the_selection():
    selection = RunSelection(cohort="demo", transfer=["scanb"])
    assert selection.cohorts == ["demo", "scanb"]


def test_the_study_of_few_labels_names_its_label_and_a_further_cohort():
    study = {"label": "grade", "pretraining_cohort": "scanb"}
    selection, definitions = select(label_efficiency=study)
    assert (selection.label, selection.pretraining) == ("grade", "scanb")
    assert list(definitions) == ["demo", "scanb"]
    assert selection.read_cohorts == ["demo"]


@pytest.mark.parametrize("other", ["demo", "nothing"])
def test_no_study_pretrains_on_the_cohort_itself_or_on_none(other):
    with pytest.raises(
        ConfigurationError,
        match=rf"label_efficiency.pretraining_cohort is '{other}'; it can be metabric, scanb",
    ):
        select(label_efficiency={"pretraining_cohort": other})
