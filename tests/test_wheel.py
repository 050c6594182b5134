"""The wheel: it holds the configuration and the templates, and the command starts from it."""

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built as an installation builds it, but with what is installed here, and no network."""
    if find_spec("setuptools") is None or find_spec("pip") is None:
        pytest.skip("a wheel is built by pip and setuptools, which this environment lacks")
    source = copied(tmp_path_factory.mktemp("source"))
    target = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(target)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (path,) = target.glob("*.whl")
    return path


def copied(folder: Path) -> Path:
    """Copy what git tracks or would, so that nothing is built into the clone."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("the files of the wheel are those that git knows; this is no clone")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def test_it_holds_all_that_is_no_code(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "src" / "twinpurify"
    beside = {
        str(path.relative_to(package.parent))
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert beside - held == set()
    assert "twinpurify/py.typed" in held


def test_it_holds_the_configuration_and_nothing_personal(wheel):
    archive = zipfile.ZipFile(wheel)
    held = {name for name in archive.namelist() if name.startswith("twinpurify/conf/")}
    conf = ROOT / "conf"
    shipped = [conf / "logging.yml", *conf.glob("base/**/*.yml"), *conf.glob("large/**/*.yml")]
    assert held == {f"twinpurify/conf/{path.relative_to(conf)}" for path in shipped}
    for path in shipped:
        assert archive.read(f"twinpurify/conf/{path.relative_to(conf)}") == path.read_bytes()


def test_it_brings_the_command(wheel):
    archive = zipfile.ZipFile(wheel)
    (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "twinpurify = twinpurify.command.main:main" in archive.read(points).decode()


def test_the_command_starts_from_it_in_an_empty_folder(wheel, tmp_path):
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    zipfile.ZipFile(wheel).extractall(installed)
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "twinpurify", "check", "demo"],
        cwd=empty,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "400 tumours and 60 adjacent normals" in done.stdout
    assert list(empty.iterdir()) == []
