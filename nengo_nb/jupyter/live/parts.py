"""Parts: the numbers of one plot in one frame, no more than a screen can show."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .extremes import POINTS, Reduced, bucket_width, reduce_samples
from .history import History
from .lowpass import lowpass

BINS = 600
"""Columns of a raster."""

SPIKE_SECONDS = 0.02
"""Time constant with which an image shows spikes."""


@dataclass(frozen=True)
class Drawn:
    """The numbers of a plot.

    Args:
        array: ``(rows, columns)``, float32: lines are times (from the window's begin) and one row
            per dimension; spikes are a bitmap, a row per column of time, a bit per neuron; a path
            is two rows; an image is itself.
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


@dataclass
class Cache:
    """What was made of a plot's samples for the last frame, to go on from.

    Args:
        reduced: Its lines.
        memory: Where the samples were: what was recorded is never overwritten, but a simulation
            that goes back gets other memory.
    """

    reduced: Reduced = field(default_factory=Reduced)
    memory: weakref.ref[np.ndarray] | None = None

    def check(self, history: History) -> None:
        """Forget what was made of other samples."""
        memory = history.memory
        if self.memory is None or self.memory() is not memory:
            self.reduced, self.memory = Reduced(), weakref.ref(memory)


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
    chosen = _chosen(values, style)
    filtered = lowpass(chosen, tau, history.dt * history.every)
    return np.asarray(filtered[part.start - begin :])


def _chosen(values: np.ndarray, style: Style) -> np.ndarray:
    """The values that are drawn, without a copy if they are all there are."""
    if style.dims == tuple(range(values.shape[1])):
        return values
    return values[:, list(style.dims)]


def bounds(values: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest finite number, for an axis."""
    low, high = float(np.fmin.reduce(values, axis=None)), float(np.fmax.reduce(values, axis=None))
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def lines(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Times and values; of many samples the smallest and the largest of each bucket, so
    that no peak is lost.
    """
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()

    def read(samples: slice) -> np.ndarray:
        return _values(history, samples, style, style.synapse)

    count = part.stop - part.start
    if bucket_width(count) == 1:
        values, times = read(part), history.times(part.start, part.stop)
    else:
        cache.check(history)
        reduced, values = reduce_samples(cache.reduced, (style.dims, style.synapse), part, read)
        cache.reduced = reduced
        times = _bucket_times(history, reduced, part.stop, len(values))
    return Drawn(np.vstack([times - window.begin, values.T]).astype(np.float32), *bounds(values))


def _bucket_times(history: History, reduced: Reduced, stop: int, count: int) -> np.ndarray:
    """When the first and the last sample of each bucket were taken, ``(count,)``."""
    begins = (reduced.first + np.arange(count // 2)) * reduced.width
    ends = np.minimum(begins + reduced.width, stop) - 1
    return history.times_of(np.stack([begins, ends], axis=1).reshape(-1))


def raster(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
    """One bit per column of time and neuron: whether there was a spike; eight bits of a row
    make a byte.
    """
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()
    spikes = np.packbits(_chosen(history.values[part], style) > 0, axis=1, bitorder="little")
    times = history.times(part.start, part.stop) - window.begin
    bins = (times / max(window.end - window.begin, 1e-9) * BINS).astype(np.int64).clip(0, BINS - 1)
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    rows = -(-len(style.dims) // 32)
    found = np.zeros((BINS, 4 * rows), np.uint8)
    found[bins[starts], : spikes.shape[1]] = np.bitwise_or.reduceat(spikes, starts, axis=0)
    return Drawn(found.view(np.float32), 0.0, float(BINS))


def path(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
    """One value over another; of many samples those in which either is smallest or largest
    for a while.
    """
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()
    values = _values(history, part, style, style.synapse)
    low, high = bounds(values)
    width = -(-len(values) // POINTS)
    if width > 4:
        whole = len(values) // width * width
        buckets = np.nan_to_num(values[:whole]).reshape(-1, width, 2)
        extremes = np.concatenate([buckets.argmin(axis=1), buckets.argmax(axis=1)], axis=1)
        places = np.sort(extremes, axis=1) + width * np.arange(len(buckets))[:, np.newaxis]
        values = np.concatenate([values[places.reshape(-1)], values[whole:]])
    return Drawn(values.T.astype(np.float32), low, high)


def image(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
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
    return Drawn(cells.reshape(rows, columns), *bounds(flat))


DRAWERS: dict[str, Callable[[History, Window, Style, Cache], Drawn]] = {
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
    """Neurons sorted so that those that fire together lie together: by the first principal
    component.
    """
    active = np.asarray(values, np.float64)
    centred = active - active.mean(axis=0)
    scale = np.linalg.norm(centred, axis=0)
    centred /= np.where(scale > 0, scale, 1.0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    found: Any = np.argsort(directions[0], kind="stable")
    return [int(i) for i in found]
