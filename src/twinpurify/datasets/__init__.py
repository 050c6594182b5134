"""Cohorts to try things on; and, under their former names, the datasets of Kedro."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anndata import AnnData

# The definition of the cohort of the quick start (conf/base/cohorts/demo.yml), but for its
# generator's settings.
_DEFINITION: dict[str, Any] = {
    "title": "Simulated breast cancer cohort",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
    "expression": {
        "path": "demo/expression.parquet",
        "format": "auto",
        "orientation": "samples_in_rows",
    },
    "samples": {"path": "demo/samples.csv", "format": "auto", "id_column": "sample"},
    "markers": {"tumour": ["TOP2A", "COL11A1"], "normal": ["ADIPOQ", "PLIN1"]},
    "columns": {
        "patient_id": "patient_id",
        "tissue": "tissue",
        "subtype": "subtype",
        "grade": "grade",
        "stage": "stage",
        "age": "age",
        "batch": "batch",
    },
    "tissue_values": {"tumour": ["tumour"], "normal": ["normal"]},
    "label_values": {
        "subtype": ["LumA", "LumB", "Her2", "Basal"],
        "grade": ["1", "2", "3"],
    },
    "purity": {"absolute": "absolute_purity"},
    "survival": {
        "os": {
            "time": "os_time",
            "event": "os_event",
            "time_unit": "days",
            "event_values": ["1"],
            "censored_values": ["0"],
        }
    },
    "require_normals": True,
}


def simulated(**settings: Any) -> AnnData:
    """Simulate a cohort whose truth is known: that of the quick start, or one of another size.

    Parameters
    ----------
    **settings
        Those of the generator, by default ``n_tumours=400, n_normals=60, n_matched_normals=40,
        n_genes=2000, seed=20260``; all are in docs/parameters.md (``synthetic``).

    Returns
    -------
    AnnData, samples × genes
        log2(TPM + 1), as ``tp.read`` gives a cohort, and the truth: ``layers["true_profile"]``,
        each tumour at tumour fraction 1, and in obs ``true_purity, true_programme,
        true_normal_fraction, true_immune_fraction, true_stroma_fraction``; NaN for normals.

    Raises
    ------
    ConfigurationError
        A setting is unknown or out of range.
    """
    from twinpurify.io.cohort_files import read

    return read({"demo": {**_DEFINITION, "synthetic": settings}})


def __dir__() -> list[str]:
    """Name what is offered; the former names of modules aren't."""
    return ["simulated"]


# Stored catalogs name classes of Kedro datasets below this package, where they were until they
# got one of their own. Their former module: the present one.
_MOVED = {
    "anndata_dataset": "anndata_dataset",
    "atomic": "atomic",
    "figure": "figure",
    "files": "files",
    "folders": "folders",
    "gene_sets": "gene_sets",
    "mixtures": "mixtures",
    "model_folder": "models",
    "models": "models",
    "normalizers": "normalizers",
    "profile_tables": "profile_tables",
    "raw_tables": "raw_tables",
    "resources": "resources",
    "tables": "tables",
}


class _Moved(ModuleType):
    """Stands for a module that has moved, and loads it when something of it is asked for."""

    def __init__(self, name: str, present: str) -> None:
        super().__init__(name, f"Moved to ``{present}``.")
        self._present = present

    def __getattr__(self, name: str) -> Any:
        # Tools look at such names of every loaded module, and mean none of them.
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(import_module(self._present), name)
        warnings.warn(
            f"{self.__name__}.{name} is now {self._present}.{name}: write that in your catalog",
            FutureWarning,
            stacklevel=2,
        )
        return found


for _former, _present in _MOVED.items():
    _name = f"{__name__}.{_former}"
    sys.modules[_name] = _Moved(_name, f"twinpurify.kedro_datasets.{_present}")
