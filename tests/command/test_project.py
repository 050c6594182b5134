"""The folder that a command works in, and the configuration that holds there."""

import shutil
from pathlib import Path

import pytest
import yaml

from twinpurify.command.project import (
    configuration,
    find_project,
    inside,
    shipped_configuration,
)
from twinpurify.command.running import Run
from twinpurify.configuration import read_configuration
from twinpurify.errors import ConfigurationError, TableError

ROOT = Path(__file__).resolve().parents[2]
MINE = {
    "title": "Mine",
    "platform": "rna_seq",
    "unit": {"quantity": "tpm", "scale": "linear"},
    "expression": {"path": "e.csv", "orientation": "genes_in_rows"},
    "samples": {"path": "s.csv"},
    "require_normals": False,
}


def write(path: Path, content) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "conf", folder / "conf")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_a_clone_is_found_from_inside_and_other_folders_are_taken_as_they_are(clone, tmp_path):
    deep = clone / "data" / "01_raw"
    deep.mkdir(parents=True)
    with inside(deep):
        assert find_project() == find_project(clone)
    assert find_project(clone).is_clone
    (tmp_path / "pyproject.toml").write_text('[tool.kedro]\npackage_name = "another"\n')
    with inside(tmp_path):
        assert find_project().folder == tmp_path
        assert not find_project().is_clone
        made = find_project(Path("new") / "folder")
    assert made.folder == tmp_path / "new" / "folder"
    assert made.folder.is_dir()


def test_a_file_is_no_project(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(ConfigurationError, match=r"--project is .*file, which is a file"):
        find_project(path)


def test_paths_of_the_command_line_are_seen_from_where_it_was_typed(tmp_path):
    project = find_project(tmp_path / "elsewhere")
    with inside(tmp_path):
        assert project.path_of(Path("raw")) == str(tmp_path / "raw")
        assert project.path_of(Path("/data")) == "/data"
        assert project.path_of(Path("~/raw")) == str(Path.home() / "raw")
    with inside(project.folder):
        assert project.path_of(Path("raw")) == "raw"


def test_a_clone_is_read_as_it_is(clone):
    with configuration(find_project(clone), {}) as conf:
        assert conf == clone / "conf"


def test_any_folder_has_the_configuration_of_the_package_under_its_own(tmp_path):
    write(tmp_path / "conf/local/cohorts/mine.yml", {"mine": MINE})
    write(tmp_path / "conf/base/cohorts/other.yml", {"other": MINE})
    write(tmp_path / "conf/local/parameters.yml", {"n_jobs": 2})
    with configuration(find_project(tmp_path), {}) as conf:
        parameters = read_configuration(conf, None, "parameters")
        cohorts = read_configuration(conf, None, "cohorts")
    shipped = yaml.safe_load((shipped_configuration() / "base/parameters.yml").read_text())
    assert parameters["n_jobs"] == 2
    assert parameters["methods_to_run"] == shipped["methods_to_run"]
    assert cohorts["mine"] == cohorts["other"] == MINE
    assert {"demo", "tcga_brca"} <= set(cohorts)
    assert not conf.exists()
    assert sorted(path.name for path in (tmp_path / "conf").iterdir()) == ["base", "local"]


def test_a_folder_without_conf_has_that_of_the_package(tmp_path):
    with configuration(find_project(tmp_path), {}) as conf:
        assert "demo" in read_configuration(conf, None, "cohorts")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["mine", "tcga_brca", "tcga_luad_tn"])
def test_a_cohort_that_is_given_stands_in_place_of_all_others_of_its_name(clone, name):
    write(clone / "conf/local/cohorts/local.yml", {name: {"title": "Local"}, "third": MINE})
    before = read_configuration(clone / "conf", None, "cohorts")
    with configuration(find_project(clone), {name: MINE}) as conf:
        cohorts = read_configuration(conf, None, "cohorts")
        assert read_configuration(conf, None, "parameters")[name] == MINE
    assert cohorts == {**before, name: MINE}
    assert read_configuration(clone / "conf", None, "cohorts") == before


def test_every_shipped_cohort_means_the_same_given_as_a_file(tmp_path):
    run, cohorts = Run(tmp_path, None), {}
    for path in (ROOT / "conf/base/cohorts").glob("*.yml"):
        for name, settings in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            cohorts[name] = settings
            assert run.cohort(str(write(tmp_path / f"{name}.yml", {name: settings}))) == name
    from twinpurify.cohort.declaration.definition import parse_definition

    given = run.settings("cohorts")
    assert given.keys() == cohorts.keys()
    for name, settings in cohorts.items():
        assert parse_definition(name, given[name]) == parse_definition(name, settings)


def test_a_name_that_looks_like_a_number_stays_text(tmp_path):
    run = Run(tmp_path, None)
    assert run.cohort("20241") == "20241"
    with pytest.raises(TableError, match=r"there is no definition nothing\.yml"):
        run.cohort("nothing.yml")
    with pytest.raises(ConfigurationError, match="A cohort can't be called '20241'"):
        run.cohort(str(write(tmp_path / "a.yml", {20241: MINE})))
