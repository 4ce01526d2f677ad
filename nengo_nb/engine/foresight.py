"""A foresight: what is known of learned weights before a block of steps, and how they come through it.

What ``blocks.py`` says is done here for one tensor of weights. The products of a minibatch are computed one item after
the other, each as a product of two matrices: XLA's products of stacks are five times as slow. And the weights are
changed where they are, without a copy of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import tensorflow as tf

from .emit import Compute, Emitter, Frame
from .learned import Learned
from .rule_of import rule_of

Tensor = Any

FrameOf = Callable[[Tensor], Frame]
"""From the number of a minibatch item to its inputs at all steps of a block, as those of one step of so many items."""

BLOCK = 32
"""Steps in a block. Twice as many need twice the memory for what the stages before hand on, and gain a seventh."""


@dataclass(frozen=True)
class Foresight:
    """What is known of learned weights before a block.

    Args:
        given: By product, what it would give if they did not change, ``(n_matrices, BLOCK, m)``.
        likeness: By product, what is multiplied in each step times what is learned from in each (last axis),
            ``(n_matrices, BLOCK, BLOCK)``.
    """

    given: Mapping[int, Tensor]
    likeness: Mapping[int, Tensor]


class Ahead:
    """Learned weights within a block, as ``n_matrices = batch * G`` matrices ``(m, n)``.

    Args:
        emitter: Writes one step.
        learned: The weights.
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

    def matrices(self, weights: Tensor) -> Tensor:
        """The weights, ``(batch, G, m, n)``, as matrices, ``(n_matrices, m, n)``."""
        return tf.reshape(weights, (self.n_matrices, *self.shape[2:]))

    def foresee(self, frame_of: FrameOf, matrices: Tensor) -> Foresight:
        """What is known.

        Args:
            frame_of: The inputs of the block.
            matrices: The weights before it.
        """
        products = self.learned.products

        def compute(i: Tensor) -> list[Tensor]:
            frame = frame_of(i // self.shape[1])
            pre, matrix = self._rows(frame, i, self.learned.change, 0), matrices[i]
            rows = [self._rows(frame, i, g, 1) for g in products]
            given = [tf.matmul(x, matrix, transpose_b=True) for x in rows]
            return given + [tf.matmul(x, pre, transpose_b=True) for x in rows]

        shapes = [(BLOCK, self.shape[2])] * len(products) + [(BLOCK, BLOCK)] * len(products)
        found = _each(self.n_matrices, compute, shapes, matrices.dtype)
        given, likeness = found[: len(products)], found[len(products) :]
        return Foresight(dict(zip(products, given, strict=True)), dict(zip(products, likeness, strict=True)))

    def no_posts(self, dtype: Any) -> Any:
        """An array for what a block learns, of zeros."""
        shape = (self.n_matrices, self.shape[2])
        array = tf.TensorArray(dtype, BLOCK, element_shape=shape, clear_after_read=False)
        return array.unstack(tf.zeros((BLOCK, *shape), dtype))

    def instead(self, j: Tensor, known: Foresight, posts: list[Any]) -> dict[int, Compute]:
        """How the groups are computed in a step of the block.

        Args:
            j: The number of the step in the block.
            known: What was known before it.
            posts: A list of one array: what was learned in the steps before, ``(n_matrices, m)`` each, and zero for the
                others. It gets what this step learns.
        """

        def change(frame: Frame) -> list[Tensor]:
            fixed = self.group.parametric
            reads = [
                t[tf.newaxis] if f else t for t, f in zip(frame.arguments(self.group), fixed, strict=True)
            ]
            post = tf.broadcast_to(self.post(*reads[1:]), self.shape[:3])
            posts[0] = posts[0].write(j, tf.reshape(post, posts[0].element_shape))
            return []

        def product(g: int, _: Frame) -> list[Tensor]:
            likeness = known.likeness[g][:, j]
            # A sum that is written out is computed with whole vectors.
            learned = tf.add_n([likeness[:, s, tf.newaxis] * posts[0].read(s) for s in range(BLOCK)])
            shape = self.emitter.segment.groups[g].result_shapes[0]
            return [tf.reshape(known.given[g][:, j] + learned, (self.emitter.batch, *shape))]

        products = {g: partial(product, g) for g in self.learned.products}
        return {self.learned.change: change, self.learned.total: lambda _: [], **products}

    def learn(self, frame_of: FrameOf, matrices: Tensor, posts: Any) -> Tensor:
        """The weights after the block.

        Args:
            frame_of: The inputs of the block.
            matrices: The weights before it.
            posts: The array of what was learned.
        """
        columns = tf.transpose(posts.stack(), (1, 2, 0))

        def after(i: Tensor, matrix: Tensor) -> Tensor:
            pre = self._rows(frame_of(i // self.shape[1]), i, self.learned.change, 0)
            return matrix + tf.matmul(columns[i], pre)

        if self.n_matrices == 1:
            return after(tf.constant(0), matrices[0])[tf.newaxis]
        array = tf.TensorArray(
            matrices.dtype, self.n_matrices, element_shape=matrices.shape[1:], clear_after_read=False
        )
        _, array = tf.while_loop(
            lambda i, _: i < self.n_matrices,
            lambda i, array: (i + 1, array.write(i, after(i, array.read(i)))),
            (tf.constant(0), array.unstack(matrices)),
            maximum_iterations=self.n_matrices,
        )
        return array.stack()

    def _rows(self, frame: Frame, i: Tensor, g: int, k: int) -> Tensor:
        """What argument ``k`` of group ``g`` is for the ``i``-th matrix, at all steps of the block, ``(BLOCK, n)``."""
        group = self.emitter.segment.groups[g]
        n_ops = group.arguments[k].shape[0]
        tensor = frame.gather(group.arguments[k], group.parametric[k])
        if group.parametric[k]:
            tensor = tf.broadcast_to(tensor, (BLOCK, *tensor.shape))
        return tf.reshape(tensor, (BLOCK, n_ops, -1))[:, i % n_ops]


def _each(
    n: int, compute: Callable[[Tensor], Sequence[Tensor]], shapes: Sequence[tuple[int, ...]], dtype: Any
) -> list[Tensor]:
    """What is computed for each of ``n``, stacked."""
    if n == 1:
        return [tensor[tf.newaxis] for tensor in compute(tf.constant(0))]
    arrays = [tf.TensorArray(dtype, n, element_shape=shape) for shape in shapes]

    def body(i: Tensor, arrays: Sequence[Any]) -> tuple[Tensor, Sequence[Any]]:
        return i + 1, [array.write(i, t) for array, t in zip(arrays, compute(i), strict=True)]

    _, arrays = tf.while_loop(lambda i, _: i < n, body, (tf.constant(0), arrays), maximum_iterations=n)
    return [array.stack() for array in arrays]
