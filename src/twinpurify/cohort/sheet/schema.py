"""The schema of `obs`: the columns that every cohort shares, and what they may hold."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.cohort.sheet.values import OLDEST
from twinpurify.errors import SampleSheetError, listed

# What is found out from the profiles.
QUALITY_COLUMNS = (
    "library_size",
    "pca_distance",
    "median_correlation",
    "outlier",
    "sex_by_expression",
    "tissue_doubt",
)
Rule = tuple[str, Callable[[pd.Series], pd.Series]]


def _one_of(*values: object) -> Rule:
    *others, last = map(str, values)
    return f"{', '.join(others)} or {last}", lambda found: found.isin(values)


def _within(low: float, high: float) -> Rule:
    return f"a number from {low:g} to {high:g}", lambda found: found.between(low, high)


def _of_type(kind: type, expected: str) -> Rule:
    return expected, lambda found: found.map(lambda value: isinstance(value, kind) and value != "")


_ENDPOINT = f"({'|'.join(ENDPOINTS)})"
# Pattern of the names -> what a value should be, unless it is missing.
COLUMNS: dict[str, Rule] = {
    "patient_id|subtype|stage|batch": _of_type(str, "text"),
    "tissue": _one_of("tumour", "normal"),
    "grade": _one_of("1", "2", "3", "4"),
    "sex": _one_of("female", "male"),
    "age": _within(0.0, OLDEST),
    "purity(_.*)?": _within(0.0, 1.0),
    "signal_.*": _of_type(float, "a number"),
    "contrast_.*": _one_of(0.0, 1.0),
    f"{_ENDPOINT}_time": ("a number above 0", lambda found: found > 0),
    f"{_ENDPOINT}_event": _one_of(0.0, 1.0),
}
_RESERVED = re.compile("|".join(["sample_id", *COLUMNS, *QUALITY_COLUMNS]))


def is_reserved(name: str) -> bool:
    """Tell whether a column name, such as ``stage`` or ``purity_cpe``, belongs to the data model.

    Parameters
    ----------
    name : str
        Name of a column.
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
        A column has values outside its vocabulary or range.
    """
    faults = []
    for pattern, (expected, holds) in COLUMNS.items():
        for column in filter(re.compile(pattern).fullmatch, obs.columns):
            found = obs[column].dropna()
            wrong = found[~holds(found).astype(bool)].unique()
            if len(wrong):
                faults.append(f"{column}: it should be {expected}, which fails for {listed(wrong)}")
    if faults:
        raise SampleSheetError(
            "The sample sheet doesn't fit the data model; map the values in label_values (grade: "
            f"grade knows the usual spellings) or correct the sheet. {'; '.join(faults)}."
        )
