"""What must hold of identifiers and tissues before a matrix and a sheet become a cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.errors import BackgroundError, CohortError, listed

MINIMUM_NORMALS = 3
MINIMUM_TUMOURS = 20


def check_unique(names: pd.Index, what: str, error: type[CohortError], remedy: str) -> None:
    """Refuse missing and doubled identifiers, since every join goes by them.

    Parameters
    ----------
    names : Index
        Sample ids or genes.
    what : str
        Their name in the message, for example ``sample ids of the sample sheet``.
    error : type of CohortError
        The kind of error.
    remedy : str
        A sentence that says how to mend it.

    Raises
    ------
    CohortError
        An identifier is missing or stands twice; of the type `error`.
    """
    check_named(names, what, error, remedy)
    doubled = names[names.duplicated()].unique()
    if len(doubled):
        raise error(f"The {what} stand twice or more: {listed(doubled)}. {remedy}")


def check_named(names: pd.Index, what: str, error: type[CohortError], remedy: str) -> None:
    """Refuse missing identifiers, as `check_unique` does; these may stand twice."""
    missing = names.isna() | (names == "")
    if missing.any():
        rows = np.flatnonzero(missing) + 1
        raise error(f"The {what} are missing at positions {listed(rows)}. {remedy}")


def check_tissues(obs: pd.DataFrame, definition: CohortDefinition) -> None:
    """Refuse a cohort with too few tumours, or without the normals that it needs.

    Parameters
    ----------
    obs : DataFrame
        Validated sample sheet.
    definition : CohortDefinition
        Whether normals are required.

    Raises
    ------
    BackgroundError
        There is no normal, or there are fewer than 3, where normals are required.
    CohortError
        There are fewer than 20 tumours.
    """
    n_tumours = int((obs["tissue"] == "tumour").sum())
    n_normals = int((obs["tissue"] == "normal").sum())
    if n_tumours < MINIMUM_TUMOURS:
        raise CohortError(
            f"The cohort has {n_tumours} tumours with a profile; at least {MINIMUM_TUMOURS} are "
            "needed. Check tissue_values.tumour, or pool it with another cohort of its platform."
        )
    if definition.needs_own_normals and n_normals < MINIMUM_NORMALS:
        raise BackgroundError(
            f"The cohort has {n_normals or 'no'} adjacent normals with a profile; at least "
            f"{MINIMUM_NORMALS} are needed, since they show what is to be removed. Add normals of "
            "the same tissue and platform, check tissue_values.normal, name a cohort whose normals "
            "serve instead in reference_normals.cohort, or set require_normals: false if this "
            "cohort is only transferred to."
        )
