"""The pipelines of a run, put together from its selection of cohorts and methods."""

from kedro.pipeline import Pipeline

from twinpurify.pipelines import (
    compare,
    evaluation,
    ingestion,
    normalization,
    purification,
    reporting,
    scoring,
)
from twinpurify.pipelines.studies import (
    gene_attribution,
    gene_panels,
    imputation,
    label_efficiency,
    mixtures,
    restored_anchors,
)
from twinpurify.run_selection import RunSelection

# Kedro hands no parameters to `register_pipelines`: the hook `after_context_created` puts the
# run's selection here first. The default serves tools that list pipelines without a run.
selection = RunSelection()
simulated_cohorts = frozenset({"demo"})


def register_pipelines() -> dict[str, Pipeline]:
    """Build each stage for the selected cohorts and methods, and the whole as the default.

    Returns
    -------
    dict of str to Pipeline
        ``ingestion, normalization, purification, evaluation, reporting``, their sum as
        ``__default__``, and ``scoring``, ``mixtures``, ``compare``, ``imputation``,
        ``gene_panels``, ``restored_anchors``, ``gene_attribution`` and ``label_efficiency``, which
        are run on their own.
    """
    cohorts = [*selection.cohorts, *selection.foreign]
    stages = {
        "ingestion": sum(map(_ingestion, selection.read_cohorts), Pipeline([])),
        "normalization": sum(map(_normalization, cohorts), Pipeline([])),
        "purification": purification.create_pipeline(selection),
        "evaluation": evaluation.create_pipeline(selection, selection.cohort in simulated_cohorts),
        "reporting": reporting.create_pipeline(selection),
    }
    everything = sum(stages.values(), Pipeline([]))
    alone = {"scoring": _scoring(), "mixtures": mixtures.create_pipeline()}
    alone["compare"] = compare.create_pipeline(selection.compare)
    prepared = stages["ingestion"] + stages["normalization"]
    for study in (imputation, gene_panels, restored_anchors, gene_attribution):
        name = study.__name__.rpartition(".")[2]
        alone[name] = prepared + study.create_pipeline(selection)
    alone["label_efficiency"] = _label_efficiency()
    return {**stages, "__default__": everything, **alone}


def _ingestion(cohort: str) -> Pipeline:
    # Foreign tissue needs no tumours: its samples serve alike, however few they are.
    only_tissue = cohort in selection.foreign
    return ingestion.create_pipeline(cohort, cohort in simulated_cohorts, only_tissue)


def _normalization(cohort: str) -> Pipeline:
    return normalization.create_pipeline(
        cohort,
        cohort in simulated_cohorts,
        purified=cohort == selection.cohort,
        reference=selection.reference,
    )


def _label_efficiency() -> Pipeline:
    read = dict.fromkeys([selection.cohort, selection.reference, selection.pretraining])
    ingested = sum(map(_ingestion, filter(None, read)), Pipeline([]))
    return ingested + label_efficiency.create_pipeline(selection)


def _scoring() -> Pipeline:
    return scoring.create_pipeline(selection.cohort, selection.cohort in simulated_cohorts)
