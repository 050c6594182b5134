"""A stored model: two files that a person can check, whole or refused, and nothing else lost."""

import json
import os
from importlib.metadata import version

import numpy as np
import pytest

from twinpurify.errors import ModelFileError
from twinpurify.persistence import (
    FORMAT_VERSION,
    read_model,
    replacing,
    write_model,
)

DESCRIPTION_FILE, ARRAYS_FILE = "model.json", "model.safetensors"
DESCRIPTION = {"method": "pca", "parameters": {"n_dimensions": 2}, "genes": ["ESR1", "ÖSTR"]}
ARRAYS = {"mean": np.arange(3, dtype=np.float32), "axes": np.eye(3)[:, ::-1]}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "new" / "model"
    write_model(folder, DESCRIPTION, ARRAYS)
    return folder


def test_round_trip(folder):
    description, arrays = read_model(folder)
    assert {key: description[key] for key in DESCRIPTION} == DESCRIPTION
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
    assert read_model(str(folder))[0] == description


def test_the_folder_holds_two_files_that_anyone_may_read(folder):
    assert sorted(path.name for path in folder.iterdir()) == [DESCRIPTION_FILE, ARRAYS_FILE]
    assert [path.name for path in folder.parent.iterdir()] == ["model"]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_the_files_may_have_another_name(tmp_path):
    write_model(tmp_path / "it", DESCRIPTION, ARRAYS, "normalizer")
    names = sorted(path.name for path in (tmp_path / "it").iterdir())
    assert names == ["normalizer.json", "normalizer.safetensors"]
    assert read_model(tmp_path / "it", "normalizer")[0]["genes"] == DESCRIPTION["genes"]
    with pytest.raises(ModelFileError, match=r"model\.json is missing"):
        read_model(tmp_path / "it")


def test_the_description_says_what_wrote_it(folder):
    written = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    assert written["format_version"] == FORMAT_VERSION
    assert written["libraries"]["torch"] == version("torch")
    assert written["libraries"]["twinpurify"] == version("twinpurify")
    assert len(written["sha256"]) == 64


def test_a_model_is_replaced(folder):
    write_model(folder, {**DESCRIPTION, "method": "raw"}, {"mean": np.zeros(1)})
    description, arrays = read_model(folder)
    assert description["method"] == "raw"
    assert list(arrays) == ["mean"]
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_an_empty_folder_is_filled(tmp_path):
    write_model(tmp_path, DESCRIPTION, ARRAYS)
    assert read_model(tmp_path)[0]["method"] == "pca"


def test_a_folder_of_other_files_is_left_alone(folder):
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ModelFileError, match=r"isn't a model's folder, it holds 'notes\.txt' \(1"):
        write_model(folder, DESCRIPTION, ARRAYS)
    assert (folder / "notes.txt").read_text() == "mine"
    assert read_model(folder)[0]["method"] == "pca"


def test_a_file_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "model").write_text("mine")
    with pytest.raises(ModelFileError, match="isn't a model's folder"):
        write_model(tmp_path / "model", DESCRIPTION, ARRAYS)
    assert (tmp_path / "model").read_text() == "mine"


def test_a_failed_write_leaves_the_former_model_and_no_litter(folder):
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_model(folder, {"method": object()}, ARRAYS)
    assert read_model(folder)[0]["method"] == "pca"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_the_former_model_survives_a_cut_between_the_moves(folder, monkeypatch):
    move, moves = os.replace, []

    def move_once(*paths):
        moves.append(paths)
        if len(moves) > 1:
            raise KeyboardInterrupt
        move(*paths)

    monkeypatch.setattr(os, "replace", move_once)
    with pytest.raises(KeyboardInterrupt):
        write_model(folder, {**DESCRIPTION, "method": "raw"}, ARRAYS)
    assert read_model(folder.with_name(".model.former"))[0]["method"] == "pca"


# --- What can't be read


@pytest.mark.parametrize("name", [DESCRIPTION_FILE, ARRAYS_FILE])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelFileError, match=f"no model in .*model: {name} is missing"):
        read_model(folder)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"no model in .*nowhere: model\.json is missing"):
        read_model(tmp_path / "nowhere")


@pytest.mark.parametrize("position", [0, 20, -1])
def test_damaged_arrays_are_refused(folder, position):
    content = bytearray((folder / ARRAYS_FILE).read_bytes())
    content[position] ^= 1
    (folder / ARRAYS_FILE).write_bytes(content)
    match = r"safetensors is damaged: its checksum is .*, model\.json says .*; train or fetch"
    with pytest.raises(ModelFileError, match=match):
        read_model(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"format_version": 1'])
def test_a_damaged_description_is_refused(folder, content):
    (folder / DESCRIPTION_FILE).write_bytes(content)
    with pytest.raises(ModelFileError, match=r"model\.json is damaged: .*; train or fetch"):
        read_model(folder)


@pytest.mark.parametrize(
    ("content", "found"), [('{"format_version": 99}', "99"), ("{}", "None"), ("[1]", "None")]
)
def test_another_format_version_is_refused(folder, content, found):
    (folder / DESCRIPTION_FILE).write_text(content)
    match = f"has format version {found}, this release reads {FORMAT_VERSION}"
    with pytest.raises(ModelFileError, match=match):
        read_model(folder)


def test_a_description_without_checksum_is_refused(folder):
    path = folder / DESCRIPTION_FILE
    description = json.loads(path.read_text(encoding="utf-8"))
    del description["sha256"]
    path.write_text(json.dumps(description))
    with pytest.raises(ModelFileError, match=r"is damaged: .*model\.json says None"):
        read_model(folder)


def test_the_temporary_path_keeps_the_ending(tmp_path):
    with replacing(tmp_path / "a" / "matrix.parquet") as unfinished:
        assert unfinished.suffix == ".parquet"
        unfinished.write_text("whole")
    assert (tmp_path / "a" / "matrix.parquet").read_text() == "whole"


def test_an_interruption_is_passed_on(tmp_path):
    (tmp_path / "log.txt").write_text("former")
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "log.txt") as unfinished:
        unfinished.write_text("half")
        raise KeyboardInterrupt
    assert (tmp_path / "log.txt").read_text() == "former"
    assert len(list(tmp_path.iterdir())) == 1
