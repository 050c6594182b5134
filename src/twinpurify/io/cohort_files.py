"""A whole cohort out of its definition and its files, as a run reads it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from twinpurify.cohort import assembly
from twinpurify.cohort.declaration.definition import CohortDefinition, parse_definition
from twinpurify.cohort.genes.to_symbols import GeneTables
from twinpurify.cohort.simulation.synthetic import generate_synthetic_cohort
from twinpurify.cohort.simulation.truth import add_truth
from twinpurify.errors import ConfigurationError, TableError, listed
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.io.tables.id_tables import read_id_table

if TYPE_CHECKING:
    from anndata import AnnData

    from twinpurify.cohort.declaration.sources import GeneSettings

logger = logging.getLogger(__name__)


def read(
    definition: str | Path | Mapping[str, Any],
    raw: str | Path = "data/01_raw",
    *,
    to_score: bool = False,
) -> AnnData:
    """Read a cohort as a run does: its files, checked, joined, under approved gene symbols.

    Parameters
    ----------
    definition : path or mapping
        The cohort's YAML file, or what stands in it: its name and below it the settings.
    raw : path
        Folder that the paths of the definition are relative to; a simulated cohort needs none.
    to_score : bool
        The samples only meet a model that exists: any number will do, and neither normals nor
        variation between them is needed.

    Returns
    -------
    AnnData, samples × genes
        In its own unit, ``uns["unit"]``; what was dropped, and why, is logged. Of a simulated
        cohort the truth too, ``layers["true_profile"]`` and ``obs["true_purity"]``.

    Raises
    ------
    ConfigurationError
        The definition isn't one.
    CohortError
        The files aren't there, or not what the definition says.
    """
    name, checked = load_definition(definition)
    cohort, _ = read_cohort(checked, name, Path(raw), to_score)
    return cohort


def load_definition(definition: str | Path | Mapping[str, Any]) -> tuple[str, CohortDefinition]:
    """Take a definition from its file, or as parsed already, and check it.

    Returns
    -------
    str
        Name of the cohort.
    CohortDefinition

    Raises
    ------
    TableError
        There is no such file.
    ConfigurationError
        It is no YAML, doesn't hold one cohort, or the cohort's settings are wrong.
    """
    settings = definition if isinstance(definition, Mapping) else _load_yaml(Path(definition))
    if len(settings) != 1:
        raise ConfigurationError(
            f"a definition holds one cohort, its name and below it the settings; this one has "
            f"{listed(settings) if settings else 'nothing'} on top"
        )
    ((name, values),) = settings.items()
    return str(name), parse_definition(str(name), values)


def _load_yaml(path: Path) -> Mapping[str, Any]:
    """Read a file as Kedro would, so that a value means the same there and here."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    if not path.is_file():
        raise TableError(f"there is no definition {path}; name the cohort's YAML file")
    try:
        loaded = OmegaConf.to_container(OmegaConf.load(path), resolve=True)
    except (YAMLError, OmegaConfBaseException, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is no YAML that can be read: {error}") from error
    if not isinstance(loaded, Mapping):
        raise ConfigurationError(
            f"{path} holds a list, not a cohort: its name and below it the settings"
        )
    return loaded


def read_cohort(
    definition: CohortDefinition, name: str, raw: Path, to_score: bool = False
) -> tuple[AnnData, dict[str, Any]]:
    """Read the files of a cohort, or simulate them, and assemble them.

    Parameters
    ----------
    definition : CohortDefinition
    name : str
        Of the cohort.
    raw : Path
        Folder that the paths of the definition are relative to.
    to_score : bool
        As of `read`.

    Returns
    -------
    AnnData
    dict
        The ingestion log: cohort, steps, warnings.

    Raises
    ------
    TableError, ExpressionError, SampleSheetError, BackgroundError, CohortError
        The files aren't there, or not what the definition says.
    """
    if definition.synthetic is None:
        return _read_files(definition, name, raw, to_score)
    simulated = generate_synthetic_cohort(definition.synthetic)
    with tempfile.TemporaryDirectory() as folder:
        # Through files, so that a simulated cohort is exactly what a run makes of it.
        written = {
            definition.expression.path: simulated.expression,
            str(definition.samples.path): simulated.samples,
        }
        for path, table in written.items():
            write_raw_table(table, Path(folder) / path)
        cohort, log = _read_files(definition, name, Path(folder), to_score)
    add_truth(cohort, simulated)
    return cohort, log


def _read_files(
    definition: CohortDefinition, name: str, raw: Path, to_score: bool
) -> tuple[AnnData, dict[str, Any]]:
    """Read matrix, sheet and tables of identifiers, and join them."""
    expression = read_expression(definition.expression, raw)
    samples = read_sample_sheet(definition.samples, definition.expression, raw)
    tables = read_gene_tables(definition.genes, raw)
    return assemble_read(expression, samples, tables, definition, name, to_score)


def assemble_read(
    expression: RawExpression,
    samples: pd.DataFrame,
    gene_tables: GeneTables,
    definition: CohortDefinition,
    name: str,
    to_score: bool = False,
) -> tuple[AnnData, dict[str, Any]]:
    """Join matrix and sheet by sample id and check both; sizes and warnings are logged.

    Parameters
    ----------
    expression : RawExpression
        It gives its matrix away.
    samples : DataFrame
        The raw sample sheet, indexed by sample id.
    gene_tables : GeneTables
    definition : CohortDefinition
    name : str
        Of the cohort.
    to_score : bool
        As of `read`.

    Returns
    -------
    AnnData
    dict
        The ingestion log: cohort, steps, warnings.
    """
    cohort, log = assembly.assemble_cohort(
        expression.hand_over(),
        samples,
        definition,
        name,
        annotation=expression.genes,
        gene_tables=gene_tables,
        notes=expression.notes,
        warnings=expression.warnings,
        to_score=to_score,
    )
    tumours = int((cohort.obs["tissue"] == "tumour").sum())
    sizes = (name, tumours, cohort.n_obs - tumours, cohort.n_vars)
    logger.info("%s: %d tumours, %d adjacent normals, %d genes", *sizes)
    for warning in log["warnings"]:
        logger.warning("%s: %s", name, warning)
    return cohort, log


def read_gene_tables(genes: GeneSettings, folder: Path) -> GeneTables:
    """Read the tables of identifiers and aliases that a definition names; none where it doesn't.

    Parameters
    ----------
    genes : GeneSettings
    folder : Path
        Folder that the paths of the definition are relative to.

    Returns
    -------
    GeneTables
    """
    tables = {
        name: read_id_table(table, folder, f"genes.{name}")
        for name, table in (("map", genes.map), ("aliases", genes.aliases))
        if table is not None
    }
    return GeneTables(tables.get("map"), tables.get("aliases"))


def write_raw_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table of a simulated cohort as a user would have it: Parquet, or CSV.

    Parameters
    ----------
    table : DataFrame
    path : Path
        Its ending says which; its folder is made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
