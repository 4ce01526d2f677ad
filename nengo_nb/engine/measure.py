"""Measures the time of a group of operations in a compiled loop of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from nengo_nb.on_demand import tf
from nengo_nb.plan.program import OperationGroup

from .compiled import CompiledSegment
from .content_addressed import make_program
from .lowering import NUMBER
from .rule_of import rule_of

Tensor = Any

REPEATS = 3
"""Number of timed runs of the loop; the quickest counts, as the others were disturbed."""


def time_group(segment: CompiledSegment, g: int, n_steps: int) -> float:
    """Return the seconds a group takes for a step, in a loop of its own.

    It reads its own parameters, and ones in place of all values that change; states start at zero.
    XLA would move a computation on constants out of the loop, so the smallest argument is
    multiplied by a factor that the loop carries.

    Args:
        segment: The segment of the group.
        g: The group's number.
        n_steps: Number of steps to time.
    """
    group = segment.segment.groups[g]
    tensors = [
        _parameter(segment, group, k) if parametric else _start(segment, group, k)
        for k, parametric in enumerate(group.parametric)
    ]
    tensors = [tf.constant(n_steps), *tensors]
    specs = [tf.TensorSpec(t.shape, t.dtype) for t in tensors]
    traced = tf.function(_Loop(segment, g), jit_compile=True, autograph=False)
    loop = make_program(traced.get_concrete_function(*specs))
    loop(tensors)
    seconds = []
    # The call above compiled the loop; ``numpy`` waits for a device that computes asynchronously.
    for _ in range(REPEATS):
        begin = time.perf_counter()
        loop(tensors)[0].numpy()
        seconds.append(time.perf_counter() - begin)
    return min(seconds) / n_steps


def _parameter(segment: CompiledSegment, group: OperationGroup, k: int) -> Tensor:
    """Return a parameter of a group, in the shape its rule gets it."""
    gather = group.arguments[k]
    if not gather.spans:
        return tf.zeros(gather.shape, segment.dtype)
    return tf.reshape(segment.parameters[gather.spans[0].place.number], gather.shape)


def _start(segment: CompiledSegment, group: OperationGroup, k: int) -> Tensor:
    """Return ones for a value that a group reads, and zeros for a state it carries."""
    make = tf.ones if k < group.n_reads else tf.zeros
    return make((segment.batch, *group.arguments[k].shape), segment.dtype)


class _Loop:
    """Loop over the steps of one group."""

    def __init__(self, segment: CompiledSegment, g: int) -> None:
        self.group = segment.segment.groups[g]
        emitter = segment.emitter
        self.step = emitter.steps.get(g)
        self.form = emitter.packings[g].form if g in emitter.packings else None
        rule = rule_of(self.group)
        self.uses_counter = rule is not None and rule.uses_counter

    def __call__(self, count: Tensor, *tensors: Tensor) -> list[Tensor]:
        """Take ``count`` steps, and return a number that depends on every one of them."""
        n_reads = self.group.n_reads
        reads, carried = tensors[:n_reads], list(tensors[n_reads:])
        if self.form is not None:
            carried = list(self.form.pack(*carried))
        results, _ = self._step(tf.constant(1), reads, carried)
        # The smallest, so that its product with the factor adds little to what is measured.
        changing = [k for k in range(n_reads) if not self.group.parametric[k]]
        smallest = min(changing, key=lambda k: reads[k].shape.num_elements(), default=None)

        def body(
            i: Tensor, factor: Tensor, _: Any, carried: Any
        ) -> tuple[Tensor, Tensor, Any, Any]:
            arguments = [t * factor if k == smallest else t for k, t in enumerate(reads)]
            results, after = self._step(i, arguments, carried)
            # The factor stays at one unless a result happens to be 1.5, which XLA cannot rule out.
            factor = tf.where(tf.reshape(results[0], [-1])[0] == 1.5, factor * 0.5, factor)
            return i + 1, factor, results, after

        one = tf.constant(1, tensors[0].dtype)
        _, factor, results, _ = tf.while_loop(
            lambda i, *_: i < count, body, (tf.constant(0), one, results, carried)
        )
        return [factor + sum(tf.reduce_sum(result) for result in results)]

    def _step(
        self, i: Tensor, reads: Sequence[Tensor], carried: Sequence[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Return the results of one step, and the states behind it."""
        if self.form is not None:
            after = list(self.form.step(*reads, *carried))
            return list(self.form.results(*after)), after
        if self.step is None:
            total = reads[0]
            for read in reads[1:]:
                total = total + read
            return [total], []
        counter = {"counter": tf.cast(i + 1, NUMBER)} if self.uses_counter else {}
        results = list(self.step(*reads, *carried, **counter))
        return results, self._carried_on(results, carried)

    @staticmethod
    def _carried_on(results: Sequence[Tensor], carried: Sequence[Tensor]) -> list[Tensor]:
        """Return the results that are the next states, which are the last ones."""
        return list(results[len(results) - len(carried) :]) if carried else []
