"""Colours that stand for different things differ for every eye, on a light page and on a
dark one.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from bokeh.models import Line

from nengo_nb.diagram.parts import ArrowKind
from nengo_nb.plots.palette import DASHES, OKABE_ITO

BROWSER = Path(__file__).parents[2] / "labextension" / "src"

EYES = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Matrices from linear RGB to what each eye sees: Machado, Oliveira & Fernandes (2009), A
physiologically-based model for simulation of color vision deficiency, IEEE Trans. Visualization and
Computer Graphics 15(6), at full severity."""

XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
WHITE = [0.95047, 1, 1.08883]

LEAST_DIFFERENCE = 12
"""In CIELAB. A difference of 2.3 is just noticeable; thin lines and small dots need several
times that.
"""

LEAST_CONTRAST = 2
PAGES = {"light": "#ffffff", "dark": "#111111"}


def linear(colors):
    """Linear RGB, ``(n, 3)``."""
    values = np.array([list(bytes.fromhex(color[1:])) for color in colors]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(colors, eye):
    """Return colours in CIELAB as an eye sees them, ``(n, 3)``."""
    seen = np.clip(linear(colors) @ np.transpose(EYES[eye]), 0, 1)
    x, y, z = np.transpose(seen @ np.transpose(XYZ) / WHITE)
    x, y, z = (np.where(v > 0.008856, np.cbrt(v), 7.787 * v + 16 / 116) for v in (x, y, z))
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def nearest(colors, eye):
    """The two colours that differ least, and by how much."""
    places = lab(colors, eye)
    pairs = itertools.combinations(range(len(colors)), 2)
    return min((np.linalg.norm(places[a] - places[b]), colors[a], colors[b]) for a, b in pairs)


def palettes(page):
    """The palettes of lines, with the ink of a page where it is used, and the kinds of
    arrows in a diagram.
    """
    text = (BROWSER / "live" / "palette.ts").read_text(encoding="utf-8")
    theme = (BROWSER / "loader" / "paint.ts").read_text(encoding="utf-8")
    dark, light = re.findall(r'ink: "(#\w+)"', theme)
    ink = {"light": light, "dark": dark}[page]
    found = {"okabe-ito": list(OKABE_ITO)}
    for name, colors in re.findall(r'^  "?([\w-]+)"?: \[([^\]]+)\]', text, flags=re.MULTILINE):
        found[name] = [
            OKABE_ITO[6] if each == "INK" else each for each in re.findall(r"#\w+|INK", colors)
        ]
    return {name: with_ink(colors, ink) for name, colors in found.items()}


def with_ink(colors, ink):
    """Colours as they are drawn: black is the ink of the page."""
    return [ink if color == "#000000" else color for color in colors]


def arrows(page):
    """The colours of arrows, each once; kinds that share one have different dashes."""
    styles = [kind.style for kind in ArrowKind]
    colors = [style.dark_color if page == "dark" else style.color for style in styles]
    assert len({*zip(colors, [style.dashes for style in styles], strict=True)}) == len(styles)
    return [*dict.fromkeys(colors)]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("page", PAGES)
def test_lines_and_arrows_can_be_told_apart(page, eye):
    drawn = {**palettes(page), "arrows": arrows(page)}

    assert set(drawn) == {"okabe-ito", "tol-bright", "tol-vibrant", "petroff", "arrows"}
    assert [len(colors) for colors in drawn.values()] == [8, 8, 8, 8, 3]
    for name, colors in drawn.items():
        difference, *pair = nearest(colors, eye)
        assert difference >= LEAST_DIFFERENCE, (name, pair)


@pytest.mark.parametrize("page", PAGES)
def test_the_lines_of_the_default_palette_stand_out_from_the_page(page):
    def luminance(colors):
        return linear(colors) @ XYZ[1] + 0.05

    lines, paper = luminance(palettes(page)["okabe-ito"]), luminance([PAGES[page]])
    assert (np.maximum(lines, paper) / np.minimum(lines, paper)).min() >= LEAST_CONTRAST


def test_lines_that_move_have_the_dashes_that_bokeh_draws_when_they_rest():
    for name, lengths in DASHES.items():
        pattern = Line(line_dash=name).line_dash
        # Bokeh has one length where dash and gap are alike, as canvases read it.
        assert [*lengths] == (pattern * 2 if len(pattern) == 1 else pattern)
