"""Nodes of the ingestion pipeline."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.pipelines.types import Cohort, GeneTables, RawExpression


def simulate_cohort(
    definition: CohortDefinition,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Simulate a cohort from its seed: expression, sample sheet, pure profiles, truth table."""
    from twinpurify.cohort.simulation.synthetic import generate_synthetic_cohort

    simulated = generate_synthetic_cohort(definition.synthetic)
    return (
        simulated.expression,
        simulated.samples,
        simulated.pure_profiles,
        simulated.truth_table,
    )


def make_assemble_cohort(
    cohort: str, to_score: bool = False
) -> Callable[..., tuple[Cohort, dict[str, Any]]]:
    """Make the node function that assembles a cohort, or samples to score, under its name."""

    def assemble_cohort(
        expression: RawExpression,
        samples: pd.DataFrame,
        gene_tables: GeneTables,
        definition: CohortDefinition,
    ) -> tuple[Cohort, dict[str, Any]]:
        """Join matrix and sheet by sample id and check both; what is dropped is logged."""
        from twinpurify.io.cohort_files import assemble_read

        return assemble_read(expression, samples, gene_tables, definition, cohort, to_score)

    return assemble_cohort
