"""SVG drawing of curves: the same panels as the picture, in a millisecond, so it can be live."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .palette import FEW_SAMPLES, INK, line_style
from .picture import (
    BOTTOM,
    FRAME,
    GRID,
    HEIGHT,
    LEFT,
    RIGHT,
    TIME_TICKS,
    TOP,
    VALUE_TICKS,
    WIDTH,
    value_range,
)
from .ticks import find_ticks_within_rounding
from .trace import Trace

EDGE = WIDTH - RIGHT
LETTERS = 6.4
"""About the width of a letter, in units of the page."""


def draw_vector(traces: Sequence[Trace], ends: float) -> str:
    """Draw curves below each other, as an SVG element.

    Args:
        traces: One panel each.
        ends: End of the horizontal axis, which begins at zero.
    """
    if not traces:
        raise ValueError("there is nothing to plot: no traces were given")
    panels = "".join(_panel(trace, i * HEIGHT, ends) for i, trace in enumerate(traces))
    height = HEIGHT * len(traces)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" viewBox="0 0 {WIDTH} {height}" '
        'style="max-width: 100%; background: white" font-family="sans-serif" '
        f'font-size="11">{panels}</svg>'
    )


@dataclass(frozen=True)
class Place:
    """Position of a panel on the page, and the data ranges at its edges."""

    top: int
    ends: float
    low: float
    high: float

    @property
    def upper(self) -> int:
        """The upper edge of the frame."""
        return self.top + TOP

    @property
    def lower(self) -> int:
        """The lower edge of the frame."""
        return self.top + HEIGHT - BOTTOM

    def x(self, values: np.ndarray | float) -> Any:
        """Convert positions to units from the left."""
        return LEFT + values / self.ends * (EDGE - LEFT)

    def y(self, values: np.ndarray | float) -> Any:
        """Convert values to units from the top."""
        return self.lower - (values - self.low) / (self.high - self.low) * (self.lower - self.upper)


def _panel(trace: Trace, top: int, ends: float) -> str:
    """Draw one panel: axes, curves, and their names."""
    place = Place(top, ends, *value_range(trace))
    parts = [_axes(place, trace)]
    end = float(EDGE)
    # From right to left, as names are right-aligned;
    # the first curve is drawn last, above the others.
    for i in reversed(range(trace.size)):
        x, y = trace.curve(i)
        if len(x):
            color, name = line_style(i)[0], trace.names[i]
            parts += [
                _curve(place.x(x), place.y(y), color),
                _text(end, place.upper - 7, name, color, "end"),
            ]
            end -= LETTERS * len(name) + 14
    return "".join(parts)


def _axes(place: Place, trace: Trace) -> str:
    """Draw title, frame, grid, ticks, and the name of the axis."""
    upper, lower = place.upper, place.lower
    times = find_ticks_within_rounding(0, place.ends, TIME_TICKS)
    values = find_ticks_within_rounding(place.low, place.high, VALUE_TICKS)
    across = [(place.x(tick), f"{tick:.6g}") for tick in times]
    upwards = [(place.y(tick), f"{tick:.6g}") for tick in values]
    lines = [f"M{x:.1f} {upper}V{lower}" for x, _ in across] + [
        f"M{LEFT} {y:.1f}H{EDGE}" for y, _ in upwards
    ]
    frame = f"M{LEFT} {upper}H{EDGE}V{lower}H{LEFT}Z"
    return "".join(
        [
            f'<path d="{"".join(lines)}" stroke="{GRID}"/>',
            f'<path d="{frame}" stroke="{FRAME}" fill="none"/>',
            *(_text(x, lower + 14, label, INK, "middle") for x, label in across),
            *(_text(LEFT - 5, y + 4, label, INK, "end") for y, label in upwards),
            _text(LEFT, upper - 7, f"{trace.label}: {trace.quantity}", INK, "start", size=13),
            _text((LEFT + EDGE) / 2, lower + 30, trace.axis, INK, "middle"),
        ]
    )


def _curve(x: np.ndarray, y: np.ndarray, color: str) -> str:
    """Draw a line through points, with a dot for each where they are few."""
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    drawn = f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="1.5"/>'
    if len(points) > FEW_SAMPLES:
        return drawn
    return drawn + "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{color}"/>' for a, b in points
    )


def _text(x: float, y: float, text: str, color: str, anchor: str, size: int = 11) -> str:
    """Return a text element; markup in it is escaped."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}" font-size="{size}">'
        f"{html.escape(text)}</text>"
    )
