"""Bokeh figure of a live plot, without data: the browser streams samples into it.

The browser finds models by name: ``data``, ``time`` (the range that all plots share in meaning) and
``values``, and in plots of lines ``runs``, the lines of kept runs. Lines and dots of the present
run are named by the index of their colour, so that it can give them those of another palette.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from bokeh.embed import json_item
from bokeh.models import (
    BasicTicker,
    ColorBar,
    ColumnDataSource,
    GlyphRenderer,
    HoverTool,
    LinearColorMapper,
    PanTool,
    PlainText,
    Range1d,
    WheelZoomTool,
)
from bokeh.palettes import Cividis256, Greys256
from bokeh.plotting import figure

from .palette import line_style

HEIGHT = 210

Draw = Callable[[figure, str, Sequence[str]], None]
"""Adds the glyphs of a kind of plot to a figure, given the label of its vertical axis and the names
of the values.
"""


def live_figure(draw: Draw, is_timed: bool, quantity: str, labels: Sequence[str]) -> dict[str, Any]:
    """Return a figure as JSON, to be embedded by a browser.

    Args:
        draw: Adds the glyphs.
        is_timed: Whether the horizontal axis is simulated time.
        quantity: Label of the vertical axis, with unit; shown as plain text.
        labels: Names of the values.
    """
    zoom = WheelZoomTool(
        dimensions="width" if is_timed else "both", modifiers="ctrl"
    )  # else a page would not scroll
    panel = figure(
        height=HEIGHT,
        sizing_mode="stretch_width",
        # By these names the browser finds the models; their ids are new in every document.
        x_range=Range1d(0, 1, name="time" if is_timed else "across"),
        y_range=Range1d(-1, 1, name="values"),
        tools=[PanTool(dimensions="width" if is_timed else "both"), zoom],
        active_scroll=zoom,
        min_border_left=62 if is_timed else 5,
        min_border_right=12,
        toolbar_location=None,
        output_backend="canvas",
    )
    draw(panel, quantity, labels)
    item: dict[str, Any] = json_item(panel)
    return item


def _draw_runs(panel: figure) -> GlyphRenderer:
    """Draw lines whose looks the browser chooses, pale or dashed, below what comes after."""
    source = ColumnDataSource(
        {name: [] for name in ("xs", "ys", "color", "dash", "alpha", "run")}, name="runs"
    )
    return panel.multi_line(
        "xs",
        "ys",
        source=source,
        line_color="color",
        line_dash="dash",
        line_width=1.4,
        line_alpha="alpha",
    )


def _name_runs(panel: figure, drawn: GlyphRenderer) -> None:
    """Tell the name of a kept run, and its value, where somebody points at its line."""
    tooltips = [("run", "@run"), ("time", "$snap_x{0.0000} s"), ("value", "$snap_y{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=[drawn], mode="mouse", visible=False))


def draw_stacked(panel: figure, quantity: str, labels: Sequence[str]) -> None:
    """Draw lines above each other, whose places tell them apart, and not their values."""
    _draw_runs(panel)
    source = ColumnDataSource({"t": [], **{str(i): [] for i in range(len(labels))}}, name="data")
    for i in range(len(labels)):
        panel.line(
            "t", str(i), source=source, line_color=line_style(0)[0], line_width=1.2, name="0"
        )
    panel.yaxis.axis_label = PlainText(text=quantity)
    _label_rows(panel, labels)
    panel.ygrid.visible = False


def draw_lines(panel: figure, quantity: str, labels: Sequence[str]) -> None:
    """Draw one line per dimension over a shared column of times."""
    runs = _draw_runs(panel)
    # Columns are named by their index: labels may be equal, or empty.
    source = ColumnDataSource({"t": [], **{str(i): [] for i in range(len(labels))}}, name="data")
    if not labels:
        # Bokeh warns of a figure without anything in it; a vocabulary may get its keys later.
        panel.line("t", "t", source=source, visible=False)
    drawn = []
    for i in range(len(labels)):
        color, dash = line_style(i)
        drawn.append(
            panel.line(
                "t",
                str(i),
                source=source,
                line_color=color,
                line_dash=dash,
                line_width=1.6,
                name=str(i),
            )
        )
    tooltips = [("time", "@t{0.0000} s"), ("value", "$snap_y{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=drawn, mode="mouse", visible=False))
    _name_runs(panel, runs)
    panel.yaxis.axis_label = PlainText(text=quantity)


def _label_rows(panel: figure, labels: Sequence[str]) -> None:
    """Label rows with the neurons that are in them, which may be sorted, or some of many."""
    # Whole numbers are the places of neurons.
    panel.yaxis.ticker = BasicTicker(min_interval=1)
    if list(labels) != [str(row) for row in range(len(labels))]:
        panel.yaxis.major_label_overrides = dict(enumerate(labels))


def draw_raster(panel: figure, _quantity: str, labels: Sequence[str]) -> None:
    """Draw one row of pixels per neuron, inked where it spikes: an image is drawn much faster than
    thousands of strokes.
    """
    # A glyph for images needs an array of two axes; the browser replaces it with the first frame.
    empty = np.zeros((1, 1), np.uint32)
    source = ColumnDataSource({"image": [empty], "x": [0], "w": [1], "h": [1]}, name="data")
    panel.image_rgba(image="image", x="x", y=-0.5, dw="w", dh="h", source=source)
    # Neurons are centred on whole numbers; the range of no neurons must not be empty.
    panel.y_range.start, panel.y_range.end = -0.5, max(len(labels), 1) - 0.5
    panel.yaxis.axis_label = "neuron"
    _label_rows(panel, labels)
    panel.grid.visible = False


def draw_path(panel: figure, _quantity: str, labels: Sequence[str]) -> None:
    """Draw a path, with a dot at its newest point, and over it that of another source, if any."""
    _draw_runs(panel)
    source = ColumnDataSource({"x": [], "y": []}, name="data")
    head = ColumnDataSource({"x": [], "y": []}, name="head")
    path, dot = line_style(0)[0], line_style(3)[0]
    panel.line("x", "y", source=source, line_color=path, line_width=1.4, line_alpha=0.8, name="0")
    panel.scatter("x", "y", source=head, size=8, fill_color=dot, line_color=None, name="3")
    over = ColumnDataSource({"x": [], "y": []}, name="over")
    over_head = ColumnDataSource({"x": [], "y": []}, name="over_head")
    panel.line(
        "x",
        "y",
        source=over,
        line_color=line_style(1)[0],
        line_width=1.4,
        line_dash="dashed",
        name="1",
    )
    panel.scatter("x", "y", source=over_head, size=8, fill_color=line_style(1)[0], line_color=None)
    panel.xaxis.axis_label = PlainText(text=labels[0]) if labels else None
    panel.yaxis.axis_label = PlainText(text=labels[1]) if labels[1:] else None


def draw_cloud(panel: figure, _quantity: str, _labels: Sequence[str]) -> None:
    """Draw names, each as large and as opaque as the browser makes it; both axes go from 0 to 1."""
    columns = ("text", "x", "y", "size", "alpha", "similarity")
    source = ColumnDataSource({name: [] for name in columns}, name="data")
    names = panel.text(
        "x",
        "y",
        text="text",
        text_font_size="size",
        text_alpha="alpha",
        text_align="center",
        text_baseline="middle",
        source=source,
    )
    panel.axis.visible = False
    panel.grid.visible = False
    panel.y_range.start, panel.y_range.end = 0, 1
    tooltips = [("pointer", "@text"), ("similarity", "@similarity{0.000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=[names], visible=False))


def draw_pattern(panel: figure, _quantity: str, _labels: Sequence[str]) -> None:
    """Draw a cell for each neuron, black if it is silent and white if it fires most."""
    colors = LinearColorMapper(
        palette=Greys256, low=0, high=1, nan_color="rgba(128, 128, 128, 0.2)", name="colors"
    )
    empty = np.zeros((1, 1), np.float32)
    source = ColumnDataSource(
        {"image": [empty], "neuron": [empty], "w": [1], "h": [1]}, name="data"
    )
    panel.image(image="image", x=0, y=0, dw="w", dh="h", source=source, color_mapper=colors)
    panel.axis.visible = False
    panel.grid.visible = False
    panel.min_border_right = 84  # as beside an image
    panel.add_layout(ColorBar(color_mapper=colors, width=10, padding=2, title="Hz"), "right")
    tooltips = [("neuron", "@neuron{0}"), ("rate", "@image{0.0} Hz")]
    panel.add_tools(HoverTool(tooltips=tooltips, visible=False))


def draw_image(panel: figure, _quantity: str, _labels: Sequence[str]) -> None:
    """Draw cells in colours, first row at the top, with a colour bar."""
    colors = LinearColorMapper(
        palette=Cividis256, low=0, high=1, nan_color="rgba(128, 128, 128, 0.2)", name="colors"
    )
    source = ColumnDataSource(
        {"image": [np.zeros((1, 1), np.float32)], "w": [1], "h": [1]}, name="data"
    )
    panel.image(image="image", x=0, y=0, dw="w", dh="h", source=source, color_mapper=colors)
    panel.axis.visible = False
    panel.grid.visible = False
    panel.min_border_right = (
        84  # for numbers such as -1.000e-4: room is not made anew when they change
    )
    panel.add_layout(ColorBar(color_mapper=colors, width=10, padding=2, title=None), "right")
    tooltips = [("column", "$x{0}"), ("row", "$y{0}"), ("value", "@image{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, visible=False))
