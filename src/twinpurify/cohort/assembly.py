"""The assembly of a cohort: a matrix and a sample sheet become one AnnData."""

from __future__ import annotations

from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from twinpurify.cohort.checks import (
    MINIMUM_GENES,
    check_finite,
    check_ids_meet,
    check_tissues,
    check_unique,
)
from twinpurify.cohort.definition import CohortDefinition
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sample_sheet import build_obs
from twinpurify.cohort.units import check_unit
from twinpurify.errors import ExpressionError, SampleSheetError, listed


def assemble_cohort(
    expression: pd.DataFrame,
    samples: pd.DataFrame,
    definition: CohortDefinition,
    name: str,
    to_score: bool = False,
) -> tuple[ad.AnnData, dict[str, Any]]:
    """Join expression and sample sheet by id, check both, and account for whatever is dropped.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        In the unit of the definition; the order of samples and genes doesn't matter.
    samples : DataFrame
        The raw sample sheet, indexed by sample id.
    definition : CohortDefinition
        What the columns and values mean.
    name : str
        Name of the cohort.
    to_score : bool
        The samples only meet a model that exists: any number will do, normals aren't needed, and
        genes that are constant among them stay.

    Returns
    -------
    AnnData
        Samples sorted by id × genes sorted by symbol, float32.
    dict
        The ingestion log: cohort, steps, warnings.

    Raises
    ------
    ExpressionError
        The matrix is transposed, holds text, NaN, doubled ids, or values outside its unit.
    SampleSheetError
        The sheet doesn't fit the definition, or its ids don't meet those of the matrix.
    BackgroundError
        Normals are required and fewer than 3.
    CohortError
        Fewer than 20 tumours.
    """
    expression = expression.set_axis(_text_ids(expression.index), axis=0)
    expression = _as_float32(expression.set_axis(_text_ids(expression.columns), axis=1))
    samples = samples.set_axis(_text_ids(samples.index), axis=0)
    _check_identifiers(expression, samples)
    expression = expression.sort_index(axis=0).sort_index(axis=1)
    log = IngestionLog(name, *expression.shape)
    log.note("matrix", f"read in {definition.unit.describe()}")
    samples = _join(expression, samples, log)
    obs = build_obs(samples, definition, log)
    if not to_score:
        check_tissues(obs, definition)
    expression = expression.loc[obs.index]
    check_finite(expression)
    check_unit(expression, definition.unit)
    if not to_score:
        expression = _without_constant_genes(expression, log)
    return _as_anndata(expression, obs, definition, log), log.as_dict()


def _text_ids(names: pd.Index) -> pd.Index:
    return names.map(str, na_action="ignore").astype(object)


def _as_float32(expression: pd.DataFrame) -> pd.DataFrame:
    try:
        return expression.astype(np.float32)
    except (TypeError, ValueError) as error:
        raise ExpressionError(
            f"The matrix holds values that are no numbers ({error}). Columns that are no genes "
            "belong in expression.drop_columns."
        ) from error


def _check_identifiers(expression: pd.DataFrame, samples: pd.DataFrame) -> None:
    merge = "Keep one of each, or average them, before."
    check_unique(expression.index, "sample ids of the matrix", ExpressionError, merge)
    check_unique(expression.columns, "genes of the matrix", ExpressionError, merge)
    remedy = "Keep one row a sample, or set samples.id_column to the column of the sample ids."
    check_unique(samples.index, "sample ids of the sample sheet", SampleSheetError, remedy)


def _join(expression: pd.DataFrame, samples: pd.DataFrame, log: IngestionLog) -> pd.DataFrame:
    check_ids_meet(expression.index, expression.columns, samples.index)
    log.drop_samples(
        "join",
        expression.index.difference(samples.index),
        "profiles without a row in the sample sheet",
    )
    unused = samples.index.difference(expression.index)
    if len(unused):
        log.note("join", "rows of the sample sheet without a profile", len(unused), unused)
    return samples.loc[expression.index.intersection(samples.index)]


def _without_constant_genes(expression: pd.DataFrame, log: IngestionLog) -> pd.DataFrame:
    values = expression.to_numpy()
    varies = values.min(axis=0) < values.max(axis=0)
    constant = expression.columns[~varies]
    if varies.sum() < MINIMUM_GENES:
        raise ExpressionError(
            f"Only {int(varies.sum())} of {len(varies)} genes vary between samples; at least "
            f"{MINIMUM_GENES} are needed. Check expression.path and expression.orientation."
        )
    if len(constant):
        log.drop_genes("constant_genes", constant, "genes with one value in every sample")
        log.warn(f"Genes with one value in every sample were dropped: {listed(constant)}.")
    return expression.loc[:, varies]


def _as_anndata(
    expression: pd.DataFrame, obs: pd.DataFrame, definition: CohortDefinition, log: IngestionLog
) -> ad.AnnData:
    cohort = ad.AnnData(
        X=np.ascontiguousarray(expression.to_numpy(), dtype=np.float32),
        obs=obs,
        var=pd.DataFrame(index=pd.Index(expression.columns, name="gene")),
    )
    cohort.uns["cohort"] = log.cohort
    cohort.uns["platform"] = definition.platform
    cohort.uns["unit"] = definition.unit.model_dump()
    cohort.uns["purity_sources"] = list(definition.purity)
    n_samples, n_genes = cohort.shape
    cohort.uns["history"] = [
        f"assembled: {n_samples} samples × {n_genes} genes, {definition.unit.describe()}"
    ]
    return cohort
