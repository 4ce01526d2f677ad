"""Numbers of charts, few and short enough for a message."""

from __future__ import annotations

import numpy as np

MOST_CELLS = 96
"""Largest number of rows or columns of an image."""


def downsample(matrix: np.ndarray) -> np.ndarray:
    """Downsample a matrix to few rows and columns: of each patch the value farthest from zero."""
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > MOST_CELLS:
            # A mean would let weights of both signs cancel, and hide single large ones.
            edges = np.linspace(0, size, MOST_CELLS + 1).astype(int)[:-1]
            low, high = (
                np.minimum.reduceat(matrix, edges, axis),
                np.maximum.reduceat(matrix, edges, axis),
            )
            matrix = np.where(-low > high, low, high)
    return matrix


def axis_numbers(values: np.ndarray) -> list[float]:
    """Return the positions along an axis, with five digits."""
    return [float(f"{value:.5g}") for value in values]


def rows(values: np.ndarray) -> list[list[float | None]]:
    """Return numbers with four digits, and None for those that JSON lacks."""
    return [list(map(_number, row)) for row in values]


def _number(value: float) -> float | None:
    return float(f"{value:.4g}") if np.isfinite(value) else None
