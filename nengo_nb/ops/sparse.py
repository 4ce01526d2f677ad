"""Product of a constant sparse matrix and a vector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nengo.builder.operator import SparseDotInc
from nengo.transforms import SparseMatrix

from nengo_nb.on_demand import tf
from nengo_nb.plan.signature import Layout

from .batch import batched
from .rules import Group, Step, Tensor, rule


@dataclass(frozen=True)
class Coordinates:
    """Sparse matrix in coordinate (COO) format, row-major without duplicates; it does not need
    SciPy.

    Args:
        rows: Row numbers, ``(elements,)``, in order.
        columns: Column numbers, in order within each row.
        values: The elements; they may be integers.
        shape: Number of rows and of columns.
    """

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    shape: tuple[int, int]

    @property
    def transposed(self) -> Coordinates:
        """The transposed matrix."""
        n_rows, n_columns = self.shape
        return make_coordinates(self.columns, self.rows, self.values, (n_columns, n_rows))

    def toarray(self, dtype: str) -> np.ndarray:
        """The dense matrix."""
        dense = np.zeros(self.shape, dtype=dtype)
        dense[self.rows, self.columns] = self.values
        return dense


def make_coordinates(
    rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]
) -> Coordinates:
    """Sort elements into row-major order, and add up duplicates."""
    # Flat positions of a large matrix need 64 bits.
    places, element = np.unique(rows.astype(np.int64) * shape[1] + columns, return_inverse=True)
    sums = np.zeros(len(places), dtype=values.dtype)
    # sums[element] += values would count duplicates once.
    np.add.at(sums, element, values)
    return Coordinates(places // shape[1], places % shape[1], sums, shape)


def matrix_of(op: SparseDotInc) -> Coordinates:
    """Return the sparse matrix an operator multiplies with, one of Nengo's or of SciPy's."""
    matrix = op.A.initial_value
    if isinstance(matrix, SparseMatrix):
        rows, columns = matrix.indices.T
        return make_coordinates(rows, columns, matrix.data, matrix.shape)
    listed = matrix.tocoo()
    return make_coordinates(listed.row, listed.col, listed.data, listed.shape)


def diagonal(matrices: Sequence[Coordinates]) -> Coordinates:
    """Return the block-diagonal matrix of matrices of one shape."""
    n_rows, n_columns = matrices[0].shape
    # Block after block stays in row-major order, so nothing is to be sorted.
    rows = [i * n_rows + matrix.rows for i, matrix in enumerate(matrices)]
    columns = [i * n_columns + matrix.columns for i, matrix in enumerate(matrices)]
    values = [matrix.values for matrix in matrices]
    shape = (len(matrices) * n_rows, len(matrices) * n_columns)
    return Coordinates(np.concatenate(rows), np.concatenate(columns), np.concatenate(values), shape)


def density(matrices: Sequence[Coordinates]) -> float:
    """Return the share of elements that are stored, of all elements of some matrices."""
    stored = sum(len(matrix.values) for matrix in matrices)
    return stored / sum(math.prod(matrix.shape) for matrix in matrices)


@rule(SparseDotInc, layout=Layout.STACKED, reads=lambda op: (op.X,))
def sparse_dot_inc(group: Group) -> Step:
    """``Y += A . X`` with a sparse matrix ``A``, which does not change."""
    matrices = [matrix_of(op) for op in group.ops]
    n_ops = len(matrices)
    n = matrices[0].shape[1]
    shape = (n_ops, *group.ops[0].Y.shape)

    if density(matrices) > group.cost.dense_above:
        weights = np.stack([matrix.toarray(group.dtype) for matrix in matrices])

        def dense_step(X: Tensor) -> tuple[Tensor]:
            product = tf.einsum("gmn,bgn->bgm", weights, tf.reshape(X, [X.shape[0], n_ops, n]))
            return (tf.reshape(product, [X.shape[0], *shape]),)

        return batched(group, dense_step)

    blocks = diagonal(matrices)
    table, transposed = (
        padded_rows(blocks, group.dtype),
        padded_rows(blocks.transposed, group.dtype),
    )

    def step(X: Tensor) -> tuple[Tensor]:
        product = sparse_product(table, transposed, tf.reshape(X, [X.shape[0], n_ops * n]))
        return (tf.reshape(product, [X.shape[0], *shape]),)

    return batched(group, step)


@dataclass(frozen=True)
class PaddedRows:
    """Sparse matrix in padded-row (ELL) tables, one for all rows of about the same length.

    Rows of up to 1, 2, 4, 8... elements share a table and are filled up with zeros, so a product is
    a few gathers and sums without a scatter, and no table is more than half empty.

    Args:
        columns: For each table ``(rows, length)`` column numbers.
        values: For each table ``(rows, length)`` values.
        order: Position of each row of the matrix in the concatenated tables; None if in order.
    """

    columns: tuple[np.ndarray, ...]
    values: tuple[np.ndarray, ...]
    order: np.ndarray | None

    def dot(self, X: Tensor) -> Tensor:
        """Multiply with vectors: ``(batch, n) -> (batch, m)``."""
        tables = zip(self.columns, self.values, strict=True)
        sums = [
            tf.reduce_sum(tf.gather(X, columns, axis=1) * values, axis=-1)
            for columns, values in tables
        ]
        product = tf.concat(sums, axis=1)
        return product if self.order is None else tf.gather(product, self.order, axis=1)


def padded_rows(matrix: Coordinates, dtype: str) -> PaddedRows:
    """Sort the rows of a matrix into tables."""
    counts = np.bincount(matrix.rows, minlength=matrix.shape[0])
    # Less than half of one table would be padding.
    if counts.max() * len(counts) <= 2 * len(matrix.values):
        bins = np.zeros(len(counts), dtype=int)
    else:
        # Empty rows get -1, a bin of their own.
        bins = np.ceil(np.log2(np.maximum(counts, 0.5))).astype(int)
    tables = [
        _table(matrix, counts, np.flatnonzero(bins == length), dtype) for length in np.unique(bins)
    ]
    # The second sort inverts the permutation: from a row to its place, for the gather in dot.
    order = np.argsort(np.argsort(bins, kind="stable"), kind="stable")
    in_order = np.array_equal(order, np.arange(len(order)))
    return PaddedRows(
        tuple(t[0] for t in tables), tuple(t[1] for t in tables), None if in_order else order
    )


def _table(
    matrix: Coordinates, counts: np.ndarray, rows: np.ndarray, dtype: str
) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of some rows, ``(rows, length)`` each, filled up with zeros."""
    along = np.arange(counts[rows].max())
    first = (counts.cumsum() - counts)[rows, np.newaxis]  # of a row's elements
    taken = along < counts[rows, np.newaxis]
    elements = (first + along)[taken]
    # Padding multiplies column 0 by zero.
    columns = np.zeros(taken.shape, dtype=np.int32)
    values = np.zeros(taken.shape, dtype=dtype)
    columns[taken] = matrix.columns[elements]
    values[taken] = matrix.values[elements]
    return columns, values


def sparse_product(matrix: PaddedRows, transposed: PaddedRows, X: Tensor) -> Tensor:
    """``matrix . X``; its gradient is the product with the transposed matrix, as fast and
    also without a scatter.
    """

    # TensorFlow's own gradient of a gather is a scatter.
    @tf.custom_gradient
    def product(X: Tensor) -> tuple[Tensor, object]:
        return matrix.dot(X), lambda gradient: sparse_product(transposed, matrix, gradient)

    return product(X)
