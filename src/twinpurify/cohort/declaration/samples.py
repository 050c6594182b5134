"""Settings of the sample sheet: what its columns and their values mean."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from twinpurify.cohort.declaration.base import Settings, refuse_shared
from twinpurify.cohort.declaration.names import CohortName

TimeUnit = Literal["days", "weeks", "months", "years"]
Vocabulary = Literal["pam50", "grade", "stage"]


def _refuse_boolean(value: Any) -> Any:
    """YAML reads an unquoted yes, no, on or off as a truth value, which no table contains."""
    if isinstance(value, bool):
        raise ValueError(
            f'YAML read this code as {value}: put it in quotes, for example "yes" or "no"'
        )
    return value


Code = Annotated[str, BeforeValidator(_refuse_boolean)]


class SurvivalEndpoint(Settings):
    """Which columns hold the follow-up of one endpoint, and what their values mean.

    Parameters
    ----------
    time, event : str
        Columns of the sample sheet.
    time_unit : {'days', 'weeks', 'months', 'years'}
        Unit of the time column; the cohort keeps days.
    event_values, censored_values : list of str
        Codes of the event column that mean "it happened" and "not until then".
    competing_values : list of str
        Codes of another event that precludes this one, such as death of other causes; these
        patients are censored at its time, and the log counts them.
    """

    time: str
    event: str
    time_unit: TimeUnit
    event_values: list[Code] = Field(min_length=1)
    censored_values: list[Code] = Field(min_length=1)
    competing_values: list[Code] = Field(default=[])

    @model_validator(mode="after")
    def _codes_are_disjoint(self) -> SurvivalEndpoint:
        refuse_shared(
            event_values=self.event_values,
            censored_values=self.censored_values,
            competing_values=self.competing_values,
        )
        return self


class Contrast(Settings):
    """Two groups of tumours, and the pathway that is known to differ between them.

    Parameters
    ----------
    name : str
        Name of the contrast; it has to mean the same in all cohorts that have it.
    column : str
        ``subtype``, ``grade`` or ``stage`` of the cohort, or a column of the sample sheet.
    positive, negative : list of str
        Values of the tumours in which the pathway is more active, and less.
    collection, pathway : str
        Collection of gene sets (parameters ``gene_sets``), and the name of the set in it.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    column: str
    positive: list[Code] = Field(min_length=1)
    negative: list[Code] = Field(min_length=1)
    collection: str
    pathway: str

    @model_validator(mode="after")
    def _values_are_disjoint(self) -> Contrast:
        refuse_shared(positive=self.positive, negative=self.negative)
        return self


class TissueValues(Settings):
    """Which values of the tissue column mean tumour and adjacent normal; others are dropped.

    Parameters
    ----------
    tumour, normal : list of str
        Values of the sample sheet.
    """

    tumour: list[Code] = Field(min_length=1)
    normal: list[Code] = Field(default=[])

    @model_validator(mode="after")
    def _values_are_disjoint(self) -> TissueValues:
        refuse_shared(tumour=self.tumour, normal=self.normal)
        return self


class ReferenceNormals(Settings):
    """Whose normals show what is to be removed, where a cohort has none or too few of its own.

    Parameters
    ----------
    cohort : str
        Another cohort with tumours and normals of the same tissue: a file of conf/base/cohorts.
    """

    cohort: CohortName


class BarcodeSettings(Settings):
    """What is read out of sample ids that are barcodes.

    Parameters
    ----------
    scheme : {'tcga'}
        TCGA: patient, tissue, vial, portion, analyte, plate.
    column : str, optional
        Column of the sheet that holds the barcodes; by default the sample ids.
    duplicates : {'keep_best', 'keep_all', 'error'}
        What becomes of several aliquots of one sample of a patient. ``keep_best`` prefers the
        analyte of RNA-seq (H, then R, then T), then the highest portion and plate, as the Broad
        Institute's GDAC does.
    """

    scheme: Literal["tcga"] = "tcga"
    column: str | None = None
    duplicates: Literal["keep_best", "keep_all", "error"] = "keep_best"
