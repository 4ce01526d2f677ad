"""Histograms with bins of whole multiples of a resolution, so that none gets more by its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MANTISSAS = (1, 2, 5)
"""Widths of bins are these times powers of ten, of the resolution."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of values in bins.

    Args:
        edges: Bounds of the bins, ``(bins + 1,)``, in the unit of the values.
        counts: Number of values in each, ``(bins,)``.
        n_beyond: Number of values above the last bound.
    """

    edges: np.ndarray
    counts: np.ndarray
    n_beyond: int = 0

    @property
    def centers(self) -> np.ndarray:
        """Middles of the bins, ``(bins,)``."""
        return (self.edges[1:] + self.edges[:-1]) / 2


def bin_width(range_in_units: float, most: int) -> int:
    """Return the width of bins in units of a resolution: 1, 2 or 5 times a power of ten.

    Args:
        range_in_units: Range that they cover.
        most: Largest number of bins.
    """
    power = 1
    while True:
        for mantissa in MANTISSAS:
            if range_in_units <= mantissa * power * most:
                return mantissa * power
        power *= 10


def count_units(units: np.ndarray, unit: float, first: int, most: int, longest: int) -> Histogram:
    """Return the histogram of values that are whole multiples of a unit.

    Bounds lie between two multiples, one of them before the multiple ``first``. Bins of another
    width than whole multiples would hold now more of them and now fewer, which looks like a comb.

    Args:
        units: Values in that unit, whole numbers, ``(n,)``.
        unit: The unit.
        first: Multiple with which a bin begins; others begin before it, down to zero.
        most: Largest number of bins, apart from those before ``first``.
        longest: Multiple to which the bins go at least.
    """
    width = bin_width(longest - first + 1, most)
    below = -(-first // width)
    above = max(-(-(longest - first + 1) // width), 1)
    places = (units - first) // width + below
    counts = np.bincount(places[places < below + above], minlength=below + above)
    edges = (first + width * np.arange(-below, above + 1) - 0.5) * unit
    return Histogram(edges, counts, int((places >= below + above).sum()))
