"""The script of docs/large_trainings.md, started as the page says."""

import re
import subprocess
import sys
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

from twinpurify.representation.registry import load_method

from .tables import DOCS

PAGE = (DOCS / "large_trainings.md").read_text(encoding="utf-8")


def block(language: str, word: str) -> str:
    """The block of code of a language with a word in it."""
    found = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
    return next(text for own, text in found if own == language and word in text)


def write_cohort(folder: Path) -> ad.AnnData:
    """A small cohort under the name that the page has."""
    rng, tissue = np.random.default_rng(0), ["tumour"] * 32 + ["normal"] * 8
    cohort = ad.AnnData(
        rng.gamma(4.0, 1.5, (40, 80)).astype(np.float32),
        obs=pd.DataFrame({"tissue": tissue}, index=[f"s{i}" for i in range(40)]),
        var=pd.DataFrame(index=[f"g{i}" for i in range(80)]),
    )
    cohort.write_h5ad(folder / "cohort.h5ad")
    return cohort


def test_the_script_trains_in_two_processes(tmp_path):
    (tmp_path / "train.py").write_text(block("python", "init_process_group"), encoding="utf-8")
    cohort = write_cohort(tmp_path)
    command = block("", "torchrun").split()
    assert command[0] == "torchrun"
    call = [sys.executable, "-m", "torch.distributed.run", "--standalone", *command[1:]]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    network = load_method(tmp_path / "model")
    assert network.history_["step"].iloc[-1] == 100
    assert network.transform(cohort).shape == (40, 64)


def test_the_example_trains_on_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_cohort(tmp_path)
    names = {}
    exec(block("python", "backed"), names)
    assert names["cohort"].isbacked
    assert names["embedding"].shape == (40, 64)
