"""An interrupted run: nothing half-written, and the rerun carries on to the same bits."""

import shutil

import anndata as ad
import numpy as np
import pytest
from safetensors.numpy import load_file

from twinpurify.training.trainer import Trainer

FITS = ("ingestion", "normalization", "purification")
# The method that is trained step by step. Fits that are repeated for the stability come before
# the ones that are kept, and leave no checkpoints.
TRAINED = {
    "methods_to_run": "raw+twin_network",
    "final_method": "twin_network",
    "evaluation": {"refit_splits": 0},
}
N_STEPS = 12
# In the second of three fits, after its first epochs.
CUT_AT = N_STEPS + 7


class Cut(Exception):
    """Stands for whatever ends a run."""


@pytest.fixture
def steps(monkeypatch) -> list[int]:
    """Steps that were taken; the test may set where they are cut."""
    taken: list[int] = []
    take_step = Trainer.take_step

    def note(self, batch):
        taken.append(self.step)
        return take_step(self, batch)

    monkeypatch.setattr(Trainer, "take_step", note)
    return taken


def _weights(project):
    folder = project.folder / "data" / "06_models" / "demo"
    names = ("twin_network/splits/split_0", "twin_network/splits/split_1", "model")
    return {name: load_file(folder / name / "model.safetensors") for name in names}


@pytest.fixture(scope="module")
def cut_project(make_project):
    """A project whose training was cut in the middle."""
    project, take_step, taken = make_project(), Trainer.take_step, []

    def cut(self, batch):
        if len(taken) == CUT_AT:
            raise Cut
        taken.append(self.step)
        return take_step(self, batch)

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Cut):
        patched.setattr(Trainer, "take_step", cut)
        project.run(*FITS, **TRAINED)
    return project


@pytest.fixture(scope="module")
def uncut_project(make_project):
    """A project whose training went through."""
    project = make_project()
    project.run(*FITS, **TRAINED)
    return project


@pytest.fixture
def interrupted(cut_project):
    """The interrupted project, as it was when it was cut."""
    data = cut_project.folder / "data"
    before = shutil.copytree(data, cut_project.folder / "before")
    yield cut_project
    shutil.rmtree(data)
    shutil.move(before, data)


def test_a_cut_training_leaves_checkpoints_and_no_model(interrupted):
    files = interrupted.files()
    assert len([name for name in files if name.startswith("06_models/checkpoints/demo")]) == 2
    unwanted = ("06_models/demo/twin_network", "06_models/demo/model")
    assert not [name for name in files if name.startswith(unwanted)]
    assert not [name for name in files if "unfinished" in name]


def test_a_rerun_carries_on_to_the_same_bits(interrupted, uncut_project, steps):
    interrupted.run(*FITS, **TRAINED)
    # One fit was done, one was begun, one hadn't started.
    assert N_STEPS < len(steps) < 2 * N_STEPS
    expected, found = _weights(uncut_project), _weights(interrupted)
    for model, arrays in expected.items():
        assert found[model].keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[model][name], array, err_msg=f"{model} {name}")
    assert not (interrupted.folder / "data" / "06_models" / "checkpoints" / "demo").exists()


def test_other_parameters_do_not_carry_on(interrupted, steps):
    interrupted.run(*FITS, **TRAINED, methods={"twin_network": {"n_steps": 4, "seed": 1}})
    assert len(steps) == 3 * 4


def test_checkpoints_stay_while_the_models_are_not_stored(interrupted):
    before = {name for name in interrupted.files() if "checkpoints" in name}
    interrupted.run("ingestion")
    assert {name for name in interrupted.files() if "checkpoints" in name} == before


def test_a_cut_save_leaves_the_former_file(make_project, monkeypatch):
    project = make_project()
    project.run("ingestion")
    before = project.files()

    def cut(self, path, *arguments, **named):
        path.write_bytes(b"half of it")
        raise Cut

    monkeypatch.setattr(ad.AnnData, "write_h5ad", cut)
    with pytest.raises(Exception, match=r"cohort\.h5ad"):
        project.run("ingestion", demo={"synthetic": {"seed": 5}})
    after = project.files()
    assert after["02_intermediate/demo/cohort.h5ad"] == before["02_intermediate/demo/cohort.h5ad"]
    assert after.keys() == before.keys()
