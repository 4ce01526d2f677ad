"""Products: dense matrix-vector, block-sparse matrix-vector, and elementwise."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from nengo.builder.operator import BsrDotInc, DotInc, ElementwiseInc

from nengo_nb.on_demand import tf
from nengo_nb.plan.cost import CostModel
from nengo_nb.plan.signature import Layout

from .batch import batched
from .rules import Group, Step, Tensor, rule


def _elementwise_layout(op: ElementwiseInc) -> Layout:
    """Return ``ELEMENTWISE`` unless NumPy would broadcast more than a single number."""
    shape = op.Y.shape
    plain = all(
        s.shape == shape or (len(shape) <= 1 and s.ndim <= 1 and s.size == 1) for s in (op.A, op.X)
    )
    return Layout.ELEMENTWISE if plain else Layout.STACKED


@rule(ElementwiseInc, layout=_elementwise_layout)
def elementwise_inc(group: Group) -> Step:
    """``Y += A * X``, with NumPy's broadcasting."""
    stacked = group.layout is Layout.STACKED
    rank = group.ops[0].Y.ndim

    def step(A: Tensor, X: Tensor) -> tuple[Tensor]:
        if stacked:
            A, X = _align(A, rank), _align(X, rank)
        return (A * X,)

    return batched(group, step)


def _align(tensor: Tensor, rank: int) -> Tensor:
    """``(batch, G, *shape)`` with ones put before ``shape``, until it has ``rank`` axes."""
    batch, n_ops, *shape = tensor.shape
    return tf.reshape(tensor, [batch, n_ops, *[1] * (rank - len(shape)), *shape])


def _dot_kind(op: DotInc) -> Hashable:
    return bool(op.reshape)


@rule(DotInc, layout=Layout.STACKED, kind=_dot_kind)
def dot_inc(group: Group) -> Step:
    """``Y += A . X`` as ``numpy.dot`` has it: over the last axis of ``A`` and the first of ``X``.

    Where ``A`` or ``X`` is a single number the product is by element. Constant weights are not
    repeated over the batch.
    """
    op = group.ops[0]
    shape = (len(group.ops), *op.Y.shape)

    def step(A: Tensor, X: Tensor) -> tuple[Tensor]:
        if op.A.ndim == 0 or op.X.ndim == 0:
            rank = max(op.A.ndim, op.X.ndim)
            product = _append(A, rank) * _append(X, rank)
        else:
            product = _dot(A, X, group.cost)
        # Nengo adds such a product in place, so NumPy's broadcasting into Y decides.
        if not op.reshape:
            product = _align(product, len(op.Y.shape))
            return (tf.broadcast_to(product, [product.shape[0], *shape]),)
        return (tf.reshape(product, [product.shape[0], *shape]),)

    return batched(group, step)


def _append(tensor: Tensor, rank: int) -> Tensor:
    """``(batch, G)`` or ``(batch, G, *shape)`` with ones put behind, until ``shape`` has
    ``rank`` axes.
    """
    return tf.reshape(tensor, [*tensor.shape, *[1] * (rank + 2 - len(tensor.shape))])


def _dot(A: Tensor, X: Tensor, cost: CostModel) -> Tensor:
    """``numpy.dot`` for each operator: ``(batch, G, ..., n) . (batch, G, n)`` or
    ``. (batch, G, n, 1)``.
    """
    n = A.shape[-1]
    matrix = tf.reshape(A, [*A.shape[:2], -1, n])
    vector = tf.reshape(X, [*X.shape[:2], n])
    # One matrix for all items: a plain matrix product with the batch as rows.
    if matrix.shape[:2] == (1, 1):
        product = tf.matmul(vector[:, 0], matrix[0, 0], transpose_b=True)[:, tf.newaxis]
    # Learned weights: a matrix for each item. einsum does not broadcast a batch axis of one.
    elif matrix.shape[0] > 1:
        product = tf.einsum(
            "bgmn,bgn->bgm", matrix, tf.broadcast_to(vector, [matrix.shape[0], *vector.shape[1:]])
        )
    # Stacked matrices and one item: bound by memory, and slow as XLA does it by itself.
    elif vector.shape[0] == 1:
        product = _one_item(matrix[0], vector[0], cost)[tf.newaxis]
    else:
        product = tf.einsum("gmn,bgn->bgm", matrix[0], vector)
    return tf.reshape(product, [product.shape[0], *A.shape[1:-1], *X.shape[3:]])


def _one_item(matrix: Tensor, vector: Tensor, cost: CostModel) -> Tensor:
    """Multiply each matrix ``(G, m, n)`` with its vector ``(G, n)``.

    XLA computes a stack of products with single vectors one by one, which takes it 25 ns each, and
    reads matrices at half the speed of the cache. What is faster depends on the shape
    (microseconds; in brackets, the usual way):

    - rows of a few: the sum over columns, 0.9 for 128 matrices of 50 rows and 2 columns (5.4);
    - long rows: one product of all rows with a vector of ones, which XLA does with whole vectors,
      and what the rows are multiplied with in the same loop: 80 for 250 matrices of 100 rows and
      100 columns (209);
    - single rows that are neither: the same, made longer with zeros, 0.6 for 128 rows of 50 (4.3).
    """
    _, m, n = matrix.shape
    if n < cost.few_columns:
        return tf.reduce_sum(tf.transpose(matrix, [0, 2, 1]) * vector[:, :, tf.newaxis], axis=1)
    if m > 1 and not cost.unrolled_columns <= n < cost.many_columns:
        return tf.einsum("gmn,gn->gm", matrix, vector)
    products = tf.reshape(matrix * vector[:, tf.newaxis], [-1, n])
    if n < cost.unrolled_columns:
        # Up to a length that LLVM does not unroll, so that it vectorizes the sum.
        products = tf.pad(products, [[0, 0], [0, cost.unrolled_columns - n]])
    sums = tf.linalg.matvec(products, tf.ones([products.shape[1]], products.dtype))
    return tf.reshape(sums, matrix.shape[:2])


def _blocks_kind(op: BsrDotInc) -> Hashable:
    return tuple(op.indices), tuple(op.indptr), bool(op.reshape)


@rule(BsrDotInc, layout=Layout.STACKED, kind=_blocks_kind)
def bsr_dot_inc(group: Group) -> Step:
    """``Y[i] += sum_k A[k] . X[indices[k]]`` over the blocks ``indptr[i] <= k < indptr[i + 1]`` of
    block row ``i``.

    References:
        ``scipy.sparse.bsr_matrix`` describes the format.
    """
    op = group.ops[0]
    n_blocks, _, n_columns = op.A.shape
    n_rows = len(op.indptr) - 1
    # The block row of each block.
    rows = np.repeat(np.arange(n_rows), np.diff(op.indptr))
    shape = (len(group.ops), *op.Y.shape)

    def step(A: Tensor, X: Tensor) -> tuple[Tensor]:
        parts = tf.reshape(X, [*X.shape[:2], -1, n_columns])
        # A gather costs more than a small product, so none is made where blocks are in order.
        if not np.array_equal(op.indices, np.arange(parts.shape[2])):
            parts = tf.gather(parts, op.indices, axis=2)
        items = max(A.shape[0], X.shape[0])
        product = _dot(
            tf.reshape(A, [A.shape[0], -1, *op.A.shape[1:]]),
            tf.reshape(parts, [X.shape[0], -1, n_columns]),
            group.cost,
        )
        product = tf.reshape(product, [items, len(group.ops), n_blocks, -1])
        if not np.array_equal(rows, np.arange(n_rows)):
            # Segments are sums over the first axis.
            summed = tf.math.unsorted_segment_sum(tf.transpose(product, [2, 0, 1, 3]), rows, n_rows)
            product = tf.transpose(summed, [1, 2, 0, 3])
        return (tf.reshape(product, [items, *shape]),)

    return batched(group, step)
