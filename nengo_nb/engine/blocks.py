"""Weights that learn, a block of steps at a time.

Where weights change by an outer product in each step, ``W_t = W_(t-1) + post_t pre_t^T``, and neither ``pre`` nor what
they are multiplied with depends on what they give, both are known for many steps before. Then

    ``W_t x_t = W_0 x_t + sum_(s <= t) post_s (pre_s . x_t)``

where ``W_0 x_t`` and ``pre_s . x_t`` are matrix products for a whole block of steps; a step is left with the sum, and
the weights change once, at the block's end. So they are read twice and written once in a block instead of in each
step, which is most of what learning costs where there are many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from .emit import NUMBER, Compute, Emitter, Frame
from .foresight import BLOCK, Ahead, FrameOf
from .learned import Learned
from .packing import Carried
from .sources import Sources

Tensor = Any


@dataclass(frozen=True)
class Given:
    """What a scan is given.

    Args:
        sources: Where the inputs come from.
        tensors: What they refer to.
        parameters: The parameters of the segment.
    """

    sources: Sources
    tensors: Sequence[Tensor]
    parameters: Sequence[Tensor]


@dataclass(frozen=True)
class Reached:
    """How far a scan is.

    Args:
        record: The array that outputs are written to.
        matrices: The learned weights, by state.
        carried: What else the loop carries.
    """

    record: Any
    matrices: Mapping[int, Tensor]
    carried: Carried

    def loose(self) -> tuple[Any, ...]:
        """As a loop carries it."""
        return self.record, self.matrices, self.carried.plain, self.carried.packed


class Blocks:
    """The blocks of a scan.

    Args:
        emitter: Writes one step.
        learned: The weights that change once in a block.
    """

    def __init__(self, emitter: Emitter, learned: Sequence[Learned]) -> None:
        self.emitter = emitter
        self.wide = Emitter(emitter.segment, BLOCK, emitter.dt, emitter.dtype)
        self.aheads = {weights.state: Ahead(emitter, weights) for weights in learned}

    def run(
        self, count: Tensor, first: Tensor, given: Given, carried: Carried, record: Any
    ) -> tuple[Tensor, Any, Carried]:
        """Take as many steps as make whole blocks.

        Args:
            count: How many steps to take at most.
            first: The number of the first.
            given: What the scan is given.
            carried: What the loop carries.
            record: The array that outputs are written to.

        Returns:
            How many steps were taken, the array, and what the loop carries on.
        """
        matrices = {s: ahead.matrices(carried.plain[s]) for s, ahead in self.aheads.items()}
        begin = Reached(record, matrices, Carried(self._others(carried), carried.packed))

        def body(b: Tensor, record: Any, matrices: Any, plain: Any, packed: Any) -> tuple[Any, ...]:
            reached = Reached(record, matrices, Carried(plain, packed))
            return b + 1, *self._block(first, b * BLOCK, given, reached).loose()

        n_blocks = count // BLOCK
        _, record, matrices, plain, packed = tf.while_loop(
            lambda b, *_: b < n_blocks,
            body,
            (tf.constant(0), *begin.loose()),
            maximum_iterations=given.tensors[0].shape[0] // BLOCK,
        )
        weights = {s: tf.reshape(matrices[s], carried.plain[s].shape) for s in self.aheads}
        return n_blocks * BLOCK, record, Carried(plain | weights, packed)

    def _others(self, carried: Carried) -> dict[int, Tensor]:
        """The states that are no learned weights."""
        return {s: tensor for s, tensor in carried.plain.items() if s not in self.aheads}

    def _block(self, first: Tensor, at: Tensor, given: Given, reached: Reached) -> Reached:
        """One block, whose outputs are written from ``at`` on."""

        def frame_of(item: Tensor) -> Frame:
            inputs = given.sources.of_item(item, at, BLOCK, given.tensors)
            return Frame(self.wide, tf.constant(1, NUMBER), inputs, given.parameters, ())

        matrices = reached.matrices
        record, posts, after = self._steps(first, at, given, reached, frame_of)
        learned = {s: a.learn(frame_of, matrices[s], posts[s]) for s, a in self.aheads.items()}
        return Reached(record, learned, after)

    def _steps(
        self, first: Tensor, at: Tensor, given: Given, reached: Reached, frame_of: FrameOf
    ) -> tuple[Any, Mapping[int, Any], Carried]:
        """The steps of a block, with what is learned in each, by state, while the weights stay as they are."""
        dtype = self.emitter.dtype
        known = {s: a.foresee(frame_of, reached.matrices[s]) for s, a in self.aheads.items()}
        following = dict(self.emitter.segment.next_states)
        unread = {s: tf.zeros((self.emitter.batch, *following[s].shape), dtype) for s in self.aheads}

        def body(j: Tensor, record: Any, posts: Any, plain: Any, packed: Any) -> tuple[Any, ...]:
            cells = {s: [post] for s, post in posts.items()}
            instead: dict[int, Compute] = {}
            for s, ahead in self.aheads.items():
                instead |= ahead.instead(j, known[s], cells[s])
            outputs, after = self.emitter.step_packed(
                first + tf.cast(at + j, NUMBER),
                given.sources.at(at + j, given.tensors),
                given.parameters,
                Carried(plain | unread, packed),
                instead,
                self.aheads,
            )
            record = record.write(at + j, outputs) if outputs.shape[1] else record
            return j + 1, record, {s: c[0] for s, c in cells.items()}, self._others(after), after.packed

        posts = {s: a.no_posts(dtype) for s, a in self.aheads.items()}
        _, record, posts, plain, packed = tf.while_loop(
            lambda j, *_: j < BLOCK,
            body,
            (tf.constant(0), reached.record, posts, reached.carried.plain, reached.carried.packed),
            maximum_iterations=BLOCK,
        )
        return record, posts, Carried(plain, packed)
