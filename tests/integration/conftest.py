"""A project folder of the test's own, a second cohort as a user's files, and one finished run."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort

ROOT = Path(__file__).resolve().parents[2]
N_LACKING = 20

CLINIC = {
    "title": "A clinic's own cohort",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "linear"},
    "expression": {
        "path": "clinic/expression.csv.gz",
        "orientation": "genes_in_rows",
        "id_column": "gene",
        "drop_columns": ["description"],
    },
    "samples": {"path": "clinic/samples.tsv", "id_column": "profile"},
    "columns": {"patient_id": "case", "tissue": "kind", "subtype": "pam50"},
    "tissue_values": {"tumour": ["T"], "normal": ["N"]},
    "label_values": {"subtype": {"lumA": "LumA", "lumB": "LumB", "basal": "Basal"}},
    "purity": {"absolute": "abs"},
    "survival": {
        "os": {
            "time": "months",
            "event": "died",
            "time_unit": "months",
            "event_values": ["yes"],
            "censored_values": ["no"],
        }
    },
    "require_normals": False,
}


@dataclass(frozen=True)
class Project:
    """A copy of the project's configuration, and a folder of raw files beside it."""

    folder: Path
    raw: Path

    def run(self, *pipelines: str, **parameters: Any) -> None:
        """Run pipelines, all by default, as ``kedro run --env test --params ...`` does."""
        import mlflow
        from kedro.framework.session import KedroSession
        from kedro.framework.startup import bootstrap_project

        former = mlflow.get_tracking_uri()
        with inside(self.folder):
            bootstrap_project(self.folder)
            try:
                with KedroSession.create(
                    self.folder, env="test", runtime_params=parameters
                ) as session:
                    session.run(pipeline_names=list(pipelines) or None)
            finally:
                mlflow.set_tracking_uri(former)

    def files(self) -> dict[str, bytes]:
        """What lies below the project's data folder: path and content."""
        data = self.folder / "data"
        return {
            str(path.relative_to(data)): path.read_bytes()
            for path in sorted(data.rglob("*"))
            if path.is_file()
        }

    def store(self) -> str:
        """Address of the project's MLflow store."""
        return f"sqlite:///{self.folder / 'mlflow.db.test'}"

    def define(self, name: str, definition: dict[str, Any]) -> None:
        """Add a cohort, as a user would: one file."""
        path = self.folder / "conf" / "base" / "cohorts" / f"{name}.yml"
        path.write_text(yaml.safe_dump({name: definition}), encoding="utf-8")


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder, as a user of the command line does."""
    former = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(former)


@pytest.fixture(scope="session")
def make_project(tmp_path_factory, migrated_store) -> Callable[[], Project]:
    """Make a project with the shipped configuration, an empty MLflow store and no data."""

    def make() -> Project:
        folder = tmp_path_factory.mktemp("project")
        shutil.copytree(ROOT / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        shutil.copy(migrated_store, folder / "mlflow.db.test")
        # MLflow keeps one store open an address, so that a relative one would be another project's.
        address = f"sqlite:///{folder / 'mlflow.db.test'}"
        settings = {"server": {"mlflow_tracking_uri": address}}
        (folder / "conf" / "test" / "mlflow.yml").write_text(yaml.safe_dump(settings))
        (folder / "src").mkdir()
        raw = folder / "raw files"
        raw.mkdir()
        return Project(folder, raw)

    return make


@dataclass
class RawFiles:
    """A cohort as a user has it: linear TPM with genes in rows, and a sheet with own names."""

    matrix: pd.DataFrame
    sheet: pd.DataFrame

    def write(self, raw: Path) -> None:
        """Write gzipped CSV and TSV where the definition looks for them."""
        (raw / "clinic").mkdir(exist_ok=True)
        self.matrix.to_csv(raw / "clinic" / "expression.csv.gz")
        self.sheet.to_csv(raw / "clinic" / "samples.tsv", sep="\t", index=False)


def simulate_clinic() -> RawFiles:
    """Simulate a cohort with other patients and fewer genes than the demo cohort."""
    settings = SyntheticSettings(
        n_tumours=40, n_normals=6, n_matched_normals=4, n_genes=150, seed=7
    )
    simulated = generate_synthetic_cohort(settings)
    matrix = (np.exp2(simulated.expression) - 1.0).clip(lower=0.0).round(3).T.iloc[N_LACKING:]
    matrix.insert(0, "description", "a gene")
    samples = simulated.samples
    sheet = pd.DataFrame(
        {
            "profile": samples["sample"],
            "case": samples["patient_id"].str.replace("DEMO", "CLINIC"),
            "kind": samples["tissue"].map({"tumour": "T", "normal": "N"}),
            "pam50": samples["subtype"].str[0].str.lower() + samples["subtype"].str[1:],
            "months": (samples["os_time"] / 30.4).astype(float).round(1),
            "died": samples["os_event"].map({1: "yes", 0: "no"}),
            "abs": samples["absolute_purity"],
        }
    )
    return RawFiles(matrix.rename_axis("gene"), sheet)


@pytest.fixture
def clinic() -> RawFiles:
    return simulate_clinic()


@pytest.fixture(scope="session")
def clinic_definition() -> dict[str, Any]:
    return CLINIC


@pytest.fixture(scope="session")
def finished(make_project) -> Project:
    """A project after a whole run on the demo cohort with the clinic's cohort as transfer."""
    project = make_project()
    project.define("clinic", CLINIC)
    # Another cohort's file is a parameter too: no key in it may harm this run.
    labels = {"subtype": {"Luminal A//B": "LumA", "?": "LumB", "!": "Basal"}}
    project.define("elsewhere", {**CLINIC, "label_values": labels})
    simulate_clinic().write(project.raw)
    project.run(transfer="clinic", raw=str(project.raw))
    return project
