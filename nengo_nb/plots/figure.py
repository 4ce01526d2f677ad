"""Bokeh figure of several traces: stacked panels, linked where they have the same axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bokeh.layouts import gridplot
from bokeh.models import (
    ColorBar,
    ColumnDataSource,
    HoverTool,
    Legend,
    LegendItem,
    LinearColorMapper,
    PlainText,
    Range1d,
    Title,
    UIElement,
)
from bokeh.palettes import Cividis256
from bokeh.plotting import figure
from bokeh.transform import dodge, linear_cmap

from .palette import FEW_SAMPLES, line_style, pale, spike_colors
from .reduce import limits, reduce_heat, reduce_lines, reduce_spikes, shared_spans, spans
from .trace import Kind, Trace

HEIGHT = 220
LEGEND_COLUMNS = 12
LEGEND_WIDTH, LEGEND_ROW = 640, 18
"""Width of a legend of names, and height of one of its rows, in CSS pixels; more names than fit
into a row go into further ones.
"""
LETTER, MARKER = 6, 32


def draw_figure(traces: Sequence[Trace]) -> UIElement:
    """Draw traces below each other, linked in panning and zooming along an axis of the same name.

    Labels are wrapped in ``PlainText``, so that neither HTML nor TeX in them is interpreted.
    """
    if not traces:
        raise ValueError("there is nothing to plot: no traces were given")
    # One object for all panels of an axis: Bokeh links plots that share a range.
    ranges = {axis: Range1d(*span) for axis, span in shared_spans(traces).items()}
    panels = []
    for trace in traces:
        panel = _panel(trace, ranges[trace.axis])
        DRAWERS[trace.kind](panel, trace)
        panels.append([panel])
    grid: UIElement = gridplot(
        panels, merge_tools=True, toolbar_location="right", sizing_mode="stretch_width"
    )
    return grid


def _panel(trace: Trace, times: Range1d) -> figure:
    """Make an empty plot with its title and axes."""
    panel = figure(
        height=HEIGHT,
        x_range=times,
        tools="xpan,box_zoom,xwheel_zoom,reset,save",
        active_scroll=None,
        # Room for tick labels, equal in all panels, so that their time axes line up.
        min_border_left=70,
        output_backend="canvas",
    )
    panel.title = Title(text=PlainText(text=trace.label))
    panel.xaxis.axis_label = trace.axis
    upwards = trace.quantity if trace.kind in (Kind.LINES, Kind.CURVES) else trace.index
    panel.yaxis.axis_label = PlainText(text=upwards)
    return panel


def _draw_lines(panel: figure, trace: Trace) -> None:
    """Draw one line per dimension over a shared time column; the legend hides and shows them."""
    for earlier in trace.under:
        _draw_earlier(panel, earlier)
    times, values = reduce_lines(trace)
    columns = {str(i): values[:, i] for i in range(trace.size)}
    source = ColumnDataSource({"time": times, **columns})
    # A line through a single sample would not be seen.
    draw = panel.line if len(times) > 1 else panel.scatter
    lines = []
    for i, column in enumerate(columns):
        color, dash = line_style(i)
        style = {"line_color": color, "line_dash": dash, "line_width": 1.5}
        lines.append(draw("time", column, source=source, name=column, muted_alpha=0.1, **style))
    tooltips = [(trace.index, "$name"), ("time", "@time{0.0000} s"), ("value", "$snap_y{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=lines, mode="mouse"))
    if trace.size > 1:
        items = [LegendItem(label=line.name, renderers=[line]) for line in lines]
        panel.add_layout(_legend(trace.index, items), "above")


def _draw_earlier(panel: figure, trace: Trace) -> None:
    """Draw the lines of an earlier run pale and dashed; hovering tells its name."""
    times, values = reduce_lines(trace)
    columns = {str(i): values[:, i] for i in range(trace.size)}
    # A column and no text of the tooltip, in which "@" has a meaning.
    source = ColumnDataSource({"time": times, "run": [trace.label] * len(times), **columns})
    lines = []
    for i, column in enumerate(columns):
        style = {"line_color": pale(line_style(i)[0]), "line_dash": "dashed"}
        lines.append(panel.line("time", column, source=source, **style))
    tooltips = [("run", "@run"), ("time", "@time{0.0000} s"), ("value", "$snap_y{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=lines, mode="mouse"))


def _draw_curves(panel: figure, trace: Trace) -> None:
    """Draw each curve over the samples it has, with a dot for each where they are few."""
    lines, items = [], []
    for i, name in enumerate(trace.names):
        x, y = trace.curve(i)
        if not len(x):
            continue
        source = ColumnDataSource({"x": x, "y": y})
        color, dash = line_style(trace.style(i))
        line = panel.line(
            "x", "y", source=source, name=name, line_color=color, line_dash=dash, line_width=1.5
        )
        drawn = [line]
        if len(x) <= FEW_SAMPLES:
            drawn.append(panel.scatter("x", "y", source=source, name=name, color=color, size=5))
        # Tooltips belong to the dots, where there are some.
        lines.append(drawn[-1])
        items.append(LegendItem(label=name, renderers=drawn))
    tooltips = [("", "$name"), (trace.axis, "@x{0.00}"), (trace.quantity, "@y{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=lines, mode="mouse"))
    longest = max((len(name) for name in trace.names), default=0)
    columns = max(1, LEGEND_WIDTH // (LETTER * longest + MARKER))
    panel.height += LEGEND_ROW * (-(-len(items) // columns) - 1)
    panel.add_layout(_legend("", items, min(columns, LEGEND_COLUMNS)), "above")


def _legend(title: str, items: list[LegendItem], columns: int = LEGEND_COLUMNS) -> Legend:
    """Make a flat legend above the plot, where it leaves the time axes of stacked plots aligned."""
    return Legend(
        items=items,
        title=title,
        click_policy="hide",
        orientation="horizontal",
        ncols=columns,
        border_line_color=None,
        margin=0,
        padding=2,
        spacing=8,
        label_text_font_size="11px",
        title_text_font_size="11px",
        glyph_width=14,
        glyph_height=12,
    )


def _draw_raster(panel: figure, trace: Trace) -> None:
    """Draw a short upright stroke per spike, neuron 0 at the bottom."""
    times, neurons = reduce_spikes(trace)
    source = ColumnDataSource({"time": times, "neuron": neurons})
    strokes = panel.segment(
        x0="time",
        x1="time",
        # 0.8 high, so that strokes of neighbouring neurons do not touch.
        y0=dodge("neuron", -0.4),
        y1=dodge("neuron", 0.4),
        source=source,
        line_width=1.5 if trace.size <= HEIGHT // 4 else 1.0,
        line_color=linear_cmap("neuron", spike_colors(trace.size), -0.5, trace.size - 0.5),
    )
    panel.y_range = Range1d(-0.5, trace.size - 0.5)
    tooltips = [(trace.index, "@neuron"), ("time", "@time{0.0000} s")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=[strokes], mode="mouse"))


def _draw_heat(panel: figure, trace: Trace) -> None:
    """Draw an image: dimensions upwards, time to the right, the value as colour."""
    image = reduce_heat(trace)
    start, end = spans(trace)
    low, high = limits(image)
    colors = LinearColorMapper(palette=Cividis256, low=low, high=high)
    # Cells are centred on whole numbers, where the ticks of the dimensions are.
    place = {"x": start, "y": -0.5, "dw": end - start, "dh": trace.size}
    cells = panel.image(image=[image], color_mapper=colors, **place)
    panel.y_range = Range1d(-0.5, trace.size - 0.5)
    tooltips = [(trace.index, "$y{0}"), ("time", "$x{0.0000} s"), ("value", "@image{0.0000}")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=[cells], mode="mouse"))
    bar = ColorBar(color_mapper=colors, title=PlainText(text=trace.quantity), height=8, padding=4)
    panel.add_layout(bar, "above")


DRAWERS: dict[Kind, Callable[[figure, Trace], None]] = {
    Kind.LINES: _draw_lines,
    Kind.RASTER: _draw_raster,
    Kind.HEAT: _draw_heat,
    Kind.CURVES: _draw_curves,
}
