"""Chunkwise form of learned weights: updates by outer products, a block of steps at a time.

Where weights change by an outer product in each step, ``W_t = W_(t-1) + post_t pre_t^T``, and
neither ``pre`` nor what they are multiplied with depends on what they give, both are known for many
steps before. Then

    ``W_t x_t = W_0 x_t + sum_(s <= t) post_s (pre_s . x_t)``

where ``W_0 x_t`` and ``pre_s . x_t`` are matrix products for a whole block of steps; a step is left
with the sum, and the weights change once, at the block's end. So they are read twice and written
once in a block instead of in each step, which is most of what learning costs where there are many.

References:
    Schlag, Irie & Schmidhuber (2021), Linear transformers are secretly fast weight programmers,
    ICML. Yang, Wang, Shen, Panda & Kim (2023), Gated linear attention transformers with
    hardware-efficient training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nengo_nb.engine.lowering import NUMBER, Compute, Emitter, Frame
from nengo_nb.engine.packing import Carried
from nengo_nb.engine.sources import Sources
from nengo_nb.on_demand import tf

from .selection import Learned
from .weights import Ahead, FrameOf

Tensor = Any


@dataclass(frozen=True)
class Given:
    """Inputs and parameters of a scan.

    Args:
        sources: Where the inputs come from.
        tensors: The tensors that ``sources`` slices.
        parameters: The parameters of the segment.
    """

    sources: Sources
    tensors: Sequence[Tensor]
    parameters: Sequence[Tensor]


@dataclass(frozen=True)
class Reached:
    """Loop variables of a scan between two blocks.

    Args:
        record: The array that outputs are written to.
        matrices: The learned weights, by number of the state, ``(n_matrices, m, n)``.
        carried: The other states.
    """

    record: Any
    matrices: Mapping[int, Tensor]
    carried: Carried

    def loose(self) -> tuple[Any, ...]:
        """Return the variables as a tuple, for ``tf.while_loop``."""
        return self.record, self.matrices, self.carried.plain, self.carried.packed


class Blocks:
    """Scan of a segment over whole blocks of steps.

    Args:
        emitter: Emits one step.
        learned: The weights that change once in a block.

    Attributes:
        steps: Number of steps of a block.
    """

    def __init__(self, emitter: Emitter, learned: Sequence[Learned]) -> None:
        self.emitter = emitter
        self.steps = emitter.cost.block_steps
        # For the inputs of one item at all steps of a block, with the steps on the batch axis.
        self.wide = Emitter(emitter.segment, self.steps, emitter.dt, emitter.dtype, emitter.cost)
        self.aheads = {weights.state: Ahead(emitter, weights) for weights in learned}

    def run(
        self, count: Tensor, first: Tensor, given: Given, carried: Carried, record: Any
    ) -> tuple[Tensor, Any, Carried]:
        """Take as many steps as make whole blocks; the caller takes those that are left one by one.

        Args:
            count: Number of steps to take at most.
            first: Number of the first step.
            given: Inputs and parameters of the scan.
            carried: The loop's variables before the first step.
            record: The array that outputs are written to.

        Returns:
            Number of steps taken, the array, and the loop's variables behind the last of them.
        """
        matrices = {s: ahead.matrices(carried.plain[s]) for s, ahead in self.aheads.items()}
        begin = Reached(record, matrices, Carried(self._others(carried), carried.packed))

        def body(b: Tensor, record: Any, matrices: Any, plain: Any, packed: Any) -> tuple[Any, ...]:
            reached = Reached(record, matrices, Carried(plain, packed))
            return b + 1, *self._block(first, b * self.steps, given, reached).loose()

        n_blocks = count // self.steps
        _, record, matrices, plain, packed = tf.while_loop(
            lambda b, *_: b < n_blocks,
            body,
            (tf.constant(0), *begin.loose()),
            maximum_iterations=given.tensors[0].shape[0] // self.steps,
        )
        weights = {s: tf.reshape(matrices[s], carried.plain[s].shape) for s in self.aheads}
        return n_blocks * self.steps, record, Carried(plain | weights, packed)

    def _others(self, carried: Carried) -> dict[int, Tensor]:
        """Return the unpacked states other than learned weights, by number."""
        return {s: tensor for s, tensor in carried.plain.items() if s not in self.aheads}

    def _block(self, first: Tensor, at: Tensor, given: Given, reached: Reached) -> Reached:
        """Emit one block, whose outputs are written to the record from index ``at`` on."""

        def frame_of(item: Tensor) -> Frame:
            inputs = given.sources.of_item(item, at, self.steps, given.tensors)
            return Frame(self.wide, tf.constant(1, NUMBER), inputs, given.parameters, ())

        # Only inputs and parameters are gathered from this frame (``learned.FORESEEN``), none of
        # which depends on the number of a step, so any number will do.
        matrices = reached.matrices
        record, posts, after = self._block_steps(first, at, given, reached, frame_of)
        learned = {s: a.learn(frame_of, matrices[s], posts[s]) for s, a in self.aheads.items()}
        return Reached(record, learned, after)

    def _block_steps(
        self, first: Tensor, at: Tensor, given: Given, reached: Reached, frame_of: FrameOf
    ) -> tuple[Any, Mapping[int, Any], Carried]:
        """Emit the steps of a block, at constant weights.

        Returns:
            The record, the arrays of ``post`` vectors by number of the state, and the other states.
        """
        dtype = self.emitter.dtype
        known = {s: a.foresee(frame_of, reached.matrices[s]) for s, a in self.aheads.items()}
        next_states = dict(self.emitter.segment.next_states)
        # A step needs a tensor for every state; all readers
        # of these are replaced, so XLA drops the zeros.
        unread = {
            s: tf.zeros((self.emitter.batch, *next_states[s].shape), dtype) for s in self.aheads
        }

        def body(j: Tensor, record: Any, posts: Any, plain: Any, packed: Any) -> tuple[Any, ...]:
            # A ``TensorArray`` is a value: each write returns a new
            # one, which this list takes back out of the replaced group.
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
            return (
                j + 1,
                record,
                {s: c[0] for s, c in cells.items()},
                self._others(after),
                after.packed,
            )

        posts = {s: a.no_posts(dtype) for s, a in self.aheads.items()}
        _, record, posts, plain, packed = tf.while_loop(
            lambda j, *_: j < self.steps,
            body,
            (tf.constant(0), reached.record, posts, reached.carried.plain, reached.carried.packed),
            maximum_iterations=self.steps,
        )
        return record, posts, Carried(plain, packed)
