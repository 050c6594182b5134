"""The assembly of a cohort: a matrix and a sample sheet become one AnnData."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_named, check_tissues, check_unique
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.genes.collapse import collapse_rule
from twinpurify.cohort.genes.to_symbols import GeneTables, approve_genes
from twinpurify.cohort.hints import cells
from twinpurify.cohort.joins import join_sheet
from twinpurify.cohort.notes import WARNING, Note, Notes, Told, ingestion_log
from twinpurify.cohort.quality.judgement import judge_samples
from twinpurify.cohort.sheet.barcodes import choose_aliquots, sample_barcodes
from twinpurify.cohort.sheet.kept_samples import keep_samples
from twinpurify.cohort.sheet.sample_sheet import build_obs
from twinpurify.cohort.units.checks import check_unit
from twinpurify.errors import ExpressionError, SampleSheetError, listed

MINIMUM_GENES = 10
NO_TABLES = GeneTables(None, None)


def assemble_cohort(
    expression: pd.DataFrame,
    samples: pd.DataFrame,
    definition: CohortDefinition,
    name: str,
    *,
    annotation: pd.DataFrame | None = None,
    gene_tables: GeneTables = NO_TABLES,
    notes: Sequence[str] = (),
    warnings: Sequence[str] = (),
    to_score: bool = False,
) -> tuple[ad.AnnData, dict[str, Any]]:
    """Join expression and sample sheet by id, check both, and account for whatever is dropped.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        In the unit of the definition; the order of samples and genes doesn't matter, and the
        identifiers of genes may repeat.
    samples : DataFrame
        The raw sample sheet, indexed by sample id.
    definition : CohortDefinition
        What the columns and values mean.
    name : str
        Name of the cohort.
    annotation : DataFrame, optional
        What the source says of its genes, as text: a row for each column of `expression`.
    gene_tables : GeneTables
        The user's tables of identifiers and aliases.
    notes, warnings : sequence of str
        What the readers found out, for the ingestion log.
    to_score : bool
        The samples only meet a model that exists: any number will do, and neither
        normals nor variation between them is needed.

    Returns
    -------
    AnnData
        Samples sorted by id × genes sorted by symbol, float32.
    dict
        The ingestion log: cohort, steps, warnings.

    Raises
    ------
    ExpressionError
        The matrix is transposed, holds text, NaN, doubled samples, values outside its unit, or
        genes that can't be told.
    SampleSheetError
        The sheet doesn't fit the definition, or its ids don't meet those of the matrix.
    BackgroundError
        Normals are required and fewer than 3.
    CohortError
        Fewer than 20 tumours.
    """
    expression = _as_float32(expression)
    samples = samples.set_axis(_text_ids(samples.index), axis=0)
    _check_identifiers(expression, samples)
    found = Notes(Note("source", note) for note in notes)
    found += [Note(WARNING, warning) for warning in warnings]
    found.add("matrix", f"read in {definition.unit.describe()}")
    size = expression.shape
    samples = found.of(join_sheet(expression, samples))
    samples = found.of(keep_samples(samples, definition.samples.keep))
    obs = found.of(build_obs(samples, definition))
    if definition.barcodes is not None:
        barcodes = sample_barcodes(samples, definition.barcodes)
        kept = found.of(choose_aliquots(obs, barcodes, definition.barcodes.duplicates))
        obs = obs.loc[kept]
    if not to_score:
        check_tissues(obs, definition)
    obs = obs.sort_index()
    if annotation is None:
        annotation = pd.DataFrame(index=pd.RangeIndex(expression.shape[1]))
    expression, annotation = _in_order(expression, annotation, obs.index)
    expression, annotation = found.of(_without_missing(expression, annotation, definition))
    _check_finite(expression)
    check_unit(expression, definition.unit)
    expression, var = found.of(
        approve_genes(expression, annotation, gene_tables, definition.genes, definition.unit)
    )
    if to_score:
        found += _chosen_rows(var, definition)
    else:
        found += _constant_genes(expression)
        obs = found.of(judge_samples(expression, obs, definition))
        if len(obs) < len(expression):
            expression = expression.loc[obs.index]
    return _as_anndata(expression, obs, var, definition, name), ingestion_log(name, *size, found)


def _in_order(
    expression: pd.DataFrame, annotation: pd.DataFrame, samples: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the samples, and sort the genes, in one copy: the order of a file has no say."""
    genes = np.argsort(expression.columns.to_numpy(dtype=str), kind="stable")
    values = expression.to_numpy()[np.ix_(expression.index.get_indexer(samples), genes)]
    taken = pd.DataFrame(values, index=samples, columns=expression.columns[genes], copy=False)
    return taken, annotation.iloc[genes].reset_index(drop=True)


def _without_missing(
    expression: pd.DataFrame, annotation: pd.DataFrame, definition: CohortDefinition
) -> Told[tuple[pd.DataFrame, pd.DataFrame]]:
    """Drop genes that no sample has a value of and, where that is declared, those with gaps."""
    notes, genes = Notes(), expression.columns
    missing = np.isnan(expression.to_numpy())
    empty = missing.all(axis=0)
    notes.lose("genes", "missing", genes[empty], "genes without a value in any sample")
    if definition.genes.missing == "drop":
        gaps = missing.any(axis=0) & ~empty
        reason = "genes that lack a value in some sample (genes.missing is drop)"
        notes.lose("genes", "missing", genes[gaps], reason)
        empty |= gaps
        if empty.all():
            worst = expression.index[np.argsort(-missing.sum(axis=1), kind="stable")]
            raise ExpressionError(
                "genes.missing is drop, but no gene has a value in every sample. The samples that "
                f"lack most are {listed(worst)}. Leave them out of the sample sheet, or impute "
                "before."
            )
    if empty.any():
        expression, annotation = expression.loc[:, ~empty], annotation[~empty]
    return (expression, annotation.reset_index(drop=True)), notes


def _check_finite(expression: pd.DataFrame) -> None:
    """Refuse missing and infinite expression, which no method here takes."""
    offending = ~np.isfinite(expression.to_numpy())
    if offending.any():
        has_gaps = np.isnan(expression.to_numpy()).any()
        remedy = (
            "Set genes.missing: drop to leave genes with gaps out, or impute before"
            if has_gaps
            else "Infinite ones are often logarithms of 0: correct them, or add a pseudo-count "
            "before the logarithm is taken, and set unit.offset to it"
        )
        raise ExpressionError(
            f"The matrix has NaN or infinite values: {cells(expression, offending)}. {remedy} "
            f"(genes: {int(offending.any(axis=0).sum())}, samples: "
            f"{int(offending.any(axis=1).sum())})."
        )


def _text_ids(names: pd.Index) -> pd.Index:
    return names.map(str, na_action="ignore").astype(object)


def _as_float32(expression: pd.DataFrame) -> pd.DataFrame:
    """Give the matrix identifiers of text, without a copy of values that are float32 already."""
    try:
        values = expression.to_numpy(dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ExpressionError(
            f"The matrix holds values that are no numbers ({error}). Columns that are no genes "
            "belong in expression.drop_columns."
        ) from error
    return pd.DataFrame(
        values,
        index=_text_ids(expression.index),
        columns=_text_ids(expression.columns),
        copy=False,
    )


def _check_identifiers(expression: pd.DataFrame, samples: pd.DataFrame) -> None:
    merge = "Keep one of each, or average them, before."
    check_unique(expression.index, "sample ids of the matrix", ExpressionError, merge)
    check_named(expression.columns, "genes of the matrix", ExpressionError, merge)
    remedy = "Keep one row a sample, or set samples.id_column to the column of the sample ids."
    check_unique(samples.index, "sample ids of the sample sheet", SampleSheetError, remedy)


def _chosen_rows(var: pd.DataFrame, definition: CohortDefinition) -> Notes:
    """Say that the row of a gene was chosen among new samples, and not as it was in training."""
    notes, several = Notes(), var.index[var["n_collapsed"] > 1]
    rule = collapse_rule(definition.genes.collapse, definition.unit)
    if len(several) and rule == "max_mean":
        notes.warn(
            f"Of genes with several rows the one with the largest mean was kept: {listed(several)}."
            " Among these samples it may be another than in training; genes.collapse: mean, in "
            "training and here, doesn't depend on the samples."
        )
    return notes


def _constant_genes(expression: pd.DataFrame) -> Notes:
    """Refuse a matrix that is all but constant, and name the genes that are.

    These stay: were they left out here, the test patients would have a say in which genes are
    seen in training.
    """
    notes, values = Notes(), expression.to_numpy()
    varies = values.min(axis=0) < values.max(axis=0)
    constant = expression.columns[~varies]
    if varies.sum() < MINIMUM_GENES:
        raise ExpressionError(
            f"Only {int(varies.sum())} of {len(varies)} genes vary between samples; at least "
            f"{MINIMUM_GENES} are needed. Check expression.path and expression.orientation."
        )
    reason = f"{len(constant)} genes have one value in every sample, and tell nothing"
    notes.add("constant_genes", reason, constant)
    return notes


def _as_anndata(
    expression: pd.DataFrame,
    obs: pd.DataFrame,
    var: pd.DataFrame,
    definition: CohortDefinition,
    name: str,
) -> ad.AnnData:
    cohort = ad.AnnData(
        X=np.ascontiguousarray(expression.to_numpy()), obs=obs, var=var.rename_axis("gene")
    )
    cohort.uns["cohort"] = name
    cohort.uns["platform"] = definition.platform
    cohort.uns["unit"] = definition.unit.model_dump()
    cohort.uns["purity_sources"] = list(definition.purity)
    cohort.uns["contrasts"] = {
        contrast.name: {"collection": contrast.collection, "pathway": contrast.pathway}
        for contrast in definition.contrasts
    }
    n_samples, n_genes = cohort.shape
    cohort.uns["history"] = [
        f"assembled: {n_samples} samples × {n_genes} genes, {definition.unit.describe()}"
    ]
    return cohort
