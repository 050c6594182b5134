"""Which cells a study has."""

from collections import Counter

import pytest

from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS
from twinpurify.studies.label_efficiency.cells import study_cells

from .toy import settings

PARAMETERS = {name: parameters_model(one)().model_dump() for name, one in METHODS.items()}
PARAMETERS["vae"] |= {"hidden": (24, 24), "n_dimensions": 6}


def cells_of(**changes):
    return study_cells(settings(**changes), PARAMETERS)


def test_every_repeat_has_its_contestants_and_controls():
    cells = cells_of(methods=["linear_twin", "vae"], encoders=["frozen", "unfrozen"])
    counts = Counter(cell.method for cell in cells)
    assert counts == dict.fromkeys(["linear_twin", "vae", "scratch", "untrained", "pca", "raw"], 2)
    encoders = {cell.method: cell.encoders for cell in cells}
    assert encoders["vae"] == ("frozen", "unfrozen")
    assert (encoders["scratch"], encoders["untrained"]) == (("unfrozen",), ("frozen",))


def test_the_untrained_encoder_has_the_shape_of_the_methods():
    (scratch,) = {
        (tuple(cell.parameters["hidden"]), cell.parameters["n_dimensions"])
        for cell in cells_of(methods=["linear_twin", "vae"])
        if cell.method in ("scratch", "untrained")
    }
    assert scratch == ((24, 24), 6)


def test_the_control_of_components_is_as_wide_as_set_and_is_permuted():
    (pca,) = [cell for cell in cells_of(n_repeats=1, n_permutations=2) if cell.method == "pca"]
    assert (pca.parameters, pca.n_permutations) == ({"n_dimensions": 8}, 2)


def test_another_cohort_doubles_the_contestants_alone():
    cells = cells_of(methods=["vae"], n_repeats=1, pretraining_cohort="other")
    assert [cell.method for cell in cells if cell.elsewhere] == ["vae"]
    assert len(cells) == 2 + 4


def test_comparisons_leave_out_the_method_as_it_is_set():
    cells = cells_of(
        methods=["linear_twin", "vae"],
        pretraining_shares=[0.5, 1.0],
        hidden_layers=[0, 2, 3],
        sweep_label_fraction=0.3,
        sweep_repeats=1,
    )
    compared = [cell for cell in cells if cell.given]
    assert {cell.repeat for cell in compared} == {0}
    assert {cell.fractions for cell in compared} == {(0.3,)}
    assert [(cell.method, cell.task("").detail) for cell in compared] == [
        ("linear_twin", "pretraining=0.5"),
        ("vae", "pretraining=0.5"),
        ("vae", "hidden_layers=0"),
        ("vae", "hidden_layers=3"),
    ]
    assert compared[0].share == pytest.approx(0.5)
    assert [list(cell.parameters["hidden"]) for cell in compared[2:]] == [[], [24, 24, 24]]
