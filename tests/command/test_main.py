"""The command as a stranger meets it: help, version, exit codes, and how fast it starts."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from twinpurify.command.main import main
from twinpurify.command.manual import manual

ROOT = Path(__file__).resolve().parents[2]
# Importing any of these takes longer than reading a help text should.
HEAVY = ("numpy", "pandas", "pydantic", "scipy", "kedro", "mlflow", "torch", "plotly", "requests")


def commands(group=main, path=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def python(*arguments, **kwargs):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **kwargs
    )


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_explains_itself_by_an_example(path):
    done = CliRunner().invoke(main, [*path, "--help"])
    assert done.exit_code == 0
    assert "Examples:" in done.output
    assert f"twinpurify {' '.join(path)}" in done.output.split("Examples:")[1]


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_option_has_a_help_and_is_used_right_in_the_examples(path):
    command = main
    for name in path:
        command = command.commands[name]
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert all(option.help for option in options if option.name != "port")
    known = {name for option in options for name in option.opts}
    examples = command.help.split("Examples:")[1]
    assert {word for word in examples.split() if word.startswith("--")} <= known


def test_version():
    done = CliRunner().invoke(main, ["--version"], prog_name="twinpurify")
    assert done.output.strip() == f"twinpurify {version('twinpurify')}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["purify"],
        ["run"],
        ["run", "demo", "--rawr", "x"],
        ["run", "demo", "--stages", "ingestion,baking"],
        ["run", "demo", "--params", "n_splits"],
        ["run", "demo", "--params", "a={"],
        ["score", "demo", "--missing-genes", "zero"],
        ["compare"],
        ["compare", " "],
    ],
)
def test_a_mistyped_command_is_told_apart(arguments):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "Usage:" in done.output


def test_it_starts_without_what_its_commands_need():
    code = f"import sys, twinpurify.command.main; print(set({HEAVY}) & set(sys.modules))"
    assert python("-c", code).stdout.strip() == "set()"


def test_it_runs_as_a_module():
    done = python("-m", "twinpurify", "fetch", "nothing", cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no public cohort 'nothing'")
    assert "twinpurify --help" in python("-m", "twinpurify", "nothing").stderr


def test_kedro_takes_it_for_no_command_of_its_own():
    # Kedro would add what a module of this name holds to its own commands, `run` among them.
    assert not (ROOT / "src" / "twinpurify" / "cli.py").exists()
    assert not (ROOT / "src" / "twinpurify" / "cli").exists()


def test_the_page_says_what_the_help_says():
    assert (ROOT / "docs" / "command.md").read_text(encoding="utf-8") == manual(), (
        "run python -m twinpurify.command.manual > docs/command.md"
    )
