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
from nengo_nb.plots.palette import MAX_LINES

from .history import History
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
from .signals import Content, Source
from .spike_statistics import intervals, population, rates
from .still_lines import StillCache, still_lines

FEW_LINES = 8
"""Default number of lines of a source with more values than a plot can tell apart."""

FEW_STACKED, MOST_STACKED = 12, 60
"""Default and largest number of lines above each other: each needs some pixels."""

MOST_ENTRIES = 4 * MAX_LINES
"""Largest number of coordinates that are drawn one by one; more are an image by default."""


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
    render: Callable[[History, Window, Style, Cache], Drawn]
    draw: figures.Draw | None
    render_kept: Callable[[History, Window, Style, StillCache], Drawn] | None = None
    join: Callable[[Sequence[Drawn]], list[Drawn]] = list
    is_analysis: bool = False


def _rank_lines(source: Source) -> int | None:
    return None if source.content is Content.HTML else 1


def _rank_html(source: Source) -> int | None:
    return 0 if source.content is Content.HTML else None


def _rank_raster(source: Source) -> int | None:
    return 0 if source.content is Content.SPIKES else None


def _rank_spike_train(source: Source) -> int | None:
    return 4 if source.has_all_spikes else None


def _rank_signal(source: Source) -> int | None:
    return 4 if source.has_all_spikes or not source.spikes else None


def _rank_stacked(source: Source) -> int | None:
    if not source.is_neural or source.content is Content.SPIKES:
        return None
    # All voltages go up and down between the same values: over each other they hide one another.
    return 0 if source.records == "voltage" else 3


def _rank_path(source: Source) -> int | None:
    is_point = source.content is Content.COORDINATES and len(source.shape) == 1
    return 2 if is_point and 2 <= source.size <= MOST_ENTRIES else None


def _rank_cloud(source: Source) -> int | None:
    return 2 if source.vocabulary is not None else None


def _rank_pattern(source: Source) -> int | None:
    if source.content is Content.SPIKES:
        return 2
    is_rate = source.is_neural and source.records in (None, "output")
    return 4 if is_rate else None


def _rank_image(source: Source) -> int | None:
    if source.content is Content.HTML:
        return None
    if source.content is not Content.COORDINATES:
        return 3
    if len(source.shape) > 1 or source.size > MOST_ENTRIES:
        return 0
    return 3 if source.size > 1 else None


def _count_lines(size: int) -> int:
    return size if size <= MAX_LINES else FEW_LINES


def _refuse_lines(count: int) -> str:
    if count <= MAX_LINES:
        return ""
    return f"{count} lines cannot be told apart; choose at most {MAX_LINES}, or an image"


def _refuse_stacked(count: int) -> str:
    if count <= MOST_STACKED:
        return ""
    return (
        f"{count} lines have no room above each other; choose at most {MOST_STACKED}, or an image"
    )


def _refuse_path(count: int) -> str:
    return "" if count == 2 else f"an xy plot draws two values, not {count}"


def _count_all(size: int) -> int:
    return size


def _refuse_none(_count: int) -> str:
    return ""


_ROWS = (
    PlotKind(
        name="lines",
        label="lines",
        is_timed=True,
        needs_samples=True,
        has_legend=True,
        has_limits=True,
        rank=_rank_lines,
        default_count=_count_lines,
        refuse=_refuse_lines,
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
        rank=_rank_stacked,
        default_count=lambda size: min(size, FEW_STACKED),
        refuse=_refuse_stacked,
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
        rank=_rank_raster,
        default_count=_count_all,
        refuse=_refuse_none,
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
        rank=_rank_path,
        default_count=lambda size: min(size, 2),
        refuse=_refuse_path,
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
        rank=_rank_cloud,
        default_count=_count_all,
        refuse=_refuse_none,
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
        rank=_rank_image,
        default_count=_count_all,
        refuse=_refuse_none,
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
        rank=_rank_pattern,
        default_count=_count_all,
        refuse=_refuse_none,
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
        rank=_rank_html,
        default_count=_count_all,
        refuse=_refuse_none,
        render=nothing,
        draw=None,
    ),
    PlotKind(
        name="rates",
        label="firing rates",
        is_timed=False,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=_rank_spike_train,
        default_count=_count_all,
        refuse=_refuse_none,
        render=rates,
        draw=analysis_figures.draw_rates,
        is_analysis=True,
    ),
    PlotKind(
        name="population",
        label="population rate",
        is_timed=True,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=_rank_spike_train,
        default_count=_count_all,
        refuse=_refuse_none,
        render=population,
        draw=analysis_figures.draw_population,
        is_analysis=True,
    ),
    PlotKind(
        name="intervals",
        label="inter-spike intervals",
        is_timed=False,
        needs_samples=True,
        has_legend=False,
        has_limits=False,
        rank=_rank_spike_train,
        default_count=_count_all,
        refuse=_refuse_none,
        render=intervals,
        draw=analysis_figures.draw_intervals,
        is_analysis=True,
    ),
    PlotKind(
        name="spectrum",
        label="power spectrum",
        is_timed=False,
        needs_samples=True,
        has_legend=True,
        has_limits=False,
        rank=_rank_signal,
        default_count=_count_lines,
        refuse=_refuse_lines,
        render=spectrum,
        draw=analysis_figures.draw_spectrum,
        is_analysis=True,
    ),
    PlotKind(
        name="correlation",
        label="correlation with input",
        is_timed=False,
        needs_samples=True,
        has_legend=True,
        has_limits=False,
        rank=_rank_signal,
        default_count=_count_lines,
        refuse=_refuse_lines,
        render=correlation,
        draw=analysis_figures.draw_correlation,
        is_analysis=True,
    ),
    PlotKind(
        name="aligned",
        label="average at markers (PSTH)",
        is_timed=False,
        needs_samples=True,
        has_legend=True,
        has_limits=False,
        rank=_rank_signal,
        default_count=_count_lines,
        refuse=_refuse_lines,
        render=aligned,
        draw=analysis_figures.draw_aligned,
        is_analysis=True,
    ),
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
