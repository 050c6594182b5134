"""The schema of `obs`: the columns that every cohort shares, their types and ranges."""

from __future__ import annotations

import re

import pandas as pd
from pandera.errors import SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema, Index

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.cohort.sheet.values import OLDEST
from twinpurify.errors import SampleSheetError, listed

GRADES = ("1", "2", "3", "4")
SEXES = ("female", "male")
# What is found out from the profiles.
QUALITY_COLUMNS = (
    "library_size",
    "pca_distance",
    "median_correlation",
    "outlier",
    "sex_by_expression",
    "tissue_doubt",
)
_ENDPOINT = "|".join(ENDPOINTS)
_RESERVED = re.compile(
    r"sample_id|patient_id|tissue|subtype|grade|stage|age|sex|batch|purity(_.*)?|(signal|contrast)_.*"
    rf"|({_ENDPOINT})_(time|event)|{'|'.join(QUALITY_COLUMNS)}"
)


def _one_of(*values: object) -> Check:
    *others, last = map(str, values)
    return Check.isin(values, error=f"it should be {', '.join(others)} or {last}")


def _optional(dtype: type, check: Check | None = None, regex: bool = False) -> Column:
    return Column(dtype, check, nullable=True, required=False, regex=regex)


def _endpoints_are_whole(obs: pd.DataFrame) -> bool:
    return all(
        obs[f"{endpoint}_time"].isna().equals(obs[f"{endpoint}_event"].isna())
        for endpoint in ENDPOINTS
        if f"{endpoint}_time" in obs
    )


OBS_SCHEMA = DataFrameSchema(
    {
        "patient_id": Column(str, Check.str_length(min_value=1)),
        "tissue": Column(str, _one_of("tumour", "normal")),
        "subtype": _optional(object),
        "grade": _optional(object, _one_of(*GRADES)),
        "stage": _optional(object),
        "sex": _optional(object, _one_of(*SEXES)),
        "batch": _optional(object),
        "age": _optional(float, Check.in_range(0, OLDEST)),
        r"^purity(_.*)?$": _optional(float, Check.in_range(0, 1), regex=True),
        r"^signal_": _optional(float, regex=True),
        r"^contrast_": _optional(float, _one_of(0.0, 1.0), regex=True),
        rf"^({_ENDPOINT})_time$": _optional(float, Check.gt(0), regex=True),
        rf"^({_ENDPOINT})_event$": _optional(float, _one_of(0.0, 1.0), regex=True),
    },
    index=Index(str, unique=True, name="sample_id"),
    checks=Check(_endpoints_are_whole, name="time and event are missing together"),
)


def is_reserved(name: str) -> bool:
    """Tell whether a column name belongs to the data model.

    Parameters
    ----------
    name : str
        Name of a column.

    Returns
    -------
    bool
        True for example for ``stage``, ``purity_cpe`` or ``os_time``.
    """
    return _RESERVED.fullmatch(name) is not None


def check_schema(obs: pd.DataFrame) -> None:
    """Hold `obs` to the data model, so that everything after may rely on it.

    Parameters
    ----------
    obs : DataFrame
        The sample sheet of a cohort.

    Raises
    ------
    SampleSheetError
        A column has another type, or values outside its vocabulary or range.
    """
    try:
        OBS_SCHEMA.validate(obs, lazy=True)
    except SchemaErrors as error:
        raise SampleSheetError(_describe(error.failure_cases)) from error


def _describe(failures: pd.DataFrame) -> str:
    lines = [
        f"{column}: {check}, which fails for {listed(cases['failure_case'].dropna().unique())}"
        for (column, check), cases in failures.fillna({"column": "sheet"}).groupby(
            ["column", "check"], sort=False
        )
    ]
    return (
        "The sample sheet doesn't fit the data model; map the values in label_values (grade: grade "
        f"knows the usual spellings) or correct the sheet. {'; '.join(lines)}."
    )
