"""Palette of colours and dashes, distinguishable by a colour-blind eye and in grey print."""

from __future__ import annotations

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#8833EE")
"""Okabe and Ito's palette, with a violet for its yellow: thin lines of yellow are not seen on
white, and a darker one is orange to an eye that lacks red."""

MAX_LINES = 24
"""Eight colours times three dash styles can be told apart; more lines than that become a
heat map.
"""

FEW_SAMPLES = 60
"""A curve of no more samples than this shows each of them as a dot."""

DASHES = {"solid": (), "dashed": (6, 6), "dotted": (2, 4)}
"""Bokeh's names of dashes in turn: lengths of dash and gap in pixels, as it draws them."""

INK = "#1f2d3d"


def line_style(index: int) -> tuple[str, str]:
    """Return colour and dash of a line: all colours solid first, then dashed, then dotted."""
    dash = list(DASHES)[index // len(OKABE_ITO) % len(DASHES)]
    return OKABE_ITO[index % len(OKABE_ITO)], dash


def spike_colors(size: int) -> list[str]:
    """Return a colour for each of ``size`` neurons: that of its line, or ink where there are too
    many to tell apart.
    """
    return [line_style(i)[0] if size <= MAX_LINES else INK for i in range(size)]


def pale(color: str, opacity: float = 0.5) -> str:
    """Return a colour such as "#0072B2" over white, by default with as much of both."""
    channels = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (int(opacity * channel + (1 - opacity) * 255) for channel in channels)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
