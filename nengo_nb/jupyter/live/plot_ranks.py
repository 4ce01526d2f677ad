"""Which kinds of plots suit a source, and how many of its values they draw."""

from __future__ import annotations

from nengo_nb.plots.palette import MAX_LINES

from .signals import Content, Source

FEW_LINES = 8
"""Default number of lines of a source with more values than a plot can tell apart."""

FEW_STACKED, MOST_STACKED = 12, 60
"""Default and largest number of lines above each other: each needs some pixels."""

MOST_ENTRIES = 4 * MAX_LINES
"""Largest number of coordinates that are drawn one by one; more are an image by default."""


def rank_lines(source: Source) -> int | None:
    """Return the rank of lines, among the kinds of a source; so do all functions below."""
    return None if source.content is Content.HTML else 1


def rank_html(source: Source) -> int | None:
    """Return the rank of HTML."""
    return 0 if source.content is Content.HTML else None


def rank_raster(source: Source) -> int | None:
    """Return the rank of a raster."""
    return 0 if source.content is Content.SPIKES else None


def rank_spike_train(source: Source) -> int | None:
    """Return the rank of what is computed of every single spike."""
    return 4 if source.has_all_spikes else None


def rank_signal(source: Source) -> int | None:
    """Return the rank of what is computed of a signal, or of a population rate."""
    if source.content is Content.HTML:
        return None
    return 4 if source.has_all_spikes or not source.spikes else None


def rank_stacked(source: Source) -> int | None:
    """Return the rank of lines above each other."""
    if not source.is_neural or source.content is Content.SPIKES:
        return None
    # All voltages go up and down between the same values: over each other they hide one another.
    return 0 if source.records == "voltage" else 3


def rank_path(source: Source) -> int | None:
    """Return the rank of an xy plot."""
    is_point = source.content is Content.COORDINATES and len(source.shape) == 1
    return 2 if is_point and 2 <= source.size <= MOST_ENTRIES else None


def rank_cloud(source: Source) -> int | None:
    """Return the rank of a pointer cloud."""
    return 2 if source.vocabulary is not None else None


def rank_pattern(source: Source) -> int | None:
    """Return the rank of a firing pattern."""
    if source.content is Content.SPIKES:
        return 2
    is_rate = source.is_neural and source.records in (None, "output")
    return 4 if is_rate else None


def rank_image(source: Source) -> int | None:
    """Return the rank of an image."""
    if source.content is Content.HTML:
        return None
    if source.content is not Content.COORDINATES:
        return 3
    if len(source.shape) > 1 or source.size > MOST_ENTRIES:
        return 0
    return 3 if source.size > 1 else None


def count_lines(size: int) -> int:
    """Return the number of lines that are drawn by default."""
    return size if size <= MAX_LINES else FEW_LINES


def refuse_lines(count: int) -> str:
    """Return a sentence on why so many lines cannot be drawn; empty if they can."""
    if count <= MAX_LINES:
        return ""
    return f"{count} lines cannot be told apart; choose at most {MAX_LINES}, or an image"


def refuse_stacked(count: int) -> str:
    """Return a sentence on why so many lines cannot be drawn above each other."""
    if count <= MOST_STACKED:
        return ""
    return (
        f"{count} lines have no room above each other; choose at most {MOST_STACKED}, or an image"
    )


def refuse_path(count: int) -> str:
    """Return a sentence on why so many values are no path."""
    return "" if count == 2 else f"an xy plot draws two values, not {count}"


def count_all(size: int) -> int:
    """Return the number of all values."""
    return size


def refuse_none(_count: int) -> str:
    """Return the empty sentence of what draws any number of values."""
    return ""
