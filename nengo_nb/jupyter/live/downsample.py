"""Downsampling by minimum and maximum: two points per bucket, kept from frame to frame."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from nengo_nb.plots.extremes import bucket_extremes, equal_bucket_extremes

POINTS = 600
"""Largest number of buckets per line, with two points each: about as many as a plot has pixels."""

Read = Callable[[slice], np.ndarray]
"""Reads a slice of samples, ``(samples, size)``."""


@dataclass(frozen=True)
class Reduced:
    """Buckets ``first`` to ``end`` of a line, two points each, to go on from in the next frame.

    Args:
        key: Identifies what was reduced; points of another key cannot be used.
        width: Number of samples in a bucket; bucket ``i`` begins with sample ``i * width``.
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
    """Return the samples per bucket, a power of two; 1 if all ``count`` samples can be drawn."""
    width = 1
    # A sample is one point and a bucket two, so without buckets twice as many can be drawn.
    while count > (2 * POINTS if width == 1 else width * POINTS):
        width *= 2
    return width


def reduce_samples(
    old: Reduced, key: Hashable, part: slice, read: Read, width: int
) -> tuple[Reduced, np.ndarray]:
    """Return the extremes of some samples, of which only the new ones are read.

    Buckets have fixed bounds, so that of a window that moves on only what is new has to be read and
    reduced.

    Args:
        old: Value that was returned for the last frame, or ``Reduced()``.
        key: Identifies the samples and how they are drawn; if it differs, ``old`` is of no use.
        part: Slice of samples of more than one bucket.
        read: Reads a slice of samples.
        width: Samples in a bucket, more than one.

    Returns:
        The value to hand in next time, and the points ``(points, size)``, which begin at sample
        ``first * width`` of it; an unfinished bucket gives the last two.
    """
    # The bounds of buckets are multiples of the width from sample 0, not from
    # the window's begin: so buckets of the last frame can be used again.
    first, end = part.start // width, part.stop // width
    # Usable if the window begins within the old buckets and ends behind
    # them. A window that moves back, or zooms (another width), begins anew.
    reusable = (
        old.points is not None
        and (old.key, old.width) == (key, width)
        and old.first <= first <= old.end <= end
    )
    # Two points per bucket: bucket ``first`` begins at row ``2 * (first - old.first)``.
    kept = old.points[2 * (first - old.first) :] if reusable and old.points is not None else None
    begin = old.end if reusable else first
    fresh = read(slice(begin * width, part.stop))
    # The bucket that is not complete is drawn, but not kept: it changes with the next sample.
    whole = (end - begin) * width
    points = equal_bucket_extremes(fresh[:whole], width)
    points = points if kept is None else np.concatenate([kept, points])
    rest = fresh[whole:]
    tail = [] if not len(rest) else [bucket_extremes(rest, np.array([0]))]
    return Reduced(key, width, first, points), np.concatenate([points, *tail])
