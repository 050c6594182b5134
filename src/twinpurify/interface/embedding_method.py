"""The interface that TwinPurify and all its rivals share: a scikit-learn transformer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import BackgroundError, ConfigurationError, ExpressionError, listed
from twinpurify.extras import naming_extras
from twinpurify.interface.presentation import Presentation
from twinpurify.interface.profiles import as_profiles, select_genes
from twinpurify.interface.stored_profiles import StoredProfiles, gene_moments, is_stored
from twinpurify.parameters import check_parameters, parameters_model
from twinpurify.persistence import write_model

if TYPE_CHECKING:
    from torch import nn

MINIMUM_NORMALS = 2
MINIMUM_TUMOURS = 3
# Float64 moments of so many tumours at a time, not of a copy of all.
MOMENT_ROWS = 256


class EmbeddingMethod(TransformerMixin, BaseEstimator, ABC):
    """Maps a tumour profile to an embedding; what is fitted comes from the training tumours.

    A subclass states its parameters in a typed ``__init__``, computes in ``_fit`` and ``_embed``,
    names its fitted arrays in ``_arrays``, and says in ``presentation`` what readers call it.

    Attributes
    ----------
    genes_ : array of str, shape (genes,)
        Genes of the training profiles, in order.
    gene_mean_, gene_scale_ : array, shape (genes,)
        Mean and standard deviation of each gene over the training tumours, log2(x + 1).
    n_dimensions_ : int
        Width of the embedding.
    """

    name: ClassVar[str]
    presentation: ClassVar[Presentation]
    uses_background: ClassVar[bool] = False
    _arrays: ClassVar[tuple[str, ...]] = ()

    @naming_extras()
    def fit(self, X: Any, y: Any = None, *, background: Any = None) -> Self:
        """Fit the method on training tumours and, where it uses them, adjacent normals.

        Parameters
        ----------
        X : AnnData, DataFrame or array, shape (tumours, genes)
            Training tumours, log2(x + 1). TwinPurify and networks also take an AnnData whose
            matrix stays in its file (``anndata.read_h5ad(path, backed="r")``), and read it in turn.
        y : None
            Ignored; there so that scikit-learn pipelines can call.
        background : AnnData, DataFrame or array, shape (normals, genes), optional
            Adjacent normals of training patients, log2(x + 1).

        Raises
        ------
        ConfigurationError
            If a parameter is of the wrong type or out of range.
        ExpressionError
            If a matrix is malformed or holds too few tumours.
        BackgroundError
            If the method needs normals and there are none, too few, or they lack genes.
        """
        check_parameters(type(self), self.get_params(deep=False))
        tumours = StoredProfiles(X) if is_stored(X) else as_profiles(X)
        if len(tumours) < MINIMUM_TUMOURS:
            raise ExpressionError(f"{len(tumours)} tumours; at least {MINIMUM_TUMOURS} are needed")
        normals = self._background(background, tumours.columns)
        self.genes_ = tumours.columns.to_numpy(dtype=object)
        if isinstance(tumours, StoredProfiles):
            self._fit_stored(tumours, normals)
            values = tumours.read(slice(0, 2))
        else:
            values = tumours.to_numpy()
            self._fit_moments(np.array_split(values, -(-len(values) // MOMENT_ROWS)))
            self._fit(values, normals)
        self.n_dimensions_ = int(self._embed(values[:2]).shape[1])
        return self

    def _fit_moments(self, blocks: Iterable[np.ndarray]) -> None:
        """Take mean and scale of each gene, a block of tumours at a time."""
        mean, scale = gene_moments(blocks)
        self.gene_mean_ = mean.astype(np.float32)
        # A gene that doesn't vary among the training tumours carries nothing: it stays at zero.
        self.gene_scale_ = np.where(scale > 1e-6, scale, np.inf).astype(np.float32)

    def _fit_stored(self, tumours: StoredProfiles, normals: np.ndarray | None) -> None:
        """Fit on tumours in a file; a method that can't says so."""
        raise ExpressionError(
            f"{self.name} needs its training tumours in memory: pass X.to_memory(); twinpurify "
            "and networks take a file"
        )

    @naming_extras()
    def transform(self, X: Any) -> np.ndarray:
        """Embed profiles, each on its own: a batch gives what its samples would give alone.

        Parameters
        ----------
        X : AnnData, DataFrame or array, shape (samples, genes)
            Profiles, log2(x + 1). A table may hold further genes and any order of genes. The
            matrix of an AnnData may stay in its file, and is then embedded in blocks.

        Returns
        -------
        array, shape (samples, n_dimensions_), float32

        Raises
        ------
        GeneMismatchError
            If genes of the model are missing.
        """
        if is_stored(X):
            check_is_fitted(self, "genes_")
            parts = [self._embed(block) for block in StoredProfiles(X, self.genes_).blocks()]
            return np.concatenate(parts).astype(np.float32, copy=False)
        return self._embed(self._values(X)).astype(np.float32, copy=False)

    @naming_extras()
    def as_module(self) -> "nn.Module":
        """Give the fitted embedding as a torch module, to be trained further.

        Returns
        -------
        nn.Module
            From profiles (samples, genes_), log2(x + 1), float32, to what ``transform`` gives of
            them; on the CPU, in evaluation mode, with weights of its own.

        Raises
        ------
        ConfigurationError
            If gradients can't pass through the method.
        """
        check_is_fitted(self, "genes_")
        return self._module().eval()

    def _module(self) -> "nn.Module":
        """Set up the module; a method that can't says so."""
        raise ConfigurationError(
            f"{self.name} can't be trained further, since no gradient passes through it; keep its "
            "encoder 'frozen', or take twinpurify, a network such as autoencoder, or a linear "
            "method such as pca"
        )

    def save(self, folder: Path) -> None:
        """Store the fitted method as model.json and model.safetensors in a folder."""
        check_is_fitted(self, "genes_")
        write_model(folder, self.describe(), self._state())

    def describe(self) -> dict[str, Any]:
        """State in JSON-able form what was fitted: method, parameters, genes, unit."""
        return {
            "method": self.name,
            "parameters": parameters_model(type(self))(**self.get_params(deep=False)).model_dump(),
            "unit": {"scale": "log2", "offset": 1.0},
            "n_dimensions": self.n_dimensions_,
            "genes": [str(gene) for gene in self.genes_],
        }

    @classmethod
    def restore(cls, description: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        """Rebuild a fitted method from what ``save`` stored."""
        method = cls(**description["parameters"])
        method.genes_ = np.array(description["genes"], dtype=object)
        method.n_dimensions_ = int(description["n_dimensions"])
        method._restore_state(arrays)
        return method

    def _values(self, X: Any) -> np.ndarray:
        """Check profiles and bring their genes into the model's order."""
        check_is_fitted(self, "genes_")
        values = select_genes(as_profiles(X, self.genes_), self.genes_)
        # Products are rounded by how a matrix lies in memory, which may not tell in the embedding.
        return np.ascontiguousarray(values)

    def _standardize(self, values: np.ndarray) -> np.ndarray:
        """Centre and scale genes by the training tumours."""
        return (values - self.gene_mean_) / self.gene_scale_

    def _background(self, background: Any, genes: pd.Index) -> np.ndarray | None:
        """Check the normals of a method that uses them."""
        if not self.uses_background:
            return None
        if background is None:
            raise BackgroundError(
                f"{self.name} needs adjacent normals: pass background=, or, in a pipeline, give "
                "the cohort normals (columns.tissue and tissue_values.normal of its definition) or "
                "name a cohort that has some (reference_normals.cohort)"
            )
        normals = as_profiles(background, genes.to_numpy(dtype=object))
        missing = genes.difference(normals.columns)
        if len(missing) or len(normals) < MINIMUM_NORMALS:
            lacking = f": {listed(missing)}" if len(missing) else ""
            raise BackgroundError(
                f"{len(normals)} normals, of which {MINIMUM_NORMALS} are needed at least; "
                f"they lack {len(missing)} of the tumours' {len(genes)} genes{lacking}"
            )
        return normals.loc[:, genes].to_numpy()

    def _state(self) -> dict[str, np.ndarray]:
        """Collect the fitted arrays under their attribute names."""
        names = ("gene_mean_", "gene_scale_", *self._arrays)
        return {name: np.asarray(getattr(self, name)) for name in names}

    def _restore_state(self, arrays: dict[str, np.ndarray]) -> None:
        """Put stored arrays back under their attribute names, checked against the genes."""
        if len(arrays["gene_mean_"]) != len(self.genes_):
            raise ValueError(f"{len(self.genes_)} genes, {len(arrays['gene_mean_'])} means")
        for name in ("gene_mean_", "gene_scale_", *self._arrays):
            setattr(self, name, arrays[name])

    @abstractmethod
    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        """Fit on float32 matrices samples × genes, log2(x + 1)."""

    @abstractmethod
    def _embed(self, values: np.ndarray) -> np.ndarray:
        """Embed a float32 matrix samples × genes_, log2(x + 1)."""
