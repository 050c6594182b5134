"""Every method has its own look, and none of it vanishes on a white or a black page."""

import plotly.graph_objects as go
import pytest

from twinpurify.imputation.registry import IMPUTERS
from twinpurify.interface.presentation import GREY, LAST, UNKNOWN_LOOK, Presentation
from twinpurify.plots import theme
from twinpurify.plots.names import presentation_of
from twinpurify.representation.registry import METHODS
from twinpurify.studies.contestants import CONTESTANTS


def _luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


NAMES = sorted({*METHODS, *IMPUTERS, *CONTESTANTS})


def test_all_that_are_drawn_have_a_title_a_look_and_a_place_of_their_own():
    told = [presentation_of(name) for name in NAMES]
    signs = {(one.look.colour, one.look.dash, one.look.marker) for one in told}
    assert len(signs) == len({one.title for one in told}) == len(NAMES)
    assert len({one.place for one in told} - {LAST}) == len(NAMES)


def test_methods_say_what_they_do():
    assert all(method.presentation.does != Presentation("").does for method in METHODS.values())


def test_an_imputer_that_is_a_method_too_looks_the_same():
    both = set(METHODS) & set(IMPUTERS)
    assert both == {"masked_transformer"}
    for name in both:
        assert METHODS[name].presentation is IMPUTERS[name].presentation


def test_twinpurify_is_the_most_prominent():
    others = [theme.style_of(name).width for name in NAMES if name != "twinpurify"]
    assert theme.style_of("twinpurify").width > 1.5 * max(others)


def test_unknown_method_has_a_style():
    assert theme.style_of("my_method") == UNKNOWN_LOOK


@pytest.mark.parametrize("colour", [*theme.PALETTE, GREY])
def test_colours_stand_out_on_white_and_black(colour):
    luminance = _luminance(colour)
    assert 1.05 / (luminance + 0.05) > 2.0
    assert (luminance + 0.05) / 0.05 > 3.0


def test_text_reads_on_white_and_near_black():
    luminance = _luminance(theme.TEXT)
    assert 1.05 / (luminance + 0.05) > 4
    assert (luminance + 0.05) / (_luminance("#14171a") + 0.05) > 3.9


def test_signs_and_lines_differ_beyond_the_palette():
    places = range(len(theme.PALETTE) + 1)
    assert len({tuple(theme.sign_of(place).values()) for place in places}) == len(places)
    assert len({tuple(theme.line_of(place).values()) for place in places}) == len(places)


def test_translucent_keeps_the_colour():
    assert theme.translucent("#D55E00", 0.2) == "rgba(213, 94, 0, 0.2)"


def test_themed_figures_have_no_background():
    layout = theme.themed(go.Figure(), height=300).layout
    assert layout.height == 300
    assert layout.template.layout.paper_bgcolor == "rgba(0, 0, 0, 0)"
    assert layout.template.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
