"""Chunkwise form of one tensor of learned weights: its products and its update in a block of steps.

The equation is in ``blocks.py``. The products of a minibatch are computed one item after the other,
each as a product of two matrices: XLA's batched products are five times as slow. And the weights
are updated in place, without a copy of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from nengo_nb.engine.lowering import Compute, Emitter, Frame
from nengo_nb.engine.rule_of import rule_of
from nengo_nb.on_demand import tf

from .selection import Learned

Tensor = Any

FrameOf = Callable[[Tensor], Frame]
"""Function from the number of a minibatch item to a frame in which the steps of a block
take the batch axis.
"""


@dataclass(frozen=True)
class Foresight:
    """Products of a block of ``T`` steps that are known before its first step.

    Args:
        given: By product, its results with the weights from before the block, ``W_0 x_t``,
            ``(n_matrices, T, m)``.
        likeness: By product, the Gram matrix ``x_t . pre_s`` of its vectors and the presynaptic
            activities, ``(n_matrices, T, T)`` with ``s`` on the last axis.
    """

    given: Mapping[int, Tensor]
    likeness: Mapping[int, Tensor]


class Ahead:
    """Chunkwise computation with weights, as ``n_matrices = batch * G`` matrices ``(m, n)``, in
    blocks of ``T`` steps.

    Args:
        emitter: Emits one step.
        learned: The weights, and the groups that read and change them.
    """

    def __init__(self, emitter: Emitter, learned: Learned) -> None:
        self.emitter = emitter
        self.learned = learned
        self.group = emitter.segment.groups[learned.change]
        rule = rule_of(self.group)
        if rule is None or rule.outer is None:
            raise AssertionError("what changes learned weights is an outer product")
        self.post = rule.outer(emitter.groups[learned.change])
        self.shape = (emitter.batch, *self.group.result_shapes[0])
        self.n_matrices = self.shape[0] * self.shape[1]
        self.steps = emitter.cost.block_steps

    def matrices(self, weights: Tensor) -> Tensor:
        """Reshape weights, ``(batch, G, m, n)``, to matrices, ``(n_matrices, m, n)``."""
        return tf.reshape(weights, (self.n_matrices, *self.shape[2:]))

    def foresee(self, frame_of: FrameOf, matrices: Tensor) -> Foresight:
        """Compute the products and Gram matrices of a block.

        Args:
            frame_of: The inputs of the block.
            matrices: The weights before it, ``(n_matrices, m, n)``.
        """
        products = self.learned.products

        def compute(i: Tensor) -> list[Tensor]:
            # Matrix ``i`` is connection ``i % G`` of minibatch item ``i // G``.
            frame = frame_of(i // self.shape[1])
            pre, matrix = self._rows(frame, i, self.learned.change, 0), matrices[i]
            rows = [self._rows(frame, i, g, 1) for g in products]
            given = [tf.matmul(x, matrix, transpose_b=True) for x in rows]
            return given + [tf.matmul(x, pre, transpose_b=True) for x in rows]

        shapes = [(self.steps, self.shape[2])] * len(products) + [(self.steps, self.steps)] * len(
            products
        )
        stacked = _each(self.n_matrices, compute, shapes, matrices.dtype)
        given, likeness = stacked[: len(products)], stacked[len(products) :]
        return Foresight(
            dict(zip(products, given, strict=True)), dict(zip(products, likeness, strict=True))
        )

    def no_posts(self, dtype: Any) -> Any:
        """Make the array of a block's ``post`` vectors, all zero, ``(T, n_matrices, m)``."""
        shape = (self.n_matrices, self.shape[2])
        # Every step reads all of them, and those of steps to come must count for nothing.
        array = tf.TensorArray(dtype, self.steps, element_shape=shape, clear_after_read=False)
        return array.unstack(tf.zeros((self.steps, *shape), dtype))

    def instead(self, j: Tensor, known: Foresight, posts: list[Any]) -> dict[int, Compute]:
        """Return what replaces the groups of the weights in a step of the block.

        Args:
            j: Index of the step in the block.
            known: The products from before the block.
            posts: A list of one array: the ``post`` vectors of the steps before,
                ``(n_matrices, m)`` each, and zero for the others. The replacement of the change
                writes this step's to it.
        """

        def change(frame: Frame) -> list[Tensor]:
            fixed = self.group.parametric
            reads = [
                t[tf.newaxis] if f else t
                for t, f in zip(frame.arguments(self.group), fixed, strict=True)
            ]
            post = tf.broadcast_to(self.post(*reads[1:]), self.shape[:3])
            posts[0] = posts[0].write(j, tf.reshape(post, posts[0].element_shape))
            return []  # the change itself, an outer product, is never made

        # Groups are replaced in the segment's order: the products read the weights behind their
        # change, so the sum includes what this very step has learned, as ``s <= t`` says.
        def product(g: int, _: Frame) -> list[Tensor]:
            likeness = known.likeness[g][:, j]
            # A sum that is written out is computed with whole vectors.
            learned = tf.add_n(
                [likeness[:, s, tf.newaxis] * posts[0].read(s) for s in range(self.steps)]
            )
            shape = self.emitter.segment.groups[g].result_shapes[0]
            return [tf.reshape(known.given[g][:, j] + learned, (self.emitter.batch, *shape))]

        products = {g: partial(product, g) for g in self.learned.products}
        return {self.learned.change: change, self.learned.total: lambda _: [], **products}

    def learn(self, frame_of: FrameOf, matrices: Tensor, posts: Any) -> Tensor:
        """Return the weights after the block, ``W_0 + post^T pre``, ``(n_matrices, m, n)``.

        Args:
            frame_of: The inputs of the block.
            matrices: The weights before it.
            posts: The array of the block's ``post`` vectors.
        """
        # From (T, n_matrices, m) to one matrix (m, T) for each matrix of weights.
        columns = tf.transpose(posts.stack(), (1, 2, 0))

        def after(i: Tensor, matrix: Tensor) -> Tensor:
            pre = self._rows(frame_of(i // self.shape[1]), i, self.learned.change, 0)
            return matrix + tf.matmul(columns[i], pre)

        # Reading and writing the same element of an array that the loop carries lets XLA update it
        # in place; stacking the results of all turns would hold the weights twice.
        if self.n_matrices == 1:
            return after(tf.constant(0), matrices[0])[tf.newaxis]
        array = tf.TensorArray(
            matrices.dtype,
            self.n_matrices,
            element_shape=matrices.shape[1:],
            clear_after_read=False,
        )
        _, array = tf.while_loop(
            lambda i, _: i < self.n_matrices,
            lambda i, array: (i + 1, array.write(i, after(i, array.read(i)))),
            (tf.constant(0), array.unstack(matrices)),
            maximum_iterations=self.n_matrices,
        )
        return array.stack()

    def _rows(self, frame: Frame, i: Tensor, g: int, k: int) -> Tensor:
        """Return argument ``k`` of group ``g`` for matrix ``i`` at all steps, ``(T, n)``."""
        group = self.emitter.segment.groups[g]
        n_ops = group.arguments[k].shape[0]
        tensor = frame.gather(group.arguments[k], group.parametric[k])
        # A parameter has no batch axis, which is the axis of steps in this frame.
        if group.parametric[k]:
            tensor = tf.broadcast_to(tensor, (self.steps, *tensor.shape))
        return tf.reshape(tensor, (self.steps, n_ops, -1))[:, i % n_ops]


def _each(
    n: int,
    compute: Callable[[Tensor], Sequence[Tensor]],
    shapes: Sequence[tuple[int, ...]],
    dtype: Any,
) -> list[Tensor]:
    """Stack the results of ``compute`` for each index below ``n``, in a loop if ``n > 1``."""
    if n == 1:
        return [tensor[tf.newaxis] for tensor in compute(tf.constant(0))]
    arrays = [tf.TensorArray(dtype, n, element_shape=shape) for shape in shapes]

    def body(i: Tensor, arrays: Sequence[Any]) -> tuple[Tensor, Sequence[Any]]:
        return i + 1, [array.write(i, t) for array, t in zip(arrays, compute(i), strict=True)]

    _, arrays = tf.while_loop(
        lambda i, _: i < n, body, (tf.constant(0), arrays), maximum_iterations=n
    )
    return [array.stack() for array in arrays]
