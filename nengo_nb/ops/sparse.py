"""The product of a constant sparse matrix and a vector."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import scipy.sparse
import tensorflow as tf
from nengo.builder.operator import SparseDotInc
from nengo.transforms import SparseMatrix

from nengo_nb.plan.signature import Layout

from .batch import batched
from .rules import Group, Step, Tensor, rule

_DENSE_ABOVE = 1 / 16
"""Share of nonzero elements above which a dense product is as fast with one item in the batch and faster with more
(measured from 300 to 1000 rows), and needs at most eight times the memory."""


def matrix_of(op: SparseDotInc) -> scipy.sparse.csr_array:
    """The sparse matrix an operator multiplies with; it may hold integers."""
    matrix = op.A.initial_value
    allocated = matrix.allocate() if isinstance(matrix, SparseMatrix) else matrix
    return scipy.sparse.csr_array(allocated)


def _kind(op: SparseDotInc) -> Hashable:
    rows, columns = op.A.shape
    return matrix_of(op).nnz > _DENSE_ABOVE * rows * columns


@rule(SparseDotInc, layout=Layout.STACKED, kind=_kind, reads=lambda op: (op.X,))
def sparse_dot_inc(group: Group) -> Step:
    """``Y += A . X`` with a sparse matrix ``A``, which does not change."""
    matrices = [matrix_of(op).astype(group.dtype) for op in group.ops]
    n_ops = len(matrices)
    n = matrices[0].shape[1]
    shape = (n_ops, *group.ops[0].Y.shape)

    if _kind(group.ops[0]):
        weights = np.stack([matrix.toarray() for matrix in matrices])

        def dense_step(X: Tensor) -> tuple[Tensor]:
            product = tf.einsum("gmn,bgn->bgm", weights, tf.reshape(X, [X.shape[0], n_ops, n]))
            return (tf.reshape(product, [X.shape[0], *shape]),)

        return batched(group, dense_step)

    block_diagonal = scipy.sparse.csr_array(scipy.sparse.block_diag(matrices))
    table, transposed = padded_rows(block_diagonal), padded_rows(scipy.sparse.csr_array(block_diagonal.T))

    def step(X: Tensor) -> tuple[Tensor]:
        product = sparse_product(table, transposed, tf.reshape(X, [X.shape[0], n_ops * n]))
        return (tf.reshape(product, [X.shape[0], *shape]),)

    return batched(group, step)


@dataclass(frozen=True)
class PaddedRows:
    """A sparse matrix as tables of columns and values, one table for rows of about the same length.

    Rows of up to 1, 2, 4, 8... elements share a table and are filled up with zeros, so a product is a few gathers and
    sums without a scatter, and no table is more than half empty.

    Args:
        columns: For each table ``(rows, length)`` column numbers.
        values: For each table ``(rows, length)`` values.
        order: Where each row of the matrix is in the tables, one below the other; None if in order.
    """

    columns: tuple[np.ndarray, ...]
    values: tuple[np.ndarray, ...]
    order: np.ndarray | None

    def dot(self, X: Tensor) -> Tensor:
        """``(batch, n) -> (batch, m)``."""
        tables = zip(self.columns, self.values, strict=True)
        sums = [tf.reduce_sum(tf.gather(X, columns, axis=1) * values, axis=-1) for columns, values in tables]
        product = tf.concat(sums, axis=1)
        return product if self.order is None else tf.gather(product, self.order, axis=1)


def padded_rows(matrix: scipy.sparse.csr_array) -> PaddedRows:
    """Sort the rows of a matrix into tables."""
    counts = np.diff(matrix.indptr)
    if counts.max() * len(counts) <= 2 * matrix.nnz:
        bins = np.zeros(len(counts), dtype=int)
    else:
        bins = np.ceil(np.log2(np.maximum(counts, 0.5))).astype(int)
    tables = [_table(matrix, np.flatnonzero(bins == length)) for length in np.unique(bins)]
    order = np.argsort(np.argsort(bins, kind="stable"), kind="stable")
    in_order = np.array_equal(order, np.arange(len(order)))
    return PaddedRows(tuple(t[0] for t in tables), tuple(t[1] for t in tables), None if in_order else order)


def _table(matrix: scipy.sparse.csr_array, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of some rows, ``(rows, length)`` each, filled up with zeros."""
    part = matrix[rows]
    counts = np.diff(part.indptr)
    taken = np.arange(counts.max()) < counts[:, np.newaxis]
    columns = np.zeros(taken.shape, dtype=np.int32)
    values = np.zeros(taken.shape, dtype=matrix.dtype)
    columns[taken] = part.indices
    values[taken] = part.data
    return columns, values


def sparse_product(matrix: PaddedRows, transposed: PaddedRows, X: Tensor) -> Tensor:
    """``matrix . X``; its gradient is the product with the transposed matrix, as fast and also without a scatter."""

    @tf.custom_gradient
    def product(X: Tensor) -> tuple[Tensor, object]:
        return matrix.dot(X), lambda gradient: sparse_product(transposed, matrix, gradient)

    return product(X)
