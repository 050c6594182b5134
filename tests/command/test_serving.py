"""The commands that open a page in a browser: what they start, and where."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from twinpurify.command.main import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def started(monkeypatch):
    """Modules that would have been run, and in which folder."""
    calls = []

    def run(command, cwd, check):
        assert command[:2] == [sys.executable, "-m"]
        calls.append((" ".join(command[2:]), cwd))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def call(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_mlflow_serves_the_store_of_the_project(started, tmp_path):
    settings = {"server": {"mlflow_tracking_uri": "sqlite:///own.db"}}
    path = tmp_path / "conf/local/mlflow.yml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(settings))
    assert call("mlflow", "--project", tmp_path).exit_code == 0
    own = "mlflow ui --backend-store-uri sqlite:///own.db --host 127.0.0.1 --port 5000"
    assert started == [(own, tmp_path)]


def test_mlflow_on_another_port(started, tmp_path):
    call("mlflow", "--project", tmp_path, "--port", 5001)
    assert started[0][0] == (
        "mlflow ui --backend-store-uri sqlite:///mlflow.db --host 127.0.0.1 --port 5001"
    )


def test_viz_builds_and_serves_the_page_of_a_clone(started):
    done = call("viz", "--project", ROOT, "--port", 4000)
    assert "http://localhost:4000" in done.output
    assert started == [
        ("kedro viz build --include-hooks --include-previews", ROOT),
        ("http.server 4000 --bind 127.0.0.1 --directory build", ROOT),
    ]


def test_viz_of_another_folder_says_what_it_needs(started, tmp_path):
    done = call("viz", "--project", tmp_path)
    assert done.exit_code == 1
    assert "is no clone of TwinPurify, whose conf Kedro-Viz reads" in done.stderr
    assert started == []


def test_a_server_that_fails_ends_the_command(monkeypatch, tmp_path):
    failed = subprocess.CompletedProcess([], 3)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: failed)
    assert call("mlflow", "--project", tmp_path).exit_code == 3
