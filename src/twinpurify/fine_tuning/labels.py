"""Labels and patients as a classifier takes them: checked, one a sample."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from twinpurify.errors import SampleSheetError, listed


def check_labels(labels: Any, n_samples: int) -> np.ndarray:
    """Turn labels into an array, of the type that they have.

    Parameters
    ----------
    labels : sequence, shape (samples,)
        Numbers, texts or truth values.
    n_samples : int

    Raises
    ------
    SampleSheetError
        If they are more or fewer than the samples, some are missing, they mix texts and numbers,
        or fewer than two differ.
    """
    checked = _one_each(labels, n_samples, "labels")
    missing = pd.isna(checked)
    if missing.any():
        raise SampleSheetError(
            f"{int(missing.sum())} of {n_samples} labels are missing; pass labelled samples alone"
        )
    kinds = sorted({pd.api.types.infer_dtype([each]) for each in checked})
    if len(kinds) > 1 or kinds[0] not in ("string", "integer", "floating", "boolean"):
        raise SampleSheetError(
            f"labels of the types {listed(kinds)}; pass texts, numbers or truth values, of one type"
        )
    found = np.unique(checked)
    if len(found) < 2:
        raise SampleSheetError(f"all labels are {str(found[0])!r}; a classifier needs two classes")
    return checked


def check_patients(patients: Any, n_samples: int, order: Sequence[int]) -> np.ndarray:
    """Name the patient of each sample; each sample is a patient of its own where none are given.

    Parameters
    ----------
    patients : sequence or None
        Names, one a sample.
    n_samples : int
    order : sequence of int
        The order in which the samples are wanted.

    Returns
    -------
    array of str, shape (samples,)

    Raises
    ------
    SampleSheetError
        If they are more or fewer than the samples, or some are missing.
    """
    if patients is None:
        return np.arange(n_samples).astype(str)
    checked = _one_each(patients, n_samples, "patients (groups)")
    missing = pd.isna(checked)
    if missing.any():
        raise SampleSheetError(
            f"{int(missing.sum())} of {n_samples} patients (groups) are missing; without them no "
            "split can keep the samples of a patient together"
        )
    return checked.astype(str)[order]


def _one_each(values: Any, n_samples: int, name: str) -> np.ndarray:
    """Check that there is one value a sample."""
    found = np.asarray(values)
    if found.shape != (n_samples,):
        raise SampleSheetError(
            f"{name} of shape {found.shape} for {n_samples} samples; pass one a sample"
        )
    return found
