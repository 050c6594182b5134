"""The mixtures pipeline."""

from tests.evaluation.made_mixtures import titration
from twinpurify.pipelines.studies.mixtures import create_pipeline, nodes
from twinpurify.pipelines.studies.mixtures.nodes import measure_mixtures


def test_every_mixture_is_asked_of_every_method(monkeypatch):
    monkeypatch.setattr(nodes, "METHODS", ("raw", "mean_subtraction"))
    profiles, proportions, _ = titration()
    table = measure_mixtures({name: (profiles, proportions, "A") for name in ("one", "two")}, 1)
    assert table["mixture"].unique().tolist() == ["one", "two"]
    assert {"raw", "mean_subtraction", "decomposition"} <= set(table["method"])


def test_it_needs_the_mixtures_alone():
    pipeline = create_pipeline()
    assert pipeline.inputs() == {"mixtures", "params:n_jobs"}
    assert pipeline.outputs() == {"mixture_scores"}
