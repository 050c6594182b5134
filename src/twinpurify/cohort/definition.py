"""The definition of a cohort: the one small YAML file with which a user adds a cohort."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from twinpurify.cohort.hints import closest
from twinpurify.cohort.synthetic import SyntheticSettings
from twinpurify.cohort.units import Unit
from twinpurify.errors import ConfigurationError

TableFormat = Literal["auto", "parquet", "csv", "tsv"]
Endpoint = Literal["os", "dss", "dfi", "pfi", "rfs"]
ColumnName = Literal["patient_id", "tissue", "subtype", "grade", "stage", "age", "batch"]
LabelName = Literal["subtype", "grade", "stage", "batch"]
TimeUnit = Literal["days", "weeks", "months", "years"]

ENDPOINTS: tuple[str, ...] = get_args(Endpoint)
LABELS: tuple[str, ...] = get_args(LabelName)


def _refuse_boolean(value: Any) -> Any:
    """YAML reads an unquoted yes, no, on or off as a truth value, which no table contains."""
    if isinstance(value, bool):
        raise ValueError(
            f'YAML read this code as {value}: put it in quotes, for example "yes" or "no"'
        )
    return value


Code = Annotated[str, BeforeValidator(_refuse_boolean)]
SourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Settings(BaseModel):
    # Codes and column names such as 1 are numbers to YAML and text to a table.
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class ExpressionTable(_Settings):
    """Where the expression matrix is and how it is laid out.

    Parameters
    ----------
    path : str
        File, relative to the run's `raw` folder.
    format : {'auto', 'parquet', 'csv', 'tsv'}
        ``auto`` goes by the ending of the file name; .gz may follow.
    orientation : {'samples_in_rows', 'genes_in_rows'}
        What a row of the file is.
    id_column : str, optional
        Column that names the rows; by default the parquet's index, else the first column.
    drop_columns : list of str
        Columns that are neither the id nor expression, for example a gene description.
    """

    path: str
    format: TableFormat = "auto"
    orientation: Literal["samples_in_rows", "genes_in_rows"]
    id_column: str | None = None
    drop_columns: list[str] = []


class SampleTable(_Settings):
    """Where the sample sheet is; it has one row a sample.

    Parameters
    ----------
    path, format
        As for the expression matrix.
    id_column : str, optional
        Column with the sample ids of the expression matrix; by default the parquet's index, else
        the first column.
    """

    path: str
    format: TableFormat = "auto"
    id_column: str | None = None


class SurvivalEndpoint(_Settings):
    """Which columns hold the follow-up of one endpoint, and what their values mean.

    Parameters
    ----------
    time, event : str
        Columns of the sample sheet.
    time_unit : {'days', 'weeks', 'months', 'years'}
        Unit of the time column; the cohort keeps days.
    event_values, censored_values : list of str
        Codes of the event column that mean "it happened" and "not until then".
    """

    time: str
    event: str
    time_unit: TimeUnit
    event_values: list[Code] = Field(min_length=1)
    censored_values: list[Code] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_disjoint(self) -> SurvivalEndpoint:
        both = sorted(set(self.event_values) & set(self.censored_values))
        if both:
            raise ValueError(f"{both} stand in both event_values and censored_values")
        return self


class TissueValues(_Settings):
    """Which values of the tissue column mean tumour and adjacent normal; others are dropped.

    Parameters
    ----------
    tumour, normal : list of str
        Values of the sample sheet.
    """

    tumour: list[Code] = Field(min_length=1)
    normal: list[Code] = []

    @model_validator(mode="after")
    def _values_are_disjoint(self) -> TissueValues:
        both = sorted(set(self.tumour) & set(self.normal))
        if both:
            raise ValueError(f"{both} stand in both tumour and normal")
        return self


class CohortDefinition(_Settings):
    """What TwinPurify must be told about a cohort; every key of ``conf/base/cohorts/<name>.yml``.

    Parameters
    ----------
    title : str
        Name for people.
    platform : {'rna_seq', 'microarray'}
        What measured the expression.
    unit : Unit
        Quantity, scale and offset of the matrix.
    expression : ExpressionTable
        The matrix.
    samples : SampleTable
        The sample sheet.
    columns : dict
        Our column name -> the sheet's.
    purity : dict
        Source -> column with a published tumour fraction (0..1). The first is ``obs['purity']``.
    survival : dict
        Endpoint -> its columns and codes.
    tissue_values : TissueValues, optional
        Required with ``columns.tissue``.
    label_values : dict
        Label -> the list of its values that count, or their value -> our value.
    patient_id_pattern : str, optional
        Regular expression with one group, which cuts the patient out of the patient column (or of
        the sample id, when ``columns.patient_id`` is absent).
    require_normals : bool
        False for a cohort that is only transferred to.
    synthetic : SyntheticSettings, optional
        Settings of the generator, for a simulated cohort.
    """

    title: str
    platform: Literal["rna_seq", "microarray"]
    unit: Unit
    expression: ExpressionTable
    samples: SampleTable
    columns: dict[ColumnName, str] = {}
    purity: dict[SourceName, str] = {}
    survival: dict[Endpoint, SurvivalEndpoint] = {}
    tissue_values: TissueValues | None = None
    label_values: dict[LabelName, list[Code] | dict[Code, Code]] = {}
    patient_id_pattern: str | None = None
    require_normals: bool = True
    synthetic: SyntheticSettings | None = None

    @field_validator("patient_id_pattern")
    @classmethod
    def _pattern_has_one_group(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        if groups != 1:
            raise ValueError(f"{pattern!r} has {groups} groups; it needs one, (…), the patient")
        return pattern

    @model_validator(mode="after")
    def _platform_measures_the_quantity(self) -> CohortDefinition:
        is_array = self.platform == "microarray"
        if is_array != (self.unit.quantity == "intensity"):
            raise ValueError(
                f"platform {self.platform} doesn't measure {self.unit.quantity}: "
                "unit.quantity is intensity for a microarray, and only for a microarray"
            )
        return self

    @model_validator(mode="after")
    def _tissue_is_declared_whole(self) -> CohortDefinition:
        if ("tissue" in self.columns) != (self.tissue_values is not None):
            raise ValueError(
                "columns.tissue (the column) and tissue_values (its values) belong together: "
                "set both, or neither when every sample is a tumour"
            )
        if self.require_normals and not (self.tissue_values and self.tissue_values.normal):
            raise ValueError(
                "require_normals is true, so columns.tissue and tissue_values.normal must say "
                "which samples are adjacent normals; set require_normals: false for a cohort "
                "that is only transferred to"
            )
        return self

    @model_validator(mode="after")
    def _labels_have_columns(self) -> CohortDefinition:
        without = sorted(set(self.label_values) - set(self.columns))
        if without:
            raise ValueError(f"label_values names {without}, which `columns` doesn't map")
        return self


def parse_definition(name: str, settings: Any) -> CohortDefinition:
    """Turn the settings of a cohort file into its definition, with errors that name the key.

    Parameters
    ----------
    name : str
        The file's top key; lower-case letters, digits and single underscores, since it becomes a
        part of dataset names.
    settings : dict
        What stands under that key.

    Returns
    -------
    CohortDefinition
        The validated definition.

    Raises
    ------
    ConfigurationError
        The name can't be a dataset's, or a key is unknown, missing or wrong.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise ConfigurationError(
            f"A cohort can't be called {name!r}: its name takes lower-case letters, digits and "
            "single underscores, and begins with a letter. Rename the top key of its file."
        )
    try:
        return CohortDefinition.model_validate(settings)
    except ValidationError as error:
        problems = "\n".join(f"  {_problem(name, found)}" for found in error.errors())
        raise ConfigurationError(
            f"conf/base/cohorts/{name}.yml doesn't define a cohort:\n{problems}"
        ) from error


def _problem(name: str, found: dict[str, Any]) -> str:
    keys = [str(part) for part in found["loc"]]
    message = found["msg"].removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        message = f"unknown key{closest(keys[-1], _known_keys())}"
    return f"{'.'.join([name, *keys])}: {message}"


def _known_keys() -> set[str]:
    models = (CohortDefinition, ExpressionTable, SampleTable, SurvivalEndpoint, TissueValues, Unit)
    return {key for model in models for key in model.model_fields}
