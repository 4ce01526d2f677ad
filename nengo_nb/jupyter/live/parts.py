"""Parts: the numbers of one plot in one frame, no more than a screen can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .history import History
from .lowpass import lowpass

POINTS = 600
"""Buckets per line, with two points each: about as many as a plot has pixels."""

BINS = 600
"""Columns of a raster."""

SPIKE_SECONDS = 0.02
"""Time constant with which an image shows spikes."""


@dataclass(frozen=True)
class Drawn:
    """The numbers of a plot.

    Args:
        array: ``(rows, columns)``, float32: lines are times (from the window's begin) and one row per dimension; spikes
            are columns and rows of a bitmap as wide as ``high``; a path is two rows; an image is itself.
        low: The smallest value, for an axis or for colours.
        high: The largest one.
    """

    array: np.ndarray
    low: float
    high: float


@dataclass(frozen=True)
class Window:
    """What is looked at: a window of time, in seconds."""

    begin: float
    end: float


@dataclass(frozen=True)
class Style:
    """How it is drawn.

    Args:
        dims: Which values, in which order.
        synapse: Time constant of a filter, in seconds; zero for none.
        spikes: Whether the values are spikes.
        transform: What samples are multiplied by, if by anything.
        shape: Rows and columns of an image.
    """

    dims: tuple[int, ...]
    synapse: float
    spikes: bool
    transform: np.ndarray | None
    shape: tuple[int, int]


def empty() -> Drawn:
    """A plot without data."""
    return Drawn(np.zeros((0, 0), np.float32), 0.0, 1.0)


def _values(history: History, part: slice, style: Style, tau: float) -> np.ndarray:
    """Samples as they are drawn: transformed, chosen, filtered."""
    warm = 0 if tau <= 0 else int(10 * tau / (history.dt * history.every)) + 1
    begin = max(part.start - warm, 0)
    values = history.values[begin : part.stop]
    if style.transform is not None:
        values = values @ style.transform
    chosen = values[:, list(style.dims)]
    filtered = lowpass(chosen, tau, history.dt * history.every)
    return np.asarray(filtered[part.start - begin :])


def lines(history: History, window: Window, style: Style) -> Drawn:
    """Times and values; of many samples the smallest and the largest of each bucket, so that no peak is lost."""
    part = history.between(window.begin, window.end)
    values = _values(history, part, style, style.synapse)
    times = history.times(part.start, part.stop) - window.begin
    if not len(values):
        return empty()
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if len(values) > 2 * POINTS:
        times, values = _extremes(times, values)
    return Drawn(np.vstack([times, values.T]).astype(np.float32), low, high)


def _extremes(times: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two samples per bucket: its extremes, in the order in which the bucket rises or falls."""
    starts = np.linspace(0, len(values), POINTS, endpoint=False).astype(np.int64)
    ends = np.append(starts[1:], len(values))
    low = np.fmin.reduceat(values, starts, axis=0)
    high = np.fmax.reduceat(values, starts, axis=0)
    rising = values[ends - 1] >= values[starts]
    both = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1)
    when = np.stack([times[starts], times[ends - 1]], axis=1)
    return when.reshape(-1), both.reshape(-1, values.shape[1])


def raster(history: History, window: Window, style: Style) -> Drawn:
    """Columns of time and rows of neurons in which there were spikes, each pair once."""
    part = history.between(window.begin, window.end)
    steps, neurons = np.nonzero(history.values[part][:, list(style.dims)] > 0)
    times = history.times(part.start, part.stop)[steps] - window.begin
    bins = (times / max(window.end - window.begin, 1e-9) * BINS).astype(np.int64).clip(0, BINS - 1)
    spots = np.unique(bins * len(style.dims) + neurons)
    found = np.stack([spots // len(style.dims), spots % len(style.dims)])
    return Drawn(found.astype(np.float32), 0.0, float(BINS))


def path(history: History, window: Window, style: Style) -> Drawn:
    """One value over another."""
    drawn = lines(history, window, style)
    return Drawn(drawn.array[1:3], drawn.low, drawn.high)


def image(history: History, window: Window, style: Style) -> Drawn:
    """The values at the window's end, as an image; spikes as rates."""
    part = history.between(window.end, window.end)
    if not part.stop:
        return empty()
    last = slice(part.stop - 1, part.stop)
    tau = max(style.synapse, SPIKE_SECONDS) if style.spikes else style.synapse
    return matrix(_values(history, last, style, tau)[0], style)


def matrix(values: np.ndarray, style: Style) -> Drawn:
    """Values in rows and columns; what is missing in the last row is not a number."""
    rows, columns = style.shape
    cells = np.full(rows * columns, np.nan, np.float32)
    flat = values.reshape(-1)[: cells.size]
    cells[: flat.size] = flat
    known = flat[np.isfinite(flat)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return Drawn(cells.reshape(rows, columns), low, high)


DRAWERS: dict[str, Callable[[History, Window, Style], Drawn]] = {
    "lines": lines,
    "raster": raster,
    "xy": path,
    "image": image,
}


def image_shape(shape: tuple[int, ...], size: int) -> tuple[int, int]:
    """Rows and columns: a matrix as it is, anything else as near to a square as its size allows."""
    if len(shape) == 2 and shape[0] * shape[1] == size:
        return shape[0], shape[1]
    rows = int(np.sqrt(size))
    for candidate in range(rows, 0, -1):
        if size % candidate == 0 and candidate > rows // 2:
            return candidate, size // candidate
    return rows, -(-size // rows)


def order_of(values: np.ndarray) -> list[int]:
    """Neurons sorted so that those that fire together lie together: by the first principal component."""
    active = np.asarray(values, np.float64)
    centred = active - active.mean(axis=0)
    scale = np.linalg.norm(centred, axis=0)
    centred /= np.where(scale > 0, scale, 1.0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    found: Any = np.argsort(directions[0], kind="stable")
    return [int(i) for i in found]
