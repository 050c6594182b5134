"""What each command hands to Kedro, and runs as a person starts them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import kedro.framework.project
import kedro.framework.session
import pytest
import yaml
from click.testing import CliRunner

from tests.integration.small_cohort import SETTINGS, write_good
from twinpurify.command.main import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def mine(tmp_path):
    """A cohort's file, in a folder of the user's."""
    folder = tmp_path / "mine"
    folder.mkdir()
    path = write_good(folder) / "mine.yml"
    path.write_text(yaml.safe_dump({"mine": SETTINGS}), encoding="utf-8")
    return path


@pytest.fixture
def handed(monkeypatch, tmp_path):
    """Call the command in an empty folder; what Kedro would have run comes back."""
    calls = []

    class Session:
        @classmethod
        def create(cls, folder, env, runtime_params, conf_source):
            cohorts = sorted(path.stem for path in Path(conf_source).glob("*/cohorts/*.yml"))
            calls.append({"env": env, "params": runtime_params, "cohorts": cohorts})
            return cls()

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def run(self, pipeline_names, runner):
            calls[-1]["pipelines"] = pipeline_names

    monkeypatch.setattr(kedro.framework.session, "KedroSession", Session)
    monkeypatch.setattr(kedro.framework.project, "configure_project", lambda name: None)
    folder = tmp_path / "project"

    def call(*arguments):
        words = [str(word) for word in arguments]
        done = CliRunner().invoke(main, [*words, "--project", str(folder)])
        assert done.exit_code == 0, done.output
        (only,) = calls
        return only

    return call


def test_demo(handed):
    call = handed("demo")
    assert call["params"] == {"cohort": "demo", "evaluation": {"n_splits": 3}}
    assert call["pipelines"] is None


def test_demo_with_other_splits(handed):
    assert handed("demo", "--params", "evaluation.n_splits=2")["params"]["evaluation"] == {
        "n_splits": 2
    }


def test_run(handed, tmp_path):
    call = handed(
        *("run", "tcga_brca", "--raw", tmp_path, "--transfer", "scanb,metabric"),
        *("--foreign", "tcga_dlbc", "--methods", "raw,pca", "--methods", "twinpurify"),
        *("--reference", "gse42568", "--final-method", "linear_twin", "--env", "large"),
        *("--params", "n_jobs=2,evaluation.fractions=[1.0,0.4]", "--params", "methods.pca.x=1e-3"),
        *("--stages", "ingestion,evaluation"),
    )
    assert call["params"] == {
        "cohort": "tcga_brca",
        "raw": str(tmp_path),
        "transfer": ["scanb", "metabric"],
        "foreign": ["tcga_dlbc"],
        "methods_to_run": ["raw", "pca", "twinpurify"],
        "final_method": "linear_twin",
        "tcga_brca": {"reference_normals": {"cohort": "gse42568"}},
        "n_jobs": 2,
        "evaluation": {"fractions": [1.0, 0.4]},
        "methods": {"pca": {"x": 0.001}},
    }
    assert call["pipelines"] == ["ingestion", "evaluation"]
    assert call["env"] == "large"


def test_what_is_not_given_stays_as_it_is_configured(handed):
    assert handed("run", "tcga_brca")["params"] == {"cohort": "tcga_brca"}


def test_a_file_is_a_cohort_wherever_one_is_named(handed, mine):
    call = handed("run", "demo", "--transfer", f"{mine}", "--transfer", "scanb+metabric")
    assert call["params"]["transfer"] == ["mine", "scanb", "metabric"]
    assert "mine" in call["cohorts"]


def test_score(handed, mine, tmp_path):
    call = handed("score", mine, "--model", tmp_path, "--missing-genes", "training_mean")
    assert call["params"]["scoring"] == {"model": str(tmp_path), "missing_genes": "training_mean"}
    assert call["pipelines"] == ["scoring"]


def test_score_by_an_address(handed):
    call = handed("score", "demo", "--model", "models:/twinpurify@champion_tcga_brca")
    assert call["params"]["scoring"] == {"model": "models:/twinpurify@champion_tcga_brca"}


@pytest.mark.parametrize("given", [("a", "b"), ("a,b",), ("a+b",)])
def test_compare(handed, given):
    call = handed("compare", *given)
    assert call["params"] == {"compare": ["a", "b"]}
    assert call["pipelines"] == ["compare"]


@pytest.mark.parametrize(
    ("arguments", "pipeline", "params"),
    [
        (
            ["labels", "a", "--label", "grade", "--pretrain", "b", "--reference", "c"],
            "label_efficiency",
            {
                "cohort": "a",
                "label_efficiency": {"label": "grade", "pretraining_cohort": "b"},
                "a": {"reference_normals": {"cohort": "c"}},
            },
        ),
        (
            ["panels", "a", "--label", "subtype"],
            "gene_panels",
            {"cohort": "a", "gene_panels": {"label": "subtype"}},
        ),
        (
            ["anchors", "a", "--endpoint", "pfi"],
            "restored_anchors",
            {"cohort": "a", "restored_anchors": {"endpoint": "pfi"}},
        ),
        (["attribution", "a"], "gene_attribution", {"cohort": "a", "gene_attribution": {}}),
        (
            ["impute", "a", "--transfer", "b"],
            "imputation",
            {"cohort": "a", "transfer": ["b"]},
        ),
        (["mixtures", "--params", "n_jobs=1"], "mixtures", {"n_jobs": 1}),
    ],
)
def test_studies(handed, arguments, pipeline, params):
    call = handed("study", *arguments)
    assert call["pipelines"] == [pipeline]
    assert call["params"] == params


@pytest.fixture
def typed(tmp_path, migrated_store):
    """Type a command in a folder of one's own, which is no clone."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    shutil.copy(migrated_store, folder / "mlflow.db")

    def call(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "twinpurify", *map(str, arguments)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_a_file_is_run_in_an_empty_folder(typed, mine, tmp_path):
    done = typed("run", mine, "--raw", mine.parent, "--stages", "ingestion")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "somewhere"
    log = json.loads((folder / "data/02_intermediate/mine/ingestion_log.json").read_text())
    assert log["cohort"] == "mine"
    assert not (folder / "conf").exists()


def test_what_is_wrong_is_one_sentence(typed, mine):
    (mine.parent / "matrix.csv").unlink()
    done = typed("run", mine, "--raw", mine.parent, "--stages", "ingestion")
    assert done.returncode == 1
    assert done.stderr.count("There is no file 'matrix.csv'") == 1
    assert "There is no file" not in done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    assert "from-nodes" not in done.stdout


@pytest.mark.parametrize(
    ("target", "given", "command"),
    [
        ("demo", [], "twinpurify demo"),
        (
            "run",
            ["COHORT=a", "TRANSFER=b,c", "FOREIGN=d", "REFERENCE=e", "RAW=some folder"],
            'run a --raw "some folder" --reference e --transfer "b,c" --foreign "d"',
        ),
        ("check", ["COHORT=a"], 'check a --raw "data/01_raw"'),
        (
            "fetch",
            ["COHORT=tcga_ov", "SOURCE=gdc", "RAW=some folder"],
            'fetch tcga_ov --raw "some folder" --source gdc',
        ),
        (
            "score",
            ["COHORT=a", "MISSING_GENES=training_mean"],
            'score a --raw "data/01_raw" --model models:/twinpurify@champion '
            "--missing-genes training_mean",
        ),
        ("compare", ["COHORTS=a,b"], 'compare "a,b"'),
        (
            "labels",
            ["COHORT=a", "LABEL=grade", "PRETRAIN=b"],
            'study labels a --raw "data/01_raw" --label grade --pretrain b',
        ),
        ("impute", ["COHORT=a", "TRANSFER=b"], 'impute a --raw "data/01_raw" --transfer "b"'),
        ("mixtures", [], 'study mixtures --raw "data/01_raw"'),
    ],
)
def test_make_calls_the_command(target, given, command):
    # Within `make test` it would be a make below another, which says so and takes its flags.
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target, *given],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.rstrip().endswith(command)
