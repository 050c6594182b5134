"""What a person reads where a command fails."""

import click
import pytest
import yaml
from click.testing import CliRunner
from kedro.config import MissingConfigException
from kedro.io import DatasetError

from twinpurify.command.failures import Commands, sentence_of
from twinpurify.errors import TableError


def raised(error, cause=None):
    try:
        raise error from cause
    except Exception as found:
        return found


def call(error):
    @click.group(cls=Commands)
    def group():
        pass

    @group.command()
    def fail():
        raise error

    return CliRunner().invoke(group, ["fail"])


def test_our_own_message_is_found_where_kedro_wraps_it():
    inner = raised(TableError("there is no file"))
    middle = raised(DatasetError("Failed while loading data"), inner)
    assert sentence_of(raised(RuntimeError("outer"), middle)) == "there is no file"


def test_a_package_of_an_extra_names_it():
    sentence = sentence_of(ModuleNotFoundError("No module named 'mlflow'", name="mlflow.pyfunc"))
    assert sentence == (
        "this needs mlflow, which isn't installed; it comes with the extra pipeline: "
        'pip install "twinpurify[pipeline]"'
    )


@pytest.mark.parametrize(
    "error", [MissingConfigException("no folder conf/nothing"), yaml.YAMLError("no YAML")]
)
def test_what_is_wrong_with_the_configuration_is_a_sentence(error):
    assert sentence_of(error) == str(error)


@pytest.mark.parametrize(
    "error", [ValueError("a bug"), ModuleNotFoundError("No module named 'x'", name="x")]
)
def test_an_error_that_nobody_foresaw_keeps_its_traceback(error):
    assert sentence_of(error) is None
    assert call(error).exception is error


def test_exit_codes():
    done = call(TableError("there is no file"))
    assert (done.exit_code, done.stderr, done.stdout) == (1, "there is no file\n", "")
    assert call(KeyboardInterrupt()).exit_code == 130
    assert call(click.UsageError("mistyped")).exit_code == 2
