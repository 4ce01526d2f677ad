"""Recorded run of several plots, thinned so that it can be replayed from a small file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .extremes import Floats

Integers = NDArray[np.integer[Any]]

LENGTH = 2.0
"""Length of the window of a replay, in simulated seconds, where none is given."""

MARK_SECONDS = 0.004
"""Time that the mark of a spike covers at least, in seconds: as in live views."""


@dataclass(frozen=True)
class Detail:
    """Largest sizes of what is kept of one plot.

    Args:
        points: Points of a line.
        spikes: Spikes.
        cells: Values of all images together.
    """

    points: int = 4_000
    spikes: int = 150_000
    cells: int = 60_000

    def half(self) -> Detail:
        """Return half of it."""
        return Detail(self.points // 2, self.spikes // 2, self.cells // 2)


@dataclass(frozen=True)
class LinesRecord:
    """Lines over time.

    Args:
        title: Name of the plot.
        note: Sentence on what was thinned; empty if nothing was.
        labels: Name of each line.
        quantity: Quantity of the values, with unit.
        times: ``(points,)``, in seconds, nondecreasing.
        values: ``(points, lines)``; NaN is a gap.
        is_stacked: Whether they stand above each other, the first at the bottom.
        hidden: Positions of lines that are switched off.
        limits: Ends of the axis of values; None where it follows the values.
    """

    title: str
    note: str
    labels: tuple[str, ...]
    quantity: str
    times: Floats
    values: Floats
    is_stacked: bool = False
    hidden: tuple[int, ...] = ()
    limits: tuple[float, float] | None = None

    @property
    def count(self) -> int:
        """Number of numbers that it takes."""
        return self.times.size + self.values.size


@dataclass(frozen=True)
class SpikesRecord:
    """Spikes of rows of neurons.

    Args:
        title: Name of the plot.
        note: Sentence on what was thinned; empty if nothing was.
        labels: Name of the neuron of each row, the first at the bottom.
        dt: Length of a step, in seconds.
        steps: Number of the step of each spike, ``(spikes,)``, nondecreasing.
        rows: Row of each spike, ``(spikes,)``.
        step: Height of a mark in rows: one of so many has spikes.
    """

    title: str
    note: str
    labels: tuple[str, ...]
    dt: float
    steps: Integers
    rows: Integers
    step: int = 1

    @property
    def count(self) -> int:
        """Number of numbers that it takes at most, of four bytes."""
        return len(self.steps) // 2


@dataclass(frozen=True)
class PathsRecord:
    """Paths of one value over another.

    Args:
        title: Name of the plot.
        note: Sentence on what was thinned; empty if nothing was.
        labels: Names of the two axes.
        names: Name of each path.
        times: ``(points,)`` of each path, in seconds, nondecreasing.
        points: ``(points, 2)`` of each path.
        limits: Ends of both axes; None where they follow the values.
    """

    title: str
    note: str
    labels: tuple[str, str]
    names: tuple[str, ...]
    times: tuple[Floats, ...]
    points: tuple[Floats, ...]
    limits: tuple[float, float] | None = None

    @property
    def count(self) -> int:
        """Number of numbers that it takes."""
        return sum(each.size for each in (*self.times, *self.points))


@dataclass(frozen=True)
class ImagesRecord:
    """Images at some times.

    Args:
        title: Name of the plot.
        note: Sentence on how many there are.
        quantity: Quantity of the values, with unit.
        times: ``(images,)``, in seconds, increasing.
        images: ``(images, rows, columns)``, first row at the top; NaN is no value.
        limits: Values of the first and the last colour.
        is_grey: Whether they are drawn in grey levels with square cells.
    """

    title: str
    note: str
    quantity: str
    times: Floats
    images: Floats
    limits: tuple[float, float]
    is_grey: bool

    @property
    def count(self) -> int:
        """Number of numbers that it takes."""
        return self.times.size + self.images.size


@dataclass(frozen=True)
class CloudsRecord:
    """Similarities to semantic pointers at some times, drawn as names.

    Args:
        title: Name of the plot.
        note: Sentence on how many times there are.
        labels: Name of each pointer.
        times: ``(times,)``, in seconds, increasing.
        values: ``(times, pointers)``.
    """

    title: str
    note: str
    labels: tuple[str, ...]
    times: Floats
    values: Floats

    @property
    def count(self) -> int:
        """Number of numbers that it takes."""
        return self.times.size + self.values.size


Record = LinesRecord | SpikesRecord | PathsRecord | ImagesRecord | CloudsRecord


@dataclass(frozen=True)
class RecordedRun:
    """Recorded plots of a run.

    Args:
        title: Name of what has run.
        begin: Begin in simulated seconds.
        end: End in simulated seconds.
        records: One for each plot.
        notes: Sentences on what is left out.
        length: Length of the window of a replay, in simulated seconds.
    """

    title: str
    begin: float
    end: float
    records: tuple[Record, ...]
    notes: tuple[str, ...] = ()
    length: float = LENGTH

    @property
    def count(self) -> int:
        """Number of numbers that all plots take."""
        return sum(record.count for record in self.records)


def thin_spikes(
    steps: Integers, rows: Integers, n_rows: int, most: int
) -> tuple[Integers, Integers, int, int]:
    """Return spikes of fewer rows, or fewer spikes of one row, where they are too many.

    Whole rows are left out, as a train with holes would be of another rate.

    Args:
        steps: ``(spikes,)``.
        rows: ``(spikes,)``.
        n_rows: Number of rows.
        most: Largest number of spikes.

    Returns:
        Steps, rows, one of how many rows is kept, and one of how many of its spikes.
    """
    step = 1
    while len(steps) > most and step < n_rows:
        step *= 2
        is_kept = rows % step == 0
        steps, rows = steps[is_kept], rows[is_kept]
    every = max(-(-len(steps) // most), 1)
    return steps[::every], rows[::every], step, every


def spike_levels(
    record: SpikesRecord, begin: float, end: float, columns: int, most_rows: int
) -> NDArray[np.uint8]:
    """Return how much of each pixel the marks of spikes cover, as levels from 0 to 255.

    Args:
        record: The spikes.
        begin: Begin of the first column, in seconds.
        end: End of the last column, in seconds.
        columns: Number of columns of pixels.
        most_rows: Largest number of rows of pixels.

    Returns:
        ``(rows, columns)``, the first row at the top.
    """
    n_rows = max(len(record.labels), 1)
    height = min(n_rows, most_rows)
    first, last = np.searchsorted(record.steps * record.dt, [begin, end])
    times, rows = record.steps[first:last] * record.dt, record.rows[first:last]
    places = ((times - begin) / (end - begin) * columns).astype(np.int64).clip(0, columns - 1)
    counts = np.zeros((height, columns))
    # A mark is as high as the rows that it stands for.
    for row in range(record.step):
        lines = np.minimum(rows + row, n_rows - 1) * height // n_rows
        np.add.at(counts, (lines, places), 1)
    mark = min(MARK_SECONDS * columns / (end - begin), 1.0)
    shares = np.minimum(counts * mark * height / n_rows, 1.0)
    # The square root, as a little ink is seen better than none.
    return np.ceil(255 * np.sqrt(shares[::-1])).astype(np.uint8)


def pack_spikes(record: SpikesRecord, begin: float) -> bytes:
    """Return spikes row by row: for each row their number, then the steps between them.

    Numbers have seven bits in a byte, the lowest first, and the highest bit where more follow
    (LEB128). The first spike of a row counts from the begin.

    Args:
        record: The spikes.
        begin: Begin of the recording, in seconds.
    """
    order = np.lexsort((record.steps, record.rows))
    rows, steps = record.rows[order], record.steps[order] - round(begin / record.dt)
    counts = np.bincount(rows, minlength=len(record.labels))
    is_first = np.diff(rows, prepend=-1) != 0
    intervals = np.where(is_first, steps, np.diff(steps, prepend=0))
    starts = np.cumsum(counts) - counts
    return _leb128(np.insert(intervals, starts, counts))


def _leb128(numbers: Integers) -> bytes:
    """Return nonnegative numbers in as many bytes as each needs."""
    columns = []
    rest = numbers.astype(np.int64)
    is_there = np.ones(len(rest), bool)
    while is_there.any():
        more = rest >= 128
        columns.append(np.where(is_there, (rest & 127) | (more << 7), -1))
        is_there, rest = is_there & more, rest >> 7
    table = np.stack(columns, axis=1) if columns else np.zeros((0, 1), np.int64)
    return table[table >= 0].astype(np.uint8).tobytes()
