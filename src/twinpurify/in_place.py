"""Functions of the library that return a new AnnData, made to change the one they are handed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anndata import AnnData


def give_back(adata: AnnData, result: AnnData, copy: bool) -> AnnData | None:
    """Return a result, or put it into the place of what it was computed from.

    Parameters
    ----------
    adata : AnnData
        What was handed in; written to unless a copy is wanted.
    result : AnnData
        It may have other genes.
    copy : bool

    Returns
    -------
    AnnData or None
        None when `adata` was written to.
    """
    if copy:
        return result
    # The number of genes changes, for which anndata has no public function; scanpy does the same.
    adata._init_as_actual(result)
    return None
