"""PNG picture of several traces: the same panels as the figure, for viewers without BokehJS."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .palette import FEW_SAMPLES, INK, line_style, pale, spike_colors
from .reduce import limits, reduce_heat, reduce_lines, reduce_spikes, shared_spans, spans
from .ticks import find_ticks_within_rounding
from .trace import Kind, Trace

FAINTEST = 0.25
"""Opacity of the lines of the lowest value of a sweep, as in pages."""

SCALE = 2
"""Pixels of the PNG per CSS pixel: two look sharp on every screen."""
WIDTH, HEIGHT = 760, 210
LEFT, RIGHT, TOP, BOTTOM = 70, 16, 24, 40
TIME_TICKS, VALUE_TICKS = 8, 4
NAME_ROWS = 4
"""Number of names below each other, where they do not fit beside the heading."""
FRAME, GRID = "#9aa5b1", "#e4e7eb"
# Anchors of the colour map, between which colours are interpolated.
CIVIDIS = np.array(
    [[0, 34, 78], [65, 77, 107], [124, 123, 120], [188, 175, 111], [254, 232, 56]], dtype=float
)
DASH_LENGTHS = {"solid": (1, 0), "dashed": (8, 5), "dotted": (2, 4)}


@dataclass(frozen=True)
class Panel:
    """Panel of one trace: its top edge on the page, and the data ranges of its frame."""

    image: Image.Image
    pen: ImageDraw.ImageDraw
    top: int
    times: tuple[float, float]
    values: tuple[float, float]

    def x(self, seconds: np.ndarray) -> np.ndarray:
        """Convert times to pixels from the left."""
        low, high = self.times
        return SCALE * (LEFT + (np.asarray(seconds) - low) / (high - low) * (WIDTH - LEFT - RIGHT))

    def y(self, values: np.ndarray) -> np.ndarray:
        """Convert values to pixels from the top."""
        low, high = self.values
        return SCALE * (
            self.top
            + HEIGHT
            - BOTTOM
            - (np.asarray(values) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        )


def draw_picture(traces: Sequence[Trace]) -> bytes:
    """Draw traces below each other, with one range for each axis, as the bytes of a PNG twice the
    size of the page.
    """
    if not traces:
        raise ValueError("there is nothing to plot: no traces were given")
    ranges = shared_spans(traces)
    image = Image.new("RGB", (SCALE * WIDTH, SCALE * HEIGHT * len(traces)), "white")
    pen = ImageDraw.Draw(image)
    for i, trace in enumerate(traces):
        panel = Panel(image, pen, i * HEIGHT, ranges[trace.axis], value_range(trace))
        draw_axes(panel, _heading(trace), trace.axis)
        DRAWERS[trace.kind](panel, trace)
    return write_png(image)


def write_png(image: Image.Image) -> bytes:
    """Return an image as the bytes of a small PNG."""
    buffer = io.BytesIO()
    # A palette makes the file small; every cell of a saved notebook keeps its picture.
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(buffer, "png", optimize=True)
    return buffer.getvalue()


@cache
def load_font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Load DejaVu where the machine has it, as Pillow's own font lacks Greek letters."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size * SCALE)
    except OSError:
        return ImageFont.load_default(size * SCALE)


def picture_size(traces: Sequence[Trace]) -> tuple[int, int]:
    """Return width and height of the picture in CSS pixels; the PNG has twice as many."""
    return WIDTH, HEIGHT * len(traces)


def value_range(trace: Trace) -> tuple[float, float]:
    """Return the values at the lower and upper edge of the frame."""
    if trace.kind not in (Kind.LINES, Kind.CURVES):
        return -0.5, trace.size - 0.5
    ranges = [limits(each.values) for each in (trace, *trace.under)]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def draw_axes(panel: Panel, heading: str, axis: str) -> None:
    """Draw heading, frame, grid, ticks and the name of the horizontal axis."""
    pen, font = panel.pen, load_font(11)
    left, right = SCALE * LEFT, SCALE * (WIDTH - RIGHT)
    top, bottom = SCALE * (panel.top + TOP), SCALE * (panel.top + HEIGHT - BOTTOM)
    for tick in find_ticks_within_rounding(*panel.times, TIME_TICKS):
        x = float(panel.x(np.array(tick)))
        pen.line([(x, top), (x, bottom)], fill=GRID, width=SCALE)
        pen.text((x, bottom + 4 * SCALE), f"{tick:.6g}", fill=INK, font=font, anchor="mt")
    for tick in find_ticks_within_rounding(*panel.values, VALUE_TICKS):
        y = float(panel.y(np.array(tick)))
        pen.line([(left, y), (right, y)], fill=GRID, width=SCALE)
        pen.text((left - 5 * SCALE, y), f"{tick:.6g}", fill=INK, font=font, anchor="rm")
    pen.rectangle([(left, top), (right, bottom)], outline=FRAME, width=SCALE)
    place = (left, top - 7 * SCALE)
    pen.text(place, one_line(heading), fill=INK, font=load_font(13), anchor="ls")
    pen.text(
        ((left + right) / 2, bottom + 18 * SCALE),
        one_line(axis),
        fill=INK,
        font=font,
        anchor="mt",
    )


def _heading(trace: Trace) -> str:
    """Return the line above a panel."""
    dashed = ", ".join(each.label for each in trace.under if each.level is None)
    levels = {each.level: each.label for each in trace.under if each.level is not None}
    notes = [f"dashed: {dashed}"] if dashed else []
    if levels:
        notes.append(f"pale to dark: {levels[min(levels)]} to {levels[max(levels)]}")
    note = f" ({'; '.join(notes)})" if notes else ""
    name = _axis_name(trace)
    # A live view names what it decodes itself "a: decoded value (synapse 10 ms)" already.
    title = trace.label if name in trace.label else f"{trace.label}: {name}"
    return one_line(f"{title}{note}")


def _axis_name(trace: Trace) -> str:
    """Return the name of the vertical axis."""
    if trace.kind in (Kind.LINES, Kind.CURVES):
        return trace.quantity
    return (
        f"spikes by {trace.index}"
        if trace.kind is Kind.RASTER
        else f"{trace.quantity} by {trace.index}"
    )


def one_line(text: str) -> str:
    """Return a label as one line of at most 90 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:89] + "…"


def _draw_lines(panel: Panel, trace: Trace) -> None:
    """Draw one line per dimension, in the figure's styles; gaps where values are not finite."""
    for earlier in trace.under:
        _draw_dimensions(panel, earlier, is_earlier=True)
    _draw_dimensions(panel, trace, is_earlier=False)


def _draw_dimensions(panel: Panel, trace: Trace, *, is_earlier: bool) -> None:
    """Draw the lines of one run, those of an earlier one pale and dashed, or of a sweep solid."""
    times, values = reduce_lines(trace)
    x = panel.x(times)
    for i in range(trace.size):
        color, dash = line_style(i)
        if trace.level is not None:
            # Several lines of a run keep their colours, by which they are told apart.
            opacity = FAINTEST + (1 - FAINTEST) * trace.level
            color, dash = pale(INK if trace.size == 1 else color, opacity), "solid"
        elif is_earlier:
            color, dash = pale(color), "dashed"
        draw_line(panel, x, values[:, i], color, dash)


def draw_line(panel: Panel, x: np.ndarray, values: np.ndarray, color: str, dash: str) -> None:
    """Draw a line, with gaps where its values are not finite.

    Args:
        panel: The panel.
        x: Pixels from the left, ``(points,)``.
        values: ``(points,)``.
        color: Colour of the line.
        dash: Name of its dashes.
    """
    for run in _runs(np.isfinite(values), *DASH_LENGTHS[dash]):
        points = list(zip(x[run].tolist(), panel.y(values[run]).tolist(), strict=True))
        if len(points) > 1:
            panel.pen.line(points, fill=color, width=3, joint="curve")
        else:
            panel.pen.ellipse([points[0], (points[0][0] + 4, points[0][1] + 4)], fill=color)


def _runs(drawn: np.ndarray, on: int, off: int) -> list[slice]:
    """Return stretches of points to join: where ``drawn``, and for a dash only ``on`` of every ``on
    + off``.
    """
    phase = np.arange(len(drawn)) % (on + off)
    shown = drawn & (phase < on) if off else drawn
    # Padded with False, so that edges come in pairs: begin and end of each stretch.
    edges = np.flatnonzero(np.diff(np.concatenate([[False], shown, [False]])))
    # A dash reaches one point further, or a gap would be longer by the missing interval.
    return [slice(start, min(end + bool(off), len(drawn))) for start, end in edges.reshape(-1, 2)]


def _draw_raster(panel: Panel, trace: Trace) -> None:
    """Draw a short upright stroke per spike, neuron 0 at the bottom."""
    times, neurons = reduce_spikes(trace)
    x, low, high = panel.x(times), panel.y(neurons - 0.4), panel.y(neurons + 0.4)
    colors = spike_colors(trace.size)
    for a, b, c, neuron in zip(
        x.tolist(), low.tolist(), high.tolist(), neurons.tolist(), strict=True
    ):
        panel.pen.line([(a, b), (a, c)], fill=colors[neuron], width=2)


def _draw_curves(panel: Panel, trace: Trace) -> None:
    """Draw each curve over the samples it has, with a dot for each where they are few."""
    for i in range(trace.size):
        color, dash = line_style(trace.style(i))
        x, y = trace.curve(i)
        points = list(zip(panel.x(x).tolist(), panel.y(y).tolist(), strict=True))
        for run in _runs(np.ones(len(points), dtype=bool), *DASH_LENGTHS[dash]):
            panel.pen.line(points[run], fill=color, width=3, joint="curve")
        for a, b in points if len(points) <= FEW_SAMPLES else ():
            panel.pen.ellipse([(a - 5, b - 5), (a + 5, b + 5)], fill=color)
    _draw_names(panel, trace)


def _draw_names(panel: Panel, trace: Trace) -> None:
    """Draw the names of curves in their colours: beside the heading, or, where there are too many,
    in columns in the lower right corner of the frame, where there is most room below curves that
    rise.
    """
    font, gap, line = load_font(11), 14 * SCALE, 14 * SCALE
    drawn = [i for i in range(trace.size) if len(trace.curve(i)[0])]
    widths = {i: panel.pen.textlength(trace.names[i], font=font) + gap for i in drawn}
    right = float(SCALE * (WIDTH - RIGHT))
    room = right - SCALE * LEFT - panel.pen.textlength(_heading(trace), font=load_font(13)) - gap
    rows = 1 if sum(widths.values()) <= room else NAME_ROWS
    upper = SCALE * (panel.top + TOP - 7)
    if rows > 1:
        right -= gap / 2
        upper = SCALE * (panel.top + HEIGHT - BOTTOM - 8) - line * (rows - 1)
    # Names are set from right to left, so the last ones come first.
    columns = [drawn[k : k + rows] for k in range(0, len(drawn), rows)]
    for column in reversed(columns):
        for row, i in enumerate(column):
            color = line_style(trace.style(i))[0]
            corner = (right, upper + row * line)
            panel.pen.text(corner, trace.names[i], fill=color, font=font, anchor="rs")
        right -= max(widths[i] for i in column)


def color_cells(shares: np.ndarray) -> np.ndarray:
    """Return the colours of shares from 0 to 1, ``(rows, columns, 3)`` bytes."""
    place, anchors = shares * (len(CIVIDIS) - 1), np.arange(len(CIVIDIS))
    channels = [np.interp(place, anchors, channel) for channel in CIVIDIS.T]
    return np.stack(channels, axis=-1).astype(np.uint8)


def _draw_heat(panel: Panel, trace: Trace) -> None:
    """Draw an image: dimensions upwards, time to the right, the value as colour."""
    cells = np.nan_to_num(reduce_heat(trace))
    low, high = limits(cells)
    # Rows of an image run downwards, dimensions upwards.
    colors = color_cells((cells[::-1] - low) / (high - low))
    start, end = (int(panel.x(np.array(edge))) for edge in spans(trace))
    top, bottom = SCALE * (panel.top + TOP), SCALE * (panel.top + HEIGHT - BOTTOM)
    size = (max(end - start, 1), bottom - top)
    panel.image.paste(Image.fromarray(colors).resize(size, Image.Resampling.NEAREST), (start, top))


DRAWERS: dict[Kind, Callable[[Panel, Trace], None]] = {
    Kind.LINES: _draw_lines,
    Kind.RASTER: _draw_raster,
    Kind.HEAT: _draw_heat,
    Kind.CURVES: _draw_curves,
}
