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


def _interleave(begin: Floats, end: Floats, low: Floats, high: Floats) -> Floats:
    # The order in which the two points come makes the line between buckets go as the samples do.
    rising = end >= begin
    # Interleaved by the reshape: row 2 * i and 2 * i + 1 are those of bucket i.
    both = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1)
    return both.reshape(-1, low.shape[1])
