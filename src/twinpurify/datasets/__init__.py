"""Cohorts to try things on; and, under their former names, the datasets of Kedro."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

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
