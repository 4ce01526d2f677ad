"""Downsampling of lines by minimum and maximum: two points per bucket, so that no peak is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


def bucket_extremes(values: Floats, starts: NDArray[np.integer[Any]]) -> Floats:
    """Return two points per bucket: its extremes, in the order in which it rises or falls.

    Args:
        values: Samples, ``(samples, size)``.
        starts: Index of the first sample of each bucket, strictly increasing.

    Returns:
        Points, ``(2 * buckets, size)``; NaN only where a bucket has nothing else.
    """
    low = np.fmin.reduceat(values, starts, axis=0)
    high = np.fmax.reduceat(values, starts, axis=0)
    ends = np.append(starts[1:], len(values))
    return _interleave(values[starts], values[ends - 1], low, high)


def equal_bucket_extremes(values: Floats, width: int) -> Floats:
    """Return the same as :func:`bucket_extremes` for buckets of one width, in a third of the time.

    Args:
        values: Samples, ``(buckets * width, size)``.
        width: Number of samples in a bucket, a power of two.
    """
    low = high = values
    # log2(width) rounds of neighbours, which NumPy compares in vectors, unlike those of reduceat.
    for _ in range(width.bit_length() - 1):
        low, high = np.fmin(low[::2], low[1::2]), np.fmax(high[::2], high[1::2])
    return _interleave(values[::width], values[width - 1 :: width], low, high)


def path_extremes(points: Floats, width: int) -> NDArray[np.integer[Any]]:
    """Return the indices of the extremes of both coordinates in each bucket, in order of time.

    Samples behind the last whole bucket are all kept.

    Args:
        points: ``(samples, 2)``.
        width: Number of samples in a bucket.
    """
    whole = len(points) // width * width
    # argmin takes NaN for the smallest value, which would hide the extremes.
    buckets = np.nan_to_num(points[:whole]).reshape(-1, width, 2)
    extremes = np.concatenate([buckets.argmin(axis=1), buckets.argmax(axis=1)], axis=1)
    # In the order of time, as a path joins its points in that order.
    places = np.sort(extremes, axis=1) + width * np.arange(len(buckets))[:, np.newaxis]
    return np.concatenate([places.reshape(-1), np.arange(whole, len(points))])


def thin_lines(times: Floats, values: Floats, most: int) -> tuple[Floats, Floats]:
    """Return all samples, or the two extremes of each bucket where they are too many.

    Args:
        times: ``(samples,)``.
        values: ``(samples, size)``.
        most: Largest number of points of a line.
    """
    steps = len(times)
    if steps <= most:
        return times, values
    # Strictly increasing: for equal indices reduceat takes one element instead of a bucket.
    starts = np.unique(np.linspace(0, steps, most // 2, endpoint=False).astype(np.int64))
    ends = np.append(starts[1:], steps)
    thinned = np.stack([times[starts], times[(starts + ends) // 2]], axis=1).reshape(-1)
    return thinned, bucket_extremes(values, starts)


def thin_path(times: Floats, points: Floats, most: int) -> tuple[Floats, Floats]:
    """Return all points, or the extremes of both coordinates in each bucket, in order of time.

    Args:
        times: ``(samples,)``.
        points: ``(samples, 2)``.
        most: Largest number of points.
    """
    # A bucket has four extremes, so that narrower ones would thin nothing.
    width = -(-4 * len(points) // most)
    if width <= 4:
        return times, points
    places = path_extremes(points, width)
    return times[places], points[places]


def _interleave(begin: Floats, end: Floats, low: Floats, high: Floats) -> Floats:
    # The order in which the two points come makes the line between buckets go as the samples do.
    rising = end >= begin
    # Interleaved by the reshape: row 2 * i and 2 * i + 1 are those of bucket i.
    both = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1)
    return both.reshape(-1, low.shape[1])
