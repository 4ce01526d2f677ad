"""Rendering of plots into arrays of a frame, at screen resolution."""

from __future__ import annotations

import math
import weakref
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nengo_nb.plots.extremes import path_extremes

from .downsample import POINTS, Reduced, bucket_width, reduce_samples
from .history import History
from .lowpass import lowpass
from .packed_spikes import PackedSpikes, count_bits, join_samples, pack_spikes
from .sparse_spikes import SparseSpikes

BINS = 600
"""Number of columns of a raster, in time."""

ROWS = 400
"""Largest number of rows of a raster, a multiple of four: about as many as pixels."""

MARK_SECONDS = 0.004
"""Time that the mark of a spike covers at least, in seconds."""

FULL = 255
"""Level of a raster's ink where marks cover everything."""

SPIKE_SECONDS = 0.02
"""Smallest time constant of the filter with which an image shows spikes, in seconds."""


@dataclass(frozen=True)
class Drawn:
    """Rendered data of a plot.

    Args:
        array: ``(rows, columns)``, float32. Lines: a row of times from the window's begin, then a
            row per dimension. Raster: a row per column of time, of a bit per neuron or a byte per
            row of the raster. Path: two rows. Image: its values. Cloud: one row. Histogram: bounds
            of the bins, counts, and a place to be marked, filled up to the same length.
        low: Smallest value, for an axis or a colour scale; of a histogram along the bins.
        high: Largest value; of a raster 1 for bits and 255 for bytes.
        note: Numbers that sum it up, to be read beside it.
    """

    array: np.ndarray
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True)
class Window:
    """Window of simulated time, in seconds."""

    begin: float
    end: float


@dataclass(frozen=True)
class Style:
    """Settings that turn samples into a drawing.

    Args:
        dims: Indices of the drawn values, in the order in which they are drawn.
        synapse: Time constant of a lowpass filter, in seconds; zero for none.
        spikes: Whether the values are spikes.
        transform: Matrix ``(size, drawn)`` that samples are multiplied by, or None.
        shape: Rows and columns of an image.
        compared: Names of the columns of the matrix, if these may change.
        amplitude: Amplitude of the type of spiking neurons.
        tau_ref: Refractory period of neurons, in seconds.
        reference: Samples that others are correlated with, or None.
        marker: Time of the first marker, in seconds.
        period: Time between two markers in seconds; zero for one alone.
        hidden: Positions among the drawn values of lines that the axis need not hold.
    """

    dims: tuple[int, ...]
    synapse: float
    spikes: bool
    transform: np.ndarray | None
    shape: tuple[int, int]
    compared: tuple[str, ...] = ()
    amplitude: float = 1.0
    tau_ref: float = 0.0
    reference: History | None = None
    marker: float = 0.0
    period: float = 1.0
    hidden: tuple[int, ...] = ()

    @property
    def key(self) -> Hashable:
        """Identifies the lines that samples become."""
        return self.dims, self.synapse, self.compared


@dataclass
class Cache:
    """Downsampled lines, or spikes, of the last frame, to go on from in the next one.

    Args:
        reduced: Buckets of the lines.
        spikes: Spikes of the window, for what is computed of them.
        packed: Spikes of the window, for a raster.
        memory: Array that the samples were in. Recorded samples are never overwritten, but a
            simulation that goes back, or outgrows the array, records into another one.
    """

    reduced: Reduced = field(default_factory=Reduced)
    spikes: SparseSpikes = field(default_factory=SparseSpikes)
    packed: PackedSpikes = field(default_factory=PackedSpikes)
    memory: weakref.ref[np.ndarray] | None = None

    def check(self, history: History) -> None:
        """Drop buckets and spikes of samples that were in another array."""
        memory = history.memory
        # A weak reference and not an id(), which a new array at the same address would share.
        if self.memory is None or self.memory() is not memory:
            self.reduced, self.spikes, self.packed = Reduced(), SparseSpikes(), PackedSpikes()
            self.memory = weakref.ref(memory)


def empty() -> Drawn:
    """Return a drawing without data."""
    return Drawn(np.zeros((0, 0), np.float32), 0.0, 1.0)


def nothing(_history: History, _window: Window, _style: Style, _cache: Cache) -> Drawn:
    """Render nothing: HTML goes to the browser by messages of its own."""
    return empty()


def values_of(history: History, part: slice, style: Style, tau: float) -> np.ndarray:
    """Return samples as they are drawn: transformed, restricted to ``dims``, filtered."""
    # The filter starts from zero, so it runs over ten time constants before the
    # window, after which exp(-10) of a wrong start is left: less than a pixel.
    warm = 0 if tau <= 0 else int(10 * tau / (history.dt * history.every)) + 1
    begin = max(part.start - warm, 0)
    values = history.values[begin : part.stop]
    if style.transform is not None:
        values = values @ style.transform
    chosen = _chosen(values, style)
    filtered = lowpass(chosen, tau, history.dt * history.every)
    return np.asarray(filtered[part.start - begin :])


def _chosen(values: np.ndarray, style: Style) -> np.ndarray:
    """Return the drawn columns; a view and no copy if that is all of them."""
    if style.dims == tuple(range(values.shape[1])):
        return values
    return values[:, list(style.dims)]


def bounds(values: np.ndarray) -> tuple[float, float]:
    """Return the smallest and the largest finite value, for an axis."""
    # fmin and fmax pass over NaN without a mask; only infinities, or nothing but NaN, need one.
    low, high = float(np.fmin.reduce(values, axis=None)), float(np.fmax.reduce(values, axis=None))
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def lines(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render lines: all samples, or minimum and maximum of each bucket, so that no peak is lost."""
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()

    def read(samples: slice) -> np.ndarray:
        return values_of(history, samples, style, style.synapse)

    width = bucket_width(part.stop - part.start)
    if width == 1:
        values, times = read(part), history.times(part.start, part.stop)
    else:
        cache.check(history)
        reduced, values = reduce_samples(cache.reduced, style.key, part, read, width)
        cache.reduced = reduced
        times = bucket_times(history, reduced, part.stop, len(values))
    # Times relative to the window, as float32 seconds have steps of 0.06 ms at t = 1000 s.
    seen = np.delete(values, style.hidden, axis=1) if style.hidden else values
    return Drawn(np.vstack([times - window.begin, values.T]).astype(np.float32), *bounds(seen))


def share_scale(drawings: Sequence[Drawn]) -> list[Drawn]:
    """Return drawings of several runs with the same bounds, those of all that have data."""
    filled = [drawn for drawn in drawings if drawn.array.size]
    if not filled:
        return list(drawings)
    low, high = min(drawn.low for drawn in filled), max(drawn.high for drawn in filled)
    return [replace(drawn, low=low, high=high) for drawn in drawings]


def stack(drawings: Sequence[Drawn]) -> list[Drawn]:
    """Put the lines of each run above each other, the first at the bottom, all with one scale."""
    return [_stacked(drawn) for drawn in share_scale(drawings)]


def _stacked(drawn: Drawn) -> Drawn:
    """Return lines in their places."""
    if not drawn.array.size:
        return drawn
    count = len(drawn.array) - 1
    spread = max(drawn.high - drawn.low, float(np.finfo(np.float32).tiny))
    shares = (drawn.array[1:] - drawn.low) / spread
    # A tenth is left between two of them.
    places = np.arange(count)[:, np.newaxis] + 0.9 * (shares - 0.5)
    array = np.vstack([drawn.array[:1], places]).astype(np.float32)
    return Drawn(array, -0.5, count - 0.5)


def bucket_times(history: History, reduced: Reduced, stop: int, count: int) -> np.ndarray:
    """Return the times of the first and last sample of each bucket in turn, ``(count,)``."""
    begins = (reduced.first + np.arange(count // 2)) * reduced.width
    # The last bucket may not be full: its second point is at the last sample there is.
    ends = np.minimum(begins + reduced.width, stop) - 1
    return history.times_of(np.stack([begins, ends], axis=1).reshape(-1))


def raster(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render a raster as ink: how much of each row and column of time the marks of spikes cover.

    A mark is a column wide, or ``MARK_SECONDS`` where a column is longer; a row has one neuron, or
    several where there are more than ``ROWS``. Bits are enough as long as neither is the case.
    """
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()
    times = history.times(part.start, part.stop) - window.begin
    seconds = max(window.end - window.begin, 1e-9)
    bins = (times / seconds * BINS).astype(np.int64).clip(0, BINS - 1)
    # bins never decrease, so samples of a column are adjacent; columns without samples stay zero.
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    neurons, mark = len(style.dims), min(MARK_SECONDS * BINS / seconds, 1.0)
    # Evenly: no two rows differ by more than one neuron.
    rows = min(neurons, ROWS)
    edges = np.arange(rows + 1) * neurons // rows
    cache.check(history)
    cache.packed = pack_spikes(cache.packed, history, part, style.dims)
    if mark == 1:
        bits = join_samples(cache.packed.bits, starts)
        if neurons <= ROWS:
            return Drawn(_columns(bits, bins[starts]), 0.0, 1.0)
        share = count_bits(bits, edges).astype(np.float32)
    else:
        covered = _counts(cache.packed.bits, starts, neurons) * np.float32(mark)
        np.minimum(covered, np.float32(1), out=covered)
        share = np.add.reduceat(covered, edges[:-1], axis=1, dtype=np.float32)
    share /= np.diff(edges)
    # The square root, as a little ink is seen better than none; never rounded to none.
    levels = np.ceil(FULL * np.sqrt(share)).astype(np.uint8)
    return Drawn(_columns(levels, bins[starts]), 0.0, float(FULL))


def _counts(bits: np.ndarray, starts: np.ndarray, neurons: int) -> np.ndarray:
    """Return the number of spikes in each column of time, ``(columns, neurons)``."""
    stops = np.append(starts[1:], len(bits))
    dtype = np.uint8 if (stops - starts).max() < 256 else np.uint32
    counts = np.empty((len(starts), neurons), dtype)
    # A column at a time: it stays in the processor's cache, and NumPy adds whole rows ten times as
    # fast as reduceat adds down short columns.
    for count, start, stop in zip(counts, starts, stops, strict=True):
        spikes = np.unpackbits(bits[start:stop], axis=1, count=neurons, bitorder="little")
        np.add.reduce(spikes, axis=0, dtype=dtype, out=count)
    return counts


def _columns(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return bytes in their columns of time as float32, ``(BINS, numbers)``."""
    # Padded to whole float32 numbers, as which all plots of a frame share one buffer.
    padded = np.zeros((BINS, 4 * -(-rows.shape[1] // 4)), np.uint8)
    padded[columns, : rows.shape[1]] = rows
    return padded.view(np.float32)


def path(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
    """Render one value over another; of many samples the extremes of either within each bucket."""
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()
    values = values_of(history, part, style, style.synapse)
    low, high = bounds(values)
    width = -(-len(values) // POINTS)
    # A bucket gives four samples, so that narrower ones would reduce nothing.
    if width > 4:
        values = values[path_extremes(values, width)]
    return Drawn(values.T.astype(np.float32), low, high)


def overlay(first: Drawn, second: Drawn) -> Drawn:
    """Put a path over another one: two rows more; the shorter one ends in NaN."""
    if not (first.array.size and second.array.size):
        return first
    columns = max(first.array.shape[1], second.array.shape[1])
    rows = [
        np.pad(drawn.array, ((0, 0), (0, columns - drawn.array.shape[1])), constant_values=np.nan)
        for drawn in (first, second)
    ]
    return Drawn(np.vstack(rows), min(first.low, second.low), max(first.high, second.high))


def image(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
    """Render the values at the window's end as an image; spikes are filtered into rates."""
    part = history.between(window.end, window.end)
    if not part.stop:
        return empty()
    last = slice(part.stop - 1, part.stop)
    tau = max(style.synapse, SPIKE_SECONDS) if style.spikes else style.synapse
    return matrix(values_of(history, last, style, tau)[0], style)


def pattern(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
    """Render the mean rate of each neuron in the window in Hz, in a grid; the scale has zero."""
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return empty()
    columns = math.ceil(math.sqrt(len(style.dims)))
    square = replace(style, shape=(-(-len(style.dims) // columns), columns))
    # Spikes are recorded as 1 / dt, so that the mean of either is a rate.
    rates = matrix(_chosen(history.values[part], style).mean(axis=0), square)
    return Drawn(rates.array, min(rates.low, 0.0), max(rates.high, 1.0))


def cloud(history: History, window: Window, style: Style, _cache: Cache) -> Drawn:
    """Render the similarities at the window's end, of which the browser lays out the names."""
    part = history.between(window.end, window.end)
    if not part.stop:
        return empty()
    last = slice(part.stop - 1, part.stop)
    values = values_of(history, last, style, style.synapse)
    return Drawn(np.nan_to_num(values).astype(np.float32), *bounds(values))


def matrix(values: np.ndarray, style: Style) -> Drawn:
    """Arrange values in rows and columns; cells without a value are NaN."""
    rows, columns = style.shape
    cells = np.full(rows * columns, np.nan, np.float32)
    flat = values.reshape(-1)[: cells.size]
    cells[: flat.size] = flat
    return Drawn(cells.reshape(rows, columns), *bounds(flat))


def image_shape(shape: tuple[int, ...], size: int) -> tuple[int, int]:
    """Return rows and columns: those of a matrix, or else as near to a square as possible."""
    if len(shape) == 2 and shape[0] * shape[1] == size:
        return shape[0], shape[1]
    rows = int(np.sqrt(size))
    # A divisor leaves no cell empty, but one below half the square root makes a strip.
    for candidate in range(rows, 0, -1):
        if size % candidate == 0 and candidate > rows // 2:
            return candidate, size // candidate
    return rows, -(-size // rows)
