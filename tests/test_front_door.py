"""What `import twinpurify as tp` offers, and that it is loaded when it is asked for."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

import twinpurify as tp
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.registry import METHODS
from twinpurify.serving.loading import load_model

HEAVY = ("anndata", "kedro", "mlflow", "numpy", "pandas", "plotly", "pydantic", "sklearn", "torch")


def loaded_after(code: str) -> set[str]:
    """Which heavy packages a fresh process has loaded."""
    shown = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_an_import_loads_nothing_heavy():
    assert loaded_after("import twinpurify as tp; dir(tp)") == set()


def test_a_part_loads_what_it_needs_and_no_kedro():
    found = loaded_after("import twinpurify as tp; tp.pp, tp.tl, tp.pl, tp.datasets, tp.METHODS")
    assert {"numpy", "pandas", "sklearn", "plotly"} <= found
    assert "kedro" not in found


def test_all_that_is_named_is_there():
    assert set(tp.__all__) == {*tp._MODULES, *tp._OBJECTS}
    assert dir(tp) == sorted([*tp.__all__, "__version__"])
    for name in tp.__all__:
        assert getattr(tp, name) is getattr(tp, name)


def test_names_are_those_of_the_library():
    assert tp.TwinPurify is TwinPurify
    assert tp.METHODS is METHODS
    assert tp.load is load_model
    assert tp.METHODS["twinpurify"] is tp.TwinPurify
    assert all(isinstance(getattr(tp, name), ModuleType) for name in tp._MODULES)


def test_the_version_is_that_of_what_is_installed():
    assert tp.__version__ == version("twinpurify")


def test_what_is_not_offered_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'twinpurify' has no attribute 'purifi'"):
        _ = tp.purifi


def test_a_type_checker_is_told_of_every_name():
    """The names that are loaded late stand as imports for who only reads the file."""
    tree = ast.parse(Path(tp.__file__).read_text(encoding="utf-8"))
    (told,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    assert names == set(tp.__all__)
    for node in imports:
        for alias in node.names:
            if node.module != "twinpurify":
                assert tp._OBJECTS[alias.asname or alias.name] == (node.module, alias.name)
