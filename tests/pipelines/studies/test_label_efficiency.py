"""The study of few labels as a pipeline: tables, page, and what an interruption leaves."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

from tests.studies.label_efficiency.toy import NORMALIZATION, settings, toy_cohort
from twinpurify.errors import ConfigurationError
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.studies.label_efficiency import create_pipeline, grid
from twinpurify.pipelines.studies.label_efficiency.nodes import (
    as_run_summary,
    build_label_page,
    draw_label_curves,
    draw_label_sweeps,
    draw_spectra,
    make_run_study,
)
from twinpurify.run_selection import RunSelection
from twinpurify.studies.label_efficiency import fitting

SMALL = {"hidden": (8,), "n_dimensions": 4, "n_steps": 3, "batch_size": 16, "device": "cpu"}
PARAMETERS = method_parameters()(
    autoencoder=SMALL, untrained={"hidden": (8,), "n_dimensions": 4}, linear_twin={"n_views": 2}
)
SETTINGS = settings(
    methods=["linear_twin", "autoencoder"],
    label_fractions=[0.1, 1.0],
    n_permutations=1,
    sweep_repeats=1,
    pretraining_shares=[0.5, 1.0],
    hidden_layers=[2],
)


@pytest.fixture(scope="module")
def others():
    return toy_cohort("other", n_tumours=60, seed=3, prefix="Q")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the study's node with its cells kept in a folder."""

    def started(folder, cohort=None, chosen=SETTINGS, **further):
        node = make_run_study(folder)
        given = (chosen, NORMALIZATION, PARAMETERS, str(folder), 1, "")
        return node(toy_cohort() if cohort is None else cohort, *given, **further)

    return started


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("checkpoints")


@pytest.fixture(scope="module")
def tables(run, folder):
    names = ("scores", "summary", "differences", "saved", "spectra", "replicates", "skipped")
    return dict(zip(names, run(folder), strict=True))


def test_everything_was_measured(tables):
    assert set(tables["scores"]["method"]) == {
        "linear_twin",
        "autoencoder",
        "scratch",
        "untrained",
        "pca",
        "raw",
    }
    tasks = set(tables["scores"]["task"])
    assert tasks == {
        "subtype",
        "control_permuted",
        "subtype@pretraining=0.5",
        "subtype@pretraining=1",
        "subtype@hidden_layers=1",
        "subtype@hidden_layers=2",
    }
    assert tables["skipped"] == []
    assert set(tables["spectra"]["method"]) == set(tables["scores"]["method"]) - {"scratch"}
    assert np.isfinite(tables["scores"]["value"]).all()


def test_the_page_shows_figures_and_tables(tables):
    figures = {
        "label_curves": draw_label_curves(tables["summary"]),
        "label_sweeps": draw_label_sweeps(tables["summary"]),
        "spectra": draw_spectra(tables["spectra"]),
    }
    shown = [tables[name] for name in ("summary", "differences", "saved")]
    skipped = [{"method": "nmf", "encoder": "unfrozen", "pretrained_on": "toy", "reason": "no <b>"}]
    page = build_label_page(*shown, skipped, **figures)
    for words in ("Subtype from few labels", "Linear twin, frozen", "no &lt;b&gt;", "toy"):
        assert words in page
    assert page.count('class="plotly-graph-div"') == 3
    assert page.count('id="label_curves"') == page.count('id="label_curves-0"') == 1


def test_an_interrupted_study_goes_on(run, folder, tables, monkeypatch):
    """The cells of the first run are still there: only the hook takes them away."""
    computed = []
    run_cell = fitting.run_cell
    monkeypatch.setattr(
        fitting, "run_cell", lambda cell, *rest: computed.append(cell) or run_cell(cell, *rest)
    )
    again = run(folder)
    assert computed == []
    pd.testing.assert_frame_equal(again[0], tables["scores"])
    more = SETTINGS.model_copy(update={"methods": ["linear_twin"], "encoders": ["frozen"]})
    run(folder, None, more)
    # Without the auto-encoder the untrained encoder has another shape; nothing else is new.
    assert {cell.method for cell in computed} <= {"scratch", "untrained"}
    computed.clear()
    changed = toy_cohort()
    changed.X[0, 0] += 1.0
    chosen = settings(n_repeats=1)
    run(folder, changed, chosen)
    assert len(computed) == 4


def test_normals_and_pretraining_of_other_cohorts(run, others, tmp_path):
    tumours = toy_cohort()
    tumours = tumours[(tumours.obs["tissue"] == "tumour").to_numpy()].copy()
    few = settings(methods=["linear_twin"], n_repeats=1, pretraining_cohort="other")
    found = run(tmp_path, tumours, few, reference=others, pretraining=others)
    assert set(found[0].loc[found[0]["method"] == "linear_twin", "pretrained_on"]) == {
        "toy",
        "other",
    }
    assert found[-1] == []


def test_a_file_to_pretrain_on_lies_below_raw(run, others, tmp_path):
    others.write_h5ad(tmp_path / "corpus.h5ad")
    few = settings(methods=["autoencoder"], n_repeats=1, pretraining_file="corpus.h5ad")
    found = run(tmp_path, None, few)
    assert "corpus" in set(found[0]["pretrained_on"])


def test_counts_to_pretrain_on_are_converted_beside_the_checkpoints(run, tmp_path):
    genes = toy_cohort().var_names
    with h5py.File(tmp_path / "human_gene.h5", "w") as file:
        file["data/expression"] = np.random.default_rng(0).poisson(9.0, (len(genes), 60))
        file["meta/genes/symbol"] = [gene.encode() for gene in genes]
        file["meta/samples/geo_accession"] = [f"GSM{number}".encode() for number in range(60)]
    few = settings(methods=["autoencoder"], n_repeats=1, pretraining_file="human_gene.h5")
    found = run(tmp_path, None, few)
    assert "human_gene" in set(found[0]["pretrained_on"])
    assert len(list(tmp_path.glob("pretraining_corpora/*/human_gene.h5ad"))) == 1
    absent = few.model_copy(update={"pretraining_file": Path("none.h5")})
    with pytest.raises(ConfigurationError, match=r"pretraining_file: there is no file .*none\.h5"):
        run(tmp_path, None, absent)


def test_the_fingerprint_knows_data_and_settings(others):
    def made(**changes):
        given = {"cohort": others, "settings": SETTINGS, "normalization": NORMALIZATION}
        given |= {"splits": [], "bootstrap": None} | changes
        return grid.study_fingerprint(grid.Study(**given))

    assert made() == made(settings=SETTINGS.model_copy(update={"methods": []}))
    assert made() != made(settings=SETTINGS.model_copy(update={"seed": 1}))
    assert made() != made(reference=toy_cohort())


def test_scores_are_named_for_mlflow(tables):
    summary = as_run_summary(tables["summary"])
    assert {"subtype@labels=0.1", "subtype@pretraining=0.5,labels=0.1"} <= set(summary["task"])
    assert "linear_twin_frozen" in set(summary["method"])


def test_the_pipeline_reads_the_cohorts_that_it_needs():
    selection = RunSelection(cohort="scanb").with_reference("tcga_brca")
    pipeline = create_pipeline(selection.with_label_study("er status", "metabric"))
    cohorts = {name for name in pipeline.inputs() if name.endswith("__cohort")}
    assert cohorts == {"scanb__cohort", "tcga_brca__cohort", "metabric__cohort"}
    assert "scanb__label_efficiency__er_status__summary" in pipeline.all_outputs()


def test_parameters_of_all_methods_are_checked():
    model = method_parameters()
    assert issubclass(model, BaseModel)
    with pytest.raises(ValueError, match="n_dimension"):
        model(pca={"n_dimension": 3})
