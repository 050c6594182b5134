"""Methods fitted again: on fewer normals, or from another seed."""

from typing import Any, NamedTuple

import pandas as pd
from sklearn.base import clone

from twinpurify.evaluation.declaration.registry import questions
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.method import Method


class Variant(NamedTuple):
    """How a fit differs from that of the method itself.

    Attributes
    ----------
    n_normals : int or None
        Training patients whose normals are used, one of each; None for all normals.
    seed : int or None
        None for the method's own.
    """

    n_normals: int | None = None
    seed: int | None = None

    @property
    def key(self) -> str:
        """Name of the fit, which may also be that of a folder."""
        return f"seed_{self.seed}" if self.n_normals is None else f"normals_{self.n_normals}"


def normal_variants(method: Method, data: SplitData, settings: EvaluationSettings) -> list[Variant]:
    """Fits on ever more normals; none beyond the splits that are fitted again.

    Parameters
    ----------
    method : Method
        Fitted or not.
    data : SplitData
    settings : EvaluationSettings
        ``normal_counts``, ``refit_splits`` and ``refit_methods`` are used.

    Returns
    -------
    list of Variant

    Raises
    ------
    UnanswerableError
        If the method uses no normals or isn't fitted again, or there are too few normals.
    """
    if data.split >= settings.refit_splits:
        return []
    if not getattr(method, "uses_background", False):
        raise UnanswerableError(f"{method.name} uses no normals")
    _check_chosen(method, settings)
    present = data.train_normals_obs["patient_id"].nunique()
    counts = [count for count in settings.normal_counts if count < present]
    if not counts:
        raise UnanswerableError(
            f"{present} training patients have a normal: none of the numbers to try is smaller "
            "(setting normal_counts)"
        )
    return [Variant(n_normals=count) for count in counts]


def seed_variants(method: Method, data: SplitData, settings: EvaluationSettings) -> list[Variant]:
    """Fits from the seeds that follow the method's own; none beyond the splits fitted again.

    Parameters
    ----------
    method : Method
        Fitted or not.
    data : SplitData
    settings : EvaluationSettings
        ``stability_seeds``, ``refit_splits`` and ``refit_methods`` are used.

    Returns
    -------
    list of Variant

    Raises
    ------
    UnanswerableError
        If the method has no seed or isn't fitted again.
    """
    if data.split >= settings.refit_splits:
        return []
    if not hasattr(method, "seed"):
        raise UnanswerableError(f"{method.name} has no seed: it always gives the same embedding")
    _check_chosen(method, settings)
    return [Variant(seed=method.seed + 1 + step) for step in range(settings.stability_seeds)]


def wanted_variants(method: Method, data: SplitData, settings: EvaluationSettings) -> list[Variant]:
    """All fits that the chosen questions will ask for, to make them beforehand.

    Parameters
    ----------
    method : Method
        Fitted or not.
    data : SplitData
    settings : EvaluationSettings

    Returns
    -------
    list of Variant
    """
    wanted: list[Variant] = []
    for key, question in questions().items():
        if key in settings.tasks and question.variants is not None:
            try:
                wanted += question.variants(method, data, settings)
            except UnanswerableError:
                # The question itself says why.
                continue
    return wanted


def fit_variant(method: Method, data: SplitData, variant: Variant) -> Method:
    """Fit a method again as a variant says.

    Parameters
    ----------
    method : Method
        Fitted or not; it stays as it is.
    data : SplitData
    variant : Variant

    Returns
    -------
    Method
    """
    changed = {} if variant.seed is None else {"seed": variant.seed}
    normals = None if variant.n_normals is None else some_normals(data, variant.n_normals)
    return fit_again(method, data, normals, **changed)


def fit_again(
    method: Method, data: SplitData, background: pd.DataFrame | None = None, **parameters: Any
) -> Method:
    """Fit a method of the same class on the same training tumours, and keep no checkpoint.

    Parameters
    ----------
    method : Method
        Fitted or not; it stays as it is.
    data : SplitData
    background : DataFrame, normals × genes, optional
        log2(x + 1); all training normals by default.
    **parameters
        Those to change.

    Returns
    -------
    Method

    Raises
    ------
    UnanswerableError
        If it isn't a method that can be fitted.
    """
    if not hasattr(method, "get_params"):
        raise UnanswerableError(f"{method.name} can't be fitted again")
    # A clone has the parameters alone, and so no folder of checkpoints.
    fresh = clone(method).set_params(**parameters)
    if hasattr(fresh, "show_progress"):
        fresh.show_progress = False
    normals = data.train_normals if background is None else background
    return fresh.fit(data.train_tumours, background=None if normals.empty else normals)


def some_normals(data: SplitData, n_patients: int) -> pd.DataFrame:
    """Draw normals of random training patients, one each; fewer are among more.

    Parameters
    ----------
    data : SplitData
    n_patients : int

    Returns
    -------
    DataFrame, normals × genes
        log2(x + 1).
    """
    patients = data.train_normals_obs["patient_id"].astype(str)
    one_each = data.train_normals.loc[~patients.duplicated().to_numpy()]
    order = data.rng("few normals").permutation(len(one_each))
    return one_each.iloc[order[:n_patients]]


def _check_chosen(method: Method, settings: EvaluationSettings) -> None:
    """Refuse to spend time on methods that nobody chose for it."""
    if method.name not in settings.refit_methods:
        raise UnanswerableError(
            f"{method.name} isn't fitted again (setting refit_methods: "
            f"{', '.join(settings.refit_methods) or 'none'})"
        )
