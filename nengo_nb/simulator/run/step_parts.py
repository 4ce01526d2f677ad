"""The parts of one step in NumPy: a function for each operator, or for those of one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from nengo.builder import Operator
from nengo.builder.operator import TimeUpdate
from nengo.builder.processes import SimProcess
from nengo.builder.signal import SignalDict

from nengo_nb.engine.journal import Journal
from nengo_nb.numpy_steps.kernels import Kernels
from nengo_nb.plan.dataflow import python_reads

from .runner import Runner
from .signal_pool import SignalPool

if TYPE_CHECKING:
    Step = Callable[[], object]


class StepParts:
    """Makes the parts of a step of Nengo's operators, and knows which step is under way.

    Args:
        runner: The runner whose operators they are.
        arrays: The arrays of all signals.

    Attributes:
        number: Number of the step under way.
        called: Journals of the operations that were called in it.
    """

    def __init__(self, runner: Runner, arrays: SignalDict) -> None:
        self.runner = runner
        self.arrays = arrays
        self.number = 0
        self.called: list[Journal] = []
        self._dt = runner.plan.graph.dt
        self._journals = {op: runner.python[index] for index, op in runner.operators.items()}
        self._rng = np.random.RandomState(runner.seed)

    def singly(self, ops: Iterable[Operator]) -> Iterator[tuple[Operator | None, Step]]:
        """Yield operators, and their part of a step."""
        for op in ops:
            if op in self._journals:
                yield op, self._python_step(op, self._journals[op])
            else:
                yield op, op.make_step(self.arrays, self._dt, self._rng)

    def in_groups(self, pool: SignalPool) -> Iterator[tuple[Operator | None, Step]]:
        """Yield parts of a step, and the operator of those that are of one alone.

        Args:
            pool: The arrays of the signals that are in one piece of memory.
        """
        grouped = self.runner.step_groups
        kernels = Kernels(pool.flat, pool.begins, self.arrays, grouped.kinds)
        for group in grouped.groups:
            kernel = kernels.of(group)
            if kernel is not None:
                yield None, kernel
            elif type(group.ops[0]) is TimeUpdate:
                yield None, self._time_step(group.ops[0])
            else:
                yield from self.singly(group.ops)

    def commit_calls(self) -> None:
        """Drop the results of a step that is complete."""
        for journal in self.called:
            journal.commit(1)

    def _time_step(self, op: TimeUpdate) -> Step:
        n_steps, seconds, dt = self.arrays[op.step], self.arrays[op.time], self._dt

        def step() -> None:
            n_steps[()] = self.number
            seconds[()] = self.number * dt

        return step

    def _python_step(self, op: Operator, journal: Journal) -> Step:
        arrays, called, dt = self.arrays, self.called, self._dt
        reads = [arrays[signal] for signal in python_reads(op)]
        written = [op.output] if isinstance(op, SimProcess) else [*op.sets, *op.incs, *op.updates]
        outputs = [arrays[signal] for signal in written if signal is not None]
        adds = [signal in op.incs for signal in written if signal is not None]

        def step() -> None:
            number = self.number
            # Copies, as functions may keep or change their arguments.
            inputs = [array[np.newaxis].copy() for array in reads]
            results = journal.call_singly(number, number * dt, inputs)
            called.append(journal)
            # A function without output has a result all the same.
            for array, result, add in zip(outputs, results, adds, strict=False):
                array[...] = array + result if add else result

        return step
