"""Settings of the gene sets: which collections there are, and how their files are laid out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from twinpurify.cohort.declaration.base import Settings, parse_each
from twinpurify.errors import ConfigurationError

# What decoupler can fetch.
DOWNLOADABLE = ("hallmark", "progeny")


class GeneSetCollection(Settings):
    """Where a collection of gene sets is, and which column is what.

    Parameters
    ----------
    path : str
        File, relative to the run's ``raw`` folder.
    format : {'auto', 'gmt', 'table'}
        ``auto`` takes a name that ends in ``.gmt`` (or ``.gmt.gz``) for GMT, and everything
        else for a table (CSV, TSV, parquet, feather).
    target_column : str, optional
        Of a table: the column of the genes, as symbols.
    source_column : str, optional
        Of a table: the column with the name of the set that a gene is in.
    name : str, optional
        In its place, for a plain list of genes: the name of the one set.
    weight_column : str, optional
        Of a table: the column of the weights. Without it every gene weighs 1.
    top : int, optional
        Genes of each set that are kept, those of the largest absolute weight.
    download : bool
        Let decoupler fetch ``hallmark`` or ``progeny`` where the file isn't there. It is
        fetched in every run; a file stays the same.
    """

    path: str
    format: Literal["auto", "gmt", "table"] = "auto"
    target_column: str | None = None
    source_column: str | None = None
    name: str | None = None
    weight_column: str | None = None
    top: Annotated[int, Field(ge=1)] | None = None
    download: bool = False

    @property
    def is_gmt(self) -> bool:
        """Whether the file is read as GMT."""
        if self.format == "auto":
            return re.search(r"\.gmt(\.gz|\.zst)?$", self.path, re.IGNORECASE) is not None
        return self.format == "gmt"

    @model_validator(mode="after")
    def _columns_fit_the_format(self) -> GeneSetCollection:
        columns = {
            key: getattr(self, key)
            for key in ("target_column", "source_column", "name", "weight_column", "top")
            if getattr(self, key) is not None
        }
        if self.is_gmt and columns:
            raise ValueError(f"{', '.join(columns)} are for tables, and {self.path} is read as GMT")
        if not self.is_gmt and self.target_column is None:
            raise ValueError(
                f"{self.path} is read as a table, which needs target_column, the genes"
            )
        if not self.is_gmt and (self.source_column is None) == (self.name is None):
            raise ValueError(
                "a table needs either source_column (which set a gene is in) or name (when all "
                "its genes are one set)"
            )
        if self.top is not None and self.weight_column is None:
            raise ValueError("top keeps the genes of the largest weight, so it needs weight_column")
        return self


def parse_gene_sets(settings: Mapping[str, Any]) -> dict[str, GeneSetCollection]:
    """Turn the section ``gene_sets`` into settings, with errors that name the key.

    Parameters
    ----------
    settings : mapping
        Collection -> its settings.

    Returns
    -------
    dict of str to GeneSetCollection

    Raises
    ------
    ConfigurationError
        A key is unknown, missing or wrong, or a collection can't be downloaded.
    """
    place = "parameters of the gene sets: "
    collections = parse_each(GeneSetCollection, settings, place, "gene_sets")
    for name, collection in collections.items():
        if collection.download and name not in DOWNLOADABLE:
            raise ConfigurationError(
                f"gene_sets.{name}.download is true, but only {' and '.join(DOWNLOADABLE)} can be "
                f"downloaded. Place the file by hand and name it in gene_sets.{name}.path."
            )
    return collections
