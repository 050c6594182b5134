"""Names of cohorts arrive as they were written, or are refused with the reason."""

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from twinpurify.cohort.declaration.names import (
    NAME,
    VALUES_OF_YAML,
    check_name,
    check_top_keys,
    misread,
)
from twinpurify.errors import ConfigurationError


def as_commands_read(name):
    """What Kedro makes of ``--params cohort=<name>``."""
    return OmegaConf.to_container(OmegaConf.from_dotlist([f"cohort={name}"]))["cohort"]


@given(st.from_regex(NAME, fullmatch=True))
def test_a_name_by_the_rule_arrives_as_text_from_a_file_and_from_a_command(name):
    assume(name not in VALUES_OF_YAML)
    check_name(name)
    assert as_commands_read(name) == name
    assert yaml.safe_load(f"{name}: 1") == {name: 1}


@pytest.mark.parametrize("name", VALUES_OF_YAML)
def test_each_refused_word_would_arrive_as_something_else(name):
    assert as_commands_read(name) != name


@pytest.mark.parametrize(
    "name", ["2024_1", "1e5", "0x1f", "12", "no", "on", "null", "TCGA", "a__b", "a-b", "a_", ""]
)
def test_a_name_that_is_no_text_to_yaml_is_refused_with_the_reason(name):
    with pytest.raises(ConfigurationError, match=f"can't be called '{name}': .*2024_1 for 20241"):
        check_name(name)


@pytest.mark.parametrize("name", ["nova", "n", "y", "none", "nan", "inf", "e5", "x1e5", "on_2024"])
def test_words_like_those_are_names(name):
    check_name(name)
    assert as_commands_read(name) == name


@pytest.mark.parametrize("value", [20241, 100000.0, False, True, None])
def test_what_was_misread_is_told(value):
    assert misread(value).startswith(f"YAML read this name as {value!r}, and how it was written")


@pytest.mark.parametrize("value", ["2024_1", "demo", ["demo"], {}])
def test_a_text_and_what_holds_some_is_not_misread(value):
    assert misread(value) == ""


@pytest.mark.parametrize("name", ["2024_1", "1e5", "no", "null", '"1e5"'])
def test_a_file_is_refused_by_what_is_written_in_it(tmp_path, name):
    path = tmp_path / "x.yml"
    path.write_text(f"_shared: &shared {{a: 1}}\n{name}: *shared\n")
    with pytest.raises(
        ConfigurationError, match=rf"called '{name.strip(chr(34))}'.*key of .*x\.yml"
    ):
        check_top_keys([path])


@pytest.mark.parametrize("text", ["demo: {a: 1}", "", "- a", "a: [", "_1: 2\ndemo: 1"])
def test_files_with_other_faults_are_left_to_their_readers(tmp_path, text):
    path = tmp_path / "x.yml"
    path.write_text(text)
    check_top_keys([path, tmp_path / "gone.yml"])
