"""Index tables and sparse matrices: weights that are the same for all channels, without a
convolution that could hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import nengo
import numpy as np


@dataclass(frozen=True)
class Coordinates:
    """Sparse matrix as a list of its elements.

    Args:
        rows: Row numbers.
        columns: Column numbers.
        values: The elements.
        shape: Number of rows and of columns.
    """

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    shape: tuple[int, int]

    def transform(self) -> nengo.Sparse:
        """Return it as a transform, which Nengo can apply without SciPy as well."""
        return nengo.Sparse(
            self.shape, indices=np.stack([self.rows, self.columns], axis=1), init=self.values
        )


def identity(size: int) -> Coordinates:
    """Return the identity matrix."""
    numbers = np.arange(size)
    return Coordinates(numbers, numbers, np.ones(size), (size, size))


def kronecker(factors: Sequence[Coordinates]) -> Coordinates:
    """Return the matrix that acts on each axis of a flattened array by one of the factors."""
    product = factors[0]
    for factor in factors[1:]:
        rows = product.rows[:, np.newaxis] * factor.shape[0] + factor.rows
        columns = product.columns[:, np.newaxis] * factor.shape[1] + factor.columns
        values = product.values[:, np.newaxis] * factor.values
        shape = (product.shape[0] * factor.shape[0], product.shape[1] * factor.shape[1])
        product = Coordinates(rows.ravel(), columns.ravel(), values.ravel(), shape)
    return product


def averages(n_in: int, n_out: int, width: int, stride: int, padding: str) -> Coordinates:
    """Return the matrix of average pooling along one axis; padding is not counted.

    Args:
        n_in: Length of the input.
        n_out: Length of the output.
        width: Length of a window.
        stride: Distance of windows.
        padding: ``"valid"``, or ``"same"``, with half of the padding, rounded down, in front.
    """
    before = max((n_out - 1) * stride + width - n_in, 0) // 2 if padding == "same" else 0
    columns = stride * np.arange(n_out)[:, np.newaxis] + np.arange(width) - before
    inside = (columns >= 0) & (columns < n_in)
    values = inside / inside.sum(axis=1, keepdims=True)
    rows = np.broadcast_to(np.arange(n_out)[:, np.newaxis], columns.shape)
    return Coordinates(rows[inside], columns[inside], values[inside], (n_out, n_in))


def compact(indices: np.ndarray) -> slice | list[int]:
    """Return indices as a slice, if they are consecutive, or as a list."""
    first = int(indices[0])
    if np.array_equal(indices, np.arange(first, first + len(indices))):
        return slice(first, first + len(indices))
    return [int(index) for index in indices]
