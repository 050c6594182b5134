"""The examples of docs/python.md run, and none of the front door is forgotten."""

import re

import numpy as np
import plotly.graph_objects as go

import twinpurify as tp
from twinpurify.cohort.units.unit import Unit

from .tables import DOCS

PAGE = (DOCS / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_examples_run_one_after_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in BLOCKS:
        exec(block, names)
    np.testing.assert_array_equal(names["embedding"], names["purified"].obsm["X_twinpurify"])
    assert names["mine"].shape == (140, 400)
    # The same samples, read from a table and brought up by the stored steps.
    np.testing.assert_allclose(
        names["new"].obs["purity_estimate"],
        names["purified"].obs.loc[names["new"].obs_names, "purity_estimate"],
        atol=1e-4,
    )
    assert set(names["found"].summary["method"]) == {"raw", "twinpurify"}
    last = [line.partition("#")[0] for line in BLOCKS[-1].splitlines()]
    assert all(isinstance(eval(line, names), go.Figure) for line in last)


def test_every_function_is_explained():
    offered = [name for name in tp.__all__ if name not in ("pp", "tl", "pl", "datasets")]
    offered += [f"{part}.{name}" for part in ("pp", "pl") for name in getattr(tp, part).__all__]
    offered += ["tl.purify", "tl.score", "tl.evaluate", "datasets.simulated"]
    assert [name for name in offered if f"tp.{name}" not in PAGE] == []


def test_every_unit_of_the_table_is_one():
    for said in re.findall(r"`(\{\"quantity\".*?\})`", PAGE):
        Unit(**eval(said))
