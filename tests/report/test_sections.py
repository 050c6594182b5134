"""Each figure has its place."""

import pytest

from twinpurify.errors import ConfigurationError
from twinpurify.report.sections import SECTIONS, check_keys, parts_of


def test_parts_belong_to_their_section():
    section = next(section for section in SECTIONS if section.key == "kaplan_meier")
    figures = {"kaplan_meier": 1, "kaplan_meier@pfi": 2, "loss_curve": 3}
    assert parts_of(section, figures) == {"": 1, "pfi": 2}


def test_a_figure_without_a_place_is_refused():
    check_keys(["kaplan_meier@pfi"])
    with pytest.raises(
        ConfigurationError, match=r"no place for the figures 'heatmap' \(1 in all\)"
    ):
        check_keys(["heatmap", "loss_curve"])
