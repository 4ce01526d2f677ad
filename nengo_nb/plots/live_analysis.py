"""Bokeh figures of live analyses, without data: the browser fills them as those of live plots."""

from __future__ import annotations

from collections.abc import Sequence

from bokeh.models import (
    ColumnDataSource,
    HoverTool,
    LogScale,
    LogTicker,
    NumeralTickFormatter,
    PlainText,
)
from bokeh.plotting import figure

from .palette import line_style


def draw_rates(panel: figure, _quantity: str, _labels: Sequence[str]) -> None:
    """Draw a histogram of firing rates."""
    _draw_histogram(panel, "firing rate (Hz)", "neurons", "0.00")


def draw_intervals(panel: figure, _quantity: str, _labels: Sequence[str]) -> None:
    """Draw a histogram of inter-spike intervals."""
    _draw_histogram(panel, "inter-spike interval (s)", "intervals", "0.0000")


def draw_population(panel: figure, _quantity: str, _labels: Sequence[str]) -> None:
    """Draw the rate of a population over time, as one line."""
    source = ColumnDataSource({"t": [], "0": []}, name="data")
    color, _ = line_style(0)
    line = panel.line("t", "0", source=source, line_color=color, line_width=1.6, name="0")
    tooltips = [("time", "@t{0.0000} s"), ("rate", "$snap_y{0.00} Hz")]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=[line], mode="mouse", visible=False))
    panel.yaxis.axis_label = "population rate (Hz)"


def draw_spectrum(panel: figure, _quantity: str, labels: Sequence[str]) -> None:
    """Draw power in decibels over frequency, which is logarithmic."""
    tooltips = [("frequency", "@x{0.00} Hz"), ("power", "$snap_y{0.0} dB")]
    _draw_curves(panel, labels, tooltips)
    panel.x_scale = LogScale()
    # Zero has no place on such an axis, also before there are data.
    panel.x_range.start, panel.x_range.end = 1, 500
    panel.xaxis.ticker = LogTicker(mantissas=[1, 2, 5])
    panel.xaxis.axis_label = "frequency (Hz)"
    panel.yaxis.axis_label = "power (dB)"


def draw_correlation(panel: figure, _quantity: str, labels: Sequence[str]) -> None:
    """Draw correlation coefficients over lags, of which zero is marked."""
    _draw_curves(panel, labels, [("lag", "@x{0.0000} s"), ("correlation", "$snap_y{0.00}")])
    panel.xaxis.axis_label = "lag behind the input (s)"
    panel.yaxis.axis_label = "correlation"
    _mark_zero(panel)


def draw_aligned(panel: figure, quantity: str, labels: Sequence[str]) -> None:
    """Draw averages over the time from markers, which is marked."""
    _draw_curves(panel, labels, [("time", "@x{0.0000} s"), ("mean", "$snap_y{0.000}")])
    panel.xaxis.axis_label = "time from marker (s)"
    panel.yaxis.axis_label = PlainText(text=quantity)
    _mark_zero(panel)


def _mark_zero(panel: figure) -> None:
    """Draw a line at zero."""
    panel.vspan(x=[0], line_color=line_style(3)[0], line_dash="dashed", line_width=1.4, name="3")


def _draw_curves(panel: figure, labels: Sequence[str], tooltips: Sequence[tuple[str, str]]) -> None:
    """Draw one curve for each value over a shared column of places."""
    source = ColumnDataSource({"x": [], **{str(i): [] for i in range(len(labels))}}, name="data")
    drawn = []
    for i in range(len(labels)):
        color, dash = line_style(i)
        line = panel.line(
            "x",
            str(i),
            source=source,
            line_color=color,
            line_dash=dash,
            line_width=1.6,
            name=str(i),
        )
        drawn.append(line)
    panel.add_tools(
        HoverTool(tooltips=list(tooltips), renderers=drawn, mode="mouse", visible=False)
    )


def _draw_histogram(panel: figure, quantity: str, counted: str, number: str) -> None:
    """Draw bars between bounds, and a line at a marked place."""
    source = ColumnDataSource({"left": [], "right": [], "top": []}, name="data")
    marked = ColumnDataSource({"x": []}, name="head")
    color, mark = line_style(0)[0], line_style(3)[0]
    bars = panel.quad(
        left="left",
        right="right",
        top="top",
        bottom=0,
        source=source,
        fill_color=color,
        fill_alpha=0.75,
        line_color=None,
        name="0",
    )
    panel.vspan(x="x", source=marked, line_color=mark, line_dash="dashed", line_width=1.4, name="3")
    tooltips = [
        ("from", f"@left{{{number}}}"),
        ("to", f"@right{{{number}}}"),
        (counted, "@top{0}"),
    ]
    panel.add_tools(HoverTool(tooltips=tooltips, renderers=[bars], visible=False))
    panel.xaxis.axis_label = PlainText(text=quantity)
    panel.yaxis.axis_label = PlainText(text=counted)
    panel.yaxis.formatter = NumeralTickFormatter(format="0a")
    panel.xgrid.visible = False
