"""What happens around a run: its pipelines chosen, its raw files found, its leftovers cleared."""

import shutil
from pathlib import Path

from kedro.config import OmegaConfigLoader
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline

from twinpurify.errors import ConfigurationError, listed

GENERATED_RAW = Path("data/01_raw")
# They keep what their cells gave until all is stored.
STUDIES = ("label_efficiency", "gene_panels", "restored_anchors", "gene_attribution")
SUMMARIES = "data/08_reporting/*/summary.csv"


class RunHooks:
    """Ties the parameters of a run to its pipelines and its catalog."""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Check what the run is about before anything else happens, and build its pipelines."""
        from omegaconf.errors import OmegaConfBaseException

        from twinpurify import pipeline_registry
        from twinpurify.cohort.declaration.gene_sets import parse_gene_sets
        from twinpurify.cohort.declaration.mixtures import parse_mixtures
        from twinpurify.cohort.declaration.names import check_top_keys
        from twinpurify.run_selection import select_run

        self._outer_run = _active_run()
        loader = context.config_loader
        self._project = context.project_path
        try:
            parameters, cohorts = loader["parameters"], loader["cohorts"]
        except (AttributeError, OmegaConfBaseException):
            # Kedro stumbles over a key that is no text, and names neither the key nor its file.
            check_top_keys(_cohort_files(loader))
            raise
        self._selection, self._definitions = select_run(parameters, cohorts)
        self._gene_sets = parse_gene_sets(parameters.get("gene_sets") or {})
        self._mixtures = parse_mixtures(loader["mixtures"])
        pipeline_registry.selection = self._selection
        pipeline_registry.simulated_cohorts = frozenset(
            name for name, definition in self._definitions.items() if definition.synthetic
        )
        # Pipelines that were built for another selection in this process are built anew.
        pipelines.configure("twinpurify.pipeline_registry")

    @hook_impl
    def after_catalog_created(self, catalog: DataCatalog) -> None:
        """Register the parameters as a whole, and the raw files as definitions declare them."""
        from twinpurify.kedro_datasets.gene_sets import GeneSetsDataset
        from twinpurify.kedro_datasets.mixtures import MixturesDataset
        from twinpurify.kedro_datasets.raw_tables import (
            ExpressionDataset,
            GeneTablesDataset,
            SampleSheetDataset,
        )

        # Under this name kedro-mlflow doesn't log them as a whole, with the files of all cohorts.
        catalog["parameters_of_run"] = MemoryDataset(catalog.load("parameters"))
        users_folder = self._project / self._selection.raw.expanduser()
        catalog["gene_sets"] = GeneSetsDataset(folder=users_folder, collections=self._gene_sets)
        catalog["mixtures"] = MixturesDataset(folder=users_folder, sources=self._mixtures)
        for name, definition in self._definitions.items():
            # A simulated cohort is written by the run itself, never into the user's folder.
            folder = self._project / GENERATED_RAW if definition.synthetic else users_folder
            expression, samples = definition.expression, definition.samples
            catalog[f"{name}__raw_expression"] = ExpressionDataset(folder=folder, table=expression)
            catalog[f"{name}__raw_samples"] = SampleSheetDataset(
                folder=folder, samples=samples, expression=expression
            )
            catalog[f"{name}__gene_tables"] = GeneTablesDataset(
                folder=folder, genes=definition.genes
            )

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Name all cohorts that a comparison lacks, and not only the first."""
        if not any(node.namespace == "compare" for node in pipeline.nodes):
            return
        wanted = self._selection.compare
        lacking = [name for name in wanted if not catalog.exists(f"{name}__summary")]
        if lacking:
            found = sorted(path.parent.name for path in self._project.glob(SUMMARIES))
            finished = listed(found) if found else "none"
            raise ConfigurationError(
                f"compare names {listed(lacking)} without a finished run: there is no "
                f"data/08_reporting/<cohort>/summary.csv. Finished are {finished}; "
                "`twinpurify run <cohort>` finishes another"
            )

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Pipeline) -> None:
        """Leave MLflow without an open run, and no checkpoints once all is stored."""
        self._close_run()
        cohort, outputs = self._selection.cohort, pipeline.all_outputs()
        checkpoints = self._project / self._selection.checkpoints
        if f"{cohort}__model" in outputs:
            shutil.rmtree(checkpoints / cohort, ignore_errors=True)
        for study in STUDIES:
            started = (f"{cohort}__{study}__", f"{cohort}__masked_genes__{study}__")
            if any(name.startswith(started) for name in outputs):
                shutil.rmtree(checkpoints / study / cohort, ignore_errors=True)

    def _close_run(self) -> None:
        """Close the MLflow run as often as it was opened.

        kedro-mlflow opens it anew before every node and closes it once. What remains open would
        take in the next run of the same process, such as that of a notebook.
        """
        import mlflow

        while _active_run() not in (None, self._outer_run):
            mlflow.end_run()


def _cohort_files(loader: OmegaConfigLoader) -> list[Path]:
    """List the cohorts' files that the project reads."""
    environments = (loader.base_env, loader.env or loader.default_run_env)
    folders = [Path(loader.conf_source) / str(one) / "cohorts" for one in environments]
    return [path for folder in folders for path in sorted(folder.glob("*.y*ml"))]


def _active_run() -> str | None:
    """Id of the open MLflow run."""
    import mlflow

    run = mlflow.active_run()
    return run.info.run_id if run else None
