"""What an AnnData that somebody hands in has to say of itself, whoever made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, SampleSheetError, listed

if TYPE_CHECKING:
    from anndata import AnnData

TISSUES = ("tumour", "normal")


def require_samples(cohort: AnnData, columns: Sequence[str] = ("tissue",)) -> None:
    """Check that the sample sheet has what a computation needs.

    Parameters
    ----------
    cohort : AnnData
    columns : sequence of str
        Of obs; of ``tissue`` the values are checked too.

    Raises
    ------
    SampleSheetError
        If a column is missing, or a tissue is neither ``tumour`` nor ``normal``.
    """
    missing = [column for column in columns if column not in cohort.obs]
    if missing:
        raise SampleSheetError(
            f"adata.obs lacks {listed(missing)}; it has {listed(cohort.obs.columns, 20)}. "
            "`tissue` says which samples are 'tumour' and which 'normal', `patient_id` whose they "
            "are; tp.read makes both"
        )
    others = sorted(set(cohort.obs["tissue"].astype(str)) - set(TISSUES))
    if others:
        raise SampleSheetError(
            f"adata.obs['tissue'] holds {listed(others)}; it can be 'tumour' or 'normal'. Rename "
            "these, or leave out the samples of other tissue"
        )


def unit_of(cohort: AnnData) -> Unit:
    """Read what the numbers of an AnnData are.

    Returns
    -------
    Unit

    Raises
    ------
    ConfigurationError
        If it doesn't say so, or says what is no unit.
    """
    declared = cohort.uns.get("unit")
    if declared is None:
        raise ConfigurationError(
            "adata.uns['unit'] is missing; it says what the numbers are, such as {'quantity': "
            "'counts', 'scale': 'linear'}, or of log2(TPM + 1) {'quantity': 'tpm', 'scale': "
            "'log2', 'offset': 1.0}"
        )
    try:
        return Unit(**declared)
    except (ValidationError, TypeError) as error:
        raise ConfigurationError(f"adata.uns['unit'] is {declared!r}: {error}") from error


def require_log2(cohort: AnnData) -> None:
    """Refuse numbers that say of themselves that they are no log2(x + 1).

    An AnnData without a unit is taken at its word; the values themselves are checked later.

    Raises
    ------
    ConfigurationError
        If the unit is another.
    """
    if cohort.uns.get("unit") is None:
        return
    unit = unit_of(cohort)
    if unit.scale != "log2" or unit.offset != 1.0:
        raise ConfigurationError(
            f"adata is in {unit.describe()}, and methods take log2(x + 1): "
            "tp.pp.normalize(adata) brings it there"
        )
