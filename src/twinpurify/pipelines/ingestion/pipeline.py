"""The ingestion pipeline of one cohort."""

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.ingestion.nodes import make_assemble_cohort, simulate_cohort


def create_pipeline(cohort: str, simulated: bool, to_score: bool = False) -> Pipeline:
    """Read or simulate a cohort and assemble it.

    Parameters
    ----------
    cohort : str
    simulated : bool
        Whether its definition says how to simulate it.
    to_score : bool
        Whether its samples only meet a model that exists, or are mixed into others; any number
        of them will do.
    """
    raw_tables = [f"{cohort}__raw_expression", f"{cohort}__raw_samples"]
    assemble = Node(
        make_assemble_cohort(cohort, to_score),
        inputs=[*raw_tables, f"{cohort}__gene_tables", f"params:{cohort}"],
        outputs=[f"{cohort}__cohort", f"{cohort}__ingestion_log"],
        name="assemble_cohort",
        namespace=f"ingestion.{cohort}",
    )
    if not simulated:
        return Pipeline([assemble])
    simulate = Node(
        simulate_cohort,
        inputs=[f"params:{cohort}"],
        outputs=[*raw_tables, f"{cohort}__truth", f"{cohort}__truth_table"],
        # A namespace of its own, so that the raw tables stand in the picture as a user's would.
        name="simulate_cohort",
        namespace=f"simulation.{cohort}",
    )
    return Pipeline([simulate, assemble])
