"""The definition of a cohort: the one small YAML file with which a user adds a cohort."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from twinpurify.cohort.declaration.base import Settings, cuts_out
from twinpurify.cohort.declaration.names import check_name
from twinpurify.cohort.declaration.samples import (
    BarcodeSettings,
    Code,
    Contrast,
    ReferenceNormals,
    SurvivalEndpoint,
    TissueValues,
    Vocabulary,
)
from twinpurify.cohort.declaration.sources import (
    ExpressionTable,
    GeneSettings,
    MarkerGenes,
    SampleTable,
)
from twinpurify.cohort.hints import closest
from twinpurify.cohort.simulation.synthetic import SyntheticSettings
from twinpurify.cohort.units.unit import ARRAY_QUANTITIES, Unit
from twinpurify.errors import ConfigurationError

Endpoint = Literal["os", "dss", "dfi", "pfi", "rfs"]
ColumnName = Literal["patient_id", "tissue", "subtype", "grade", "stage", "age", "sex", "batch"]
LabelName = Literal["subtype", "grade", "stage", "sex", "batch"]

ENDPOINTS: tuple[str, ...] = get_args(Endpoint)
LABELS: tuple[str, ...] = get_args(LabelName)

SourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class CohortDefinition(Settings):
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
        The sample sheet; by default the one that comes with the matrix.
    genes : GeneSettings
        How its identifiers become approved symbols.
    markers : MarkerGenes
        Genes that the quality page shows.
    mislabelled_normals : {'warn', 'leave_out'}
        What becomes of normals whose profile is that of a tumour.
    barcodes : BarcodeSettings, optional
        What is read out of sample ids that are barcodes: patient, tissue, duplicate aliquots.
    columns : dict
        Our column name -> the sheet's.
    purity : dict
        Source -> column with a published tumour fraction (0..1). The first is ``obs['purity']``.
    signals : dict
        Name -> column with a measured amount of immune cells or stroma, such as the leukocyte
        fraction.
    contrasts : list of Contrast
        Groups of tumours of which it is known which pathway differs.
    survival : dict
        Endpoint -> its columns and codes.
    tissue_values : TissueValues, optional
        Values of the tissue column; without, the words of the field's vocabulary are looked for.
    label_values : dict
        Label -> the list of its values that count, their value -> our value, or the name of a
        vocabulary (``pam50``, ``grade``, ``stage``).
    patient_id_pattern : str, optional
        Regular expression with one group, which cuts the patient out of the patient column (or of
        the sample id, when ``columns.patient_id`` is absent).
    require_normals : bool
        False for a cohort that is only transferred to.
    reference_normals : ReferenceNormals, optional
        Another cohort, whose normals serve where this one has none, or too few.
    synthetic : SyntheticSettings, optional
        Settings of the generator, for a simulated cohort.
    """

    title: str
    platform: Literal["rna_seq", "microarray"]
    unit: Unit
    expression: ExpressionTable
    samples: SampleTable = SampleTable()
    genes: GeneSettings = GeneSettings()
    markers: MarkerGenes = MarkerGenes()
    mislabelled_normals: Literal["warn", "leave_out"] = "warn"
    barcodes: BarcodeSettings | None = None
    columns: dict[ColumnName, str] = Field(default={})
    purity: dict[SourceName, str] = Field(default={})
    signals: dict[SourceName, str] = Field(default={})
    contrasts: list[Contrast] = Field(default=[])
    survival: dict[Endpoint, SurvivalEndpoint] = Field(default={})
    tissue_values: TissueValues | None = None
    label_values: dict[LabelName, Vocabulary | list[Code] | dict[Code, Code]] = Field(default={})
    patient_id_pattern: Annotated[str, cuts_out("the patient")] | None = None
    require_normals: bool = True
    reference_normals: ReferenceNormals | None = None
    synthetic: SyntheticSettings | None = None

    @model_validator(mode="after")
    def _platform_measures_the_quantity(self) -> CohortDefinition:
        is_array = self.platform == "microarray"
        if is_array != (self.unit.quantity in ARRAY_QUANTITIES):
            raise ValueError(
                f"platform {self.platform} doesn't measure {self.unit.quantity}: "
                "unit.quantity is intensity or log_ratio for a microarray, and only for one"
            )
        return self

    @model_validator(mode="after")
    def _tissue_can_be_told(self) -> CohortDefinition:
        has_column = "tissue" in self.columns
        if self.tissue_values is not None and not has_column:
            raise ValueError(
                "tissue_values (the values) needs columns.tissue (the column): set both, or "
                "neither when every sample is a tumour"
            )
        told = self.tissue_values.normal if self.tissue_values else has_column or self.barcodes
        if self.needs_own_normals and not told:
            raise ValueError(
                "require_normals is true, so columns.tissue (with tissue_values.normal, or words "
                "such as 'normal' in the column) or barcodes must say which samples are adjacent "
                "normals; name a cohort whose normals serve in reference_normals.cohort, or set "
                "require_normals: false for a cohort that is only transferred to"
            )
        return self

    @property
    def needs_own_normals(self) -> bool:
        """Whether nothing could be purified without normals of this very cohort."""
        return self.require_normals and self.reference_normals is None

    @field_validator("contrasts")
    @classmethod
    def _contrasts_differ(cls, contrasts: list[Contrast]) -> list[Contrast]:
        names = [contrast.name for contrast in contrasts]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"two contrasts are called {', '.join(doubled)}; rename one")
        return contrasts

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
        The file's top key, as ``check_name`` allows it.
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
    check_name(name)
    try:
        return CohortDefinition.model_validate(settings)
    except ValidationError as error:
        problems = "\n".join(f"  {_problem(name, found)}" for found in error.errors())
        raise ConfigurationError(f"{name}.yml doesn't define a cohort:\n{problems}") from error


def _problem(name: str, found: dict[str, Any]) -> str:
    keys = [str(part) for part in found["loc"] if part != "[key]"]
    message = found["msg"].removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        message = f"unknown key{closest(keys[-1], _keys(CohortDefinition))}"
    elif message.startswith("Input should be"):
        message += f", not {found['input']!r:.60}"
    return f"{'.'.join([name, *keys])}: {message}."


def _keys(kind: Any) -> set[str]:
    """List the keys of a model and of all that lie in it."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields
        return set(fields).union(*(_keys(field.annotation) for field in fields.values()))
    return set().union(*map(_keys, get_args(kind)))
