"""Extremes: of many samples the smallest and the largest of each bucket, reduced once while
time goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

POINTS = 600
"""Buckets per line, with two points each: about as many as a plot has pixels."""

Read = Callable[[slice], np.ndarray]
"""Gives some samples, ``(samples, size)``."""


@dataclass(frozen=True)
class Reduced:
    """Samples ``first`` to ``end``, reduced: two points per bucket.

    Args:
        key: What they belong to; whatever has another key is of no use to each other.
        width: Samples in a bucket; bucket ``i`` begins with sample ``i * width``.
        first: Number of the first bucket.
        points: ``(2 * buckets, size)``.
    """

    key: Hashable = None
    width: int = 1
    first: int = 0
    points: np.ndarray | None = None

    @property
    def end(self) -> int:
        """Number of the bucket after the last one."""
        return self.first + (0 if self.points is None else len(self.points) // 2)


def bucket_width(count: int) -> int:
    """Samples in a bucket, a power of two: one if all of them can be drawn."""
    width = 1
    while count > (2 * POINTS if width == 1 else width * POINTS):
        width *= 2
    return width


def reduce_samples(
    old: Reduced, key: Hashable, part: slice, read: Read
) -> tuple[Reduced, np.ndarray]:
    """The extremes of some samples.

    Buckets have fixed bounds, so that of a window that moves on only what is new has to be read and
    reduced.

    Args:
        old: What was returned before, or ``Reduced()``.
        key: Tells whether that still holds.
        part: Which samples; more than one bucket's worth.
        read: Gives samples.

    Returns:
        What can be handed in next time, and the points, which begin with sample ``first * width``
        of it; an unfinished bucket gives the last two.
    """
    width = bucket_width(part.stop - part.start)
    first, end = part.start // width, part.stop // width
    known = (
        old.points is not None
        and (old.key, old.width) == (key, width)
        and old.first <= first <= old.end <= end
    )
    kept = old.points[2 * (first - old.first) :] if known and old.points is not None else None
    begin = old.end if known else first
    fresh = read(slice(begin * width, part.stop))
    whole = (end - begin) * width
    points = bucket_extremes(fresh[:whole], width)
    points = points if kept is None else np.concatenate([kept, points])
    rest = fresh[whole:]
    tail = [] if not len(rest) else [_order(rest[:1], rest[-1:], *_bounds(rest))]
    return Reduced(key, width, first, points), np.concatenate([points, *tail])


def _bounds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.fmin.reduce(values, axis=0, keepdims=True), np.fmax.reduce(
        values, axis=0, keepdims=True
    )


def bucket_extremes(values: np.ndarray, width: int) -> np.ndarray:
    """Two points per bucket: its extremes, in the order in which it rises or falls.

    Args:
        values: ``(buckets * width, size)``.
        width: A power of two: neighbours are compared, and again neighbours of those.
    """
    low = high = values
    for _ in range(width.bit_length() - 1):
        low, high = np.fmin(low[::2], low[1::2]), np.fmax(high[::2], high[1::2])
    return _order(values[::width], values[width - 1 :: width], low, high)


def _order(begin: np.ndarray, end: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    rising = end >= begin
    both = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1)
    return both.reshape(-1, low.shape[1])
