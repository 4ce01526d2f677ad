"""Outputs of input-free processes during training, such as the noise of an ensemble."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nengo_nb.engine.journal import Journal, call_sources
from nengo_nb.on_demand import tf
from nengo_nb.plan.graph import Operation
from nengo_nb.plan.program import Plan
from nengo_nb.plan.stages import StageKind

Tensor = Any
MakeSteps = Callable[[list[Operation], int], dict[int, Journal]]
"""From operations and a number of minibatch items to their steps, by operation index."""


class Noise:
    """Random streams, one for each minibatch item, which continue from minibatch to minibatch.

    Args:
        plan: The training plan.
        make_steps: Makes the steps of Python operations.
        dtype: ``"float32"`` or ``"float64"``.
    """

    def __init__(self, plan: Plan, make_steps: MakeSteps, dtype: str) -> None:
        self.dt = plan.graph.dt
        self.make_steps = make_steps
        self.dtype = dtype
        # Outputs of input nodes come with the examples, also of those that the user does not feed.
        fed = set(plan.graph.feedable.values())
        self.operations: list[Operation] = []
        for stage in plan.stages:
            if stage.kind is StageKind.PYTHON:
                self.operations += [
                    o for o in stage.python_operations if not o.inputs and not fed & set(o.outputs)
                ]
        self.batch = 0
        self.steps: dict[int, Journal] = {}

    def __call__(self, batch: int, first: int, n_steps: int) -> dict[int, Tensor]:
        """Return the outputs of each process, ``(batch, n_steps, size)``, by value."""
        if not self.operations:
            return {}
        # A smaller last minibatch takes the first streams of those that there are.
        if batch > self.batch:
            self.batch, self.steps = batch, self.make_steps(self.operations, batch)
        times = [k * self.dt for k in range(first, first + n_steps)]
        journals = [self.steps[o.index] for o in self.operations]
        for journal in journals:
            # Forgets results of other steps: the next minibatch begins at step 1 again, with new
            # numbers.
            journal.start(first)
        call_sources(journals, times)
        outputs = {}
        for operation, journal in zip(self.operations, journals, strict=True):
            array = np.asarray(journal.collect(n_steps), self.dtype)
            journal.commit(n_steps)
            flat = np.broadcast_to(array, (n_steps, self.batch, array.shape[2]))
            outputs[operation.outputs[0]] = tf.constant(flat[:, :batch].transpose(1, 0, 2))
        return outputs
