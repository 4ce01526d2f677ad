"""Kinds of live plots: each is one row of ``PLOT_KINDS``.

A row says what a kind can draw, how the kernel turns samples into its data, and which figure the
browser fills with them. ``labextension/write_tables.py`` writes the names of all rows to
``labextension/src/tables/plot_kinds.ts``, whose compiler then demands a drawer for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nengo_nb.plots import live as figures
from nengo_nb.plots import live_analysis as analysis_figures

from .history import History
from .plot_ranks import (
    FEW_STACKED,
    count_all,
    count_lines,
    rank_cloud,
    rank_html,
    rank_image,
    rank_lines,
    rank_path,
    rank_pattern,
    rank_raster,
    rank_signal,
    rank_spike_train,
    rank_stacked,
    refuse_lines,
    refuse_none,
    refuse_path,
    refuse_stacked,
)
from .render import (
    Cache,
    Drawn,
    Style,
    Window,
    cloud,
    image,
    lines,
    nothing,
    path,
    pattern,
    raster,
    share_scale,
    stack,
)
from .signal_statistics import aligned, correlation, spectrum
from .signals import Source
from .spike_statistics import intervals, population, rates
from .still_lines import StillCache, still_lines

Render = Callable[[History, Window, Style, Cache], Drawn]
"""Turns samples of a run in a window into the data of a frame."""


@dataclass(frozen=True)
class PlotKind:
    """Kind of live plot.

    Args:
        name: Name in messages and in code.
        label: Name in the menu of a plot.
        is_timed: Whether its horizontal axis is simulated time.
        needs_samples: Whether it draws samples of earlier times. Sources with ``now`` have none.
        has_legend: Whether each of its values has a colour of its own.
        has_limits: Whether the ends of its axis or scale of values can be fixed.
        rank: Rank among the kinds of a source, the smallest for the default; None where the source
            cannot be drawn so.
        default_count: Number of values that are drawn by default, by the size of the source.
        refuse: Sentence on why so many values cannot be drawn; empty where they can.
        render: Turns samples of the present run into the data of a frame.
        draw: Adds glyphs without data to a figure; None where the browser makes no figure.
        render_kept: Turns those of a kept run into data; None where only the present run is drawn.
        join: Brings the data of the present run, which come first, and of kept ones to one scale.
        is_analysis: Whether it shows what is computed of all samples of a window, which is made
            anew only a few times a second while these change.
    """

    name: str
    label: str
    is_timed: bool
    needs_samples: bool
    has_legend: bool
    has_limits: bool
    rank: Callable[[Source], int | None]
    default_count: Callable[[int], int]
    refuse: Callable[[int], str]
    render: Render
    draw: figures.Draw | None
    render_kept: Callable[[History, Window, Style, StillCache], Drawn] | None = None
    join: Callable[[Sequence[Drawn]], list[Drawn]] = list
    is_analysis: bool = False


def _of_spikes(
    name: str, label: str, render: Render, draw: figures.Draw, is_timed: bool = False
) -> PlotKind:
    """Return the kind of an analysis of all drawn neurons together."""
    return PlotKind(
        name=name,
        label=label,
        is_timed=is_timed,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=rank_spike_train,
        default_count=count_all,
        refuse=refuse_none,
        render=render,
        draw=draw,
        is_analysis=True,
    )


def _of_signals(name: str, label: str, render: Render, draw: figures.Draw) -> PlotKind:
    """Return the kind of an analysis that has a curve for each value."""
    return PlotKind(
        name=name,
        label=label,
        is_timed=False,
        needs_samples=True,
        has_legend=True,
        has_limits=False,
        rank=rank_signal,
        default_count=count_lines,
        refuse=refuse_lines,
        render=render,
        draw=draw,
        is_analysis=True,
    )


_ROWS = (
    PlotKind(
        name="lines",
        label="lines",
        is_timed=True,
        needs_samples=True,
        has_legend=True,
        has_limits=True,
        rank=rank_lines,
        default_count=count_lines,
        refuse=refuse_lines,
        render=lines,
        render_kept=still_lines,
        join=share_scale,
        draw=figures.draw_lines,
    ),
    PlotKind(
        name="stacked",
        label="stacked lines",
        is_timed=True,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=rank_stacked,
        default_count=lambda size: min(size, FEW_STACKED),
        refuse=refuse_stacked,
        render=lines,
        render_kept=still_lines,
        join=stack,
        draw=figures.draw_stacked,
    ),
    PlotKind(
        name="raster",
        label="raster",
        is_timed=True,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=rank_raster,
        default_count=count_all,
        refuse=refuse_none,
        render=raster,
        draw=figures.draw_raster,
    ),
    PlotKind(
        name="xy",
        label="phase",
        is_timed=False,
        needs_samples=True,
        has_legend=False,
        has_limits=True,
        rank=rank_path,
        default_count=lambda size: min(size, 2),
        refuse=refuse_path,
        render=path,
        render_kept=path,
        join=share_scale,
        draw=figures.draw_path,
    ),
    PlotKind(
        name="cloud",
        label="pointer cloud",
        is_timed=False,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=rank_cloud,
        default_count=count_all,
        refuse=refuse_none,
        render=cloud,
        draw=figures.draw_cloud,
    ),
    PlotKind(
        name="image",
        label="image",
        is_timed=False,
        needs_samples=False,
        has_legend=False,
        has_limits=True,
        rank=rank_image,
        default_count=count_all,
        refuse=refuse_none,
        render=image,
        draw=figures.draw_image,
    ),
    PlotKind(
        name="pattern",
        label="firing pattern",
        is_timed=False,
        needs_samples=True,
        has_legend=False,
        has_limits=True,
        rank=rank_pattern,
        default_count=count_all,
        refuse=refuse_none,
        render=pattern,
        draw=figures.draw_pattern,
    ),
    PlotKind(
        name="html",
        label="HTML",
        is_timed=False,
        needs_samples=False,
        has_legend=False,
        has_limits=False,
        rank=rank_html,
        default_count=count_all,
        refuse=refuse_none,
        render=nothing,
        draw=None,
    ),
    _of_spikes("rates", "firing rates", rates, analysis_figures.draw_rates),
    _of_spikes(
        "population", "population rate", population, analysis_figures.draw_population, is_timed=True
    ),
    _of_spikes("intervals", "inter-spike intervals", intervals, analysis_figures.draw_intervals),
    _of_signals("spectrum", "power spectrum", spectrum, analysis_figures.draw_spectrum),
    _of_signals(
        "correlation", "correlation with input", correlation, analysis_figures.draw_correlation
    ),
    _of_signals("aligned", "average at markers (PSTH)", aligned, analysis_figures.draw_aligned),
)

PLOT_KINDS = {kind.name: kind for kind in _ROWS}
"""All kinds by name, in the order in which an error lists them."""


def kinds_of(source: Source) -> tuple[str, ...]:
    """Return the names of the kinds that can draw a source, the most usual first."""
    ranks: dict[str, int] = {}
    for name, kind in PLOT_KINDS.items():
        rank = kind.rank(source)
        if rank is not None and (source.now is None or not kind.needs_samples):
            ranks[name] = rank
    return tuple(sorted(ranks, key=ranks.__getitem__))


def pools_neurons(source: Source, kind: str) -> bool:
    """Whether a kind draws what all chosen neurons have in common, such as their mean rate."""
    return source.spikes and PLOT_KINDS[kind].is_analysis


def default_dims(source: Source, kind: str) -> tuple[int, ...]:
    """Return the indices that are drawn by default."""
    if pools_neurons(source, kind):
        return tuple(range(source.size))
    return tuple(range(PLOT_KINDS[kind].default_count(source.size)))


def check_dims(source: Source, kind: str, dims: Sequence[int]) -> None:
    """Check that chosen indices exist and are as many as the kind can draw.

    Raises:
        ValueError: One sentence.
    """
    if not (dims or source.size):
        return  # a vocabulary without pointers yet
    wrong = [i for i in dims if not 0 <= i < source.size]
    if wrong or not dims:
        raise ValueError(
            f"{source.key} has the values 0 to {source.size - 1}, not {wrong or 'none'}"
        )
    if len(set(dims)) < len(dims):
        raise ValueError("a value is chosen twice")
    reason = "" if pools_neurons(source, kind) else PLOT_KINDS[kind].refuse(len(dims))
    if reason:
        raise ValueError(reason)
