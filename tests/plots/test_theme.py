"""Every method has its own look, and none of it vanishes on a white or a black page."""

import plotly.graph_objects as go
import pytest

from twinpurify.plots import theme
from twinpurify.plots.names import METHODS


def _luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_method_with_a_name_has_its_own_style():
    assert set(theme.METHOD_STYLES) == set(METHODS)
    looks = {(style.colour, style.dash, style.marker) for style in theme.METHOD_STYLES.values()}
    assert len(looks) == len(METHODS)


def test_twinpurify_is_the_most_prominent():
    others = [style.width for name, style in theme.METHOD_STYLES.items() if name != "twinpurify"]
    assert theme.style_of("twinpurify").width > 1.5 * max(others)


def test_unknown_method_has_a_style():
    assert theme.style_of("my_method") == theme.UNKNOWN_STYLE


@pytest.mark.parametrize("colour", [*theme.PALETTE, theme.GREY])
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
