"""Locate NaN and infinite values of a chunk: the object, and the step from which they are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from nengo.builder import Model, Operator, Signal

from nengo_nb.engine.executor import Chunk, Executor, States
from nengo_nb.engine.floating_types import narrow
from nengo_nb.engine.journal import Journal
from nengo_nb.plan.graph import Graph, Origin, all_outputs
from nengo_nb.plan.program import Plan
from nengo_nb.plan.stages import StageKind
from nengo_nb.simulator.object_names import Names


@dataclass(frozen=True, order=True)
class Culprit:
    """An object that holds NaN or an infinite value.

    Args:
        step: Number of steps of the chunk before it.
        operation: Index of the operation that computed it; of the culprits of a step, the first in
            the dataflow counts.
        name: Name of the object.
        number: The value.
        is_exact: Whether the step is known; otherwise it is that or an earlier one of the chunk.
    """

    step: int
    operation: int
    name: str
    number: float
    is_exact: bool = True


class Search:
    """Search of a chunk for the first object that is not finite.

    Args:
        model: The built model.
        executor: The executor that ran the chunk.
    """

    def __init__(self, model: Model, executor: Executor) -> None:
        self.model = model
        self.executor = executor
        self.python: Mapping[int, Journal] = {}
        self.plan: Plan = executor.plan
        self.graph: Graph = executor.plan.graph
        self.dtype = executor.dtype

    def first(
        self, states: States, first: int, chunk: Chunk, python: Mapping[int, Journal]
    ) -> Culprit | None:
        """Return the first object that is not finite, in time, then in dataflow; else None.

        Args:
            states: The states before the chunk.
            first: Number of its first step.
            chunk: Its results.
            python: The steps of its Python operations; none is called.
        """
        # With journals of their own, as those of the simulation may hold what is still to come.
        self.python = {
            index: Journal(journal.step, journal.name, journal.calls)
            for index, journal in python.items()
        }
        culprits = [
            *self._in_values(chunk),
            *self._in_records(chunk),
            *self._in_states(states, first, chunk),
        ]
        return min(culprits, default=None)

    def constants(self) -> Iterator[Culprit]:
        """Yield weights, biases and constant outputs that overflow the simulation's type."""
        read: dict[int, None] = {}
        for segment in self.plan.segments:
            for parameter in segment.parameters:
                read.update(dict.fromkeys(piece.value for piece in parameter.ref.pieces))
        for value in [*read, *self.plan.held]:
            signal = self.graph.values[value].signal
            if signal is None or signal.sparse:
                continue
            # The message names the float64 number; ``narrow`` shows where it overflows.
            array = np.asarray(signal.initial_value, float)
            at = np.flatnonzero(~np.isfinite(narrow(array, self.dtype)))
            if at.size:
                yield Culprit(0, -1, self.owner(signal), float(array.reshape(-1)[at[0]]))

    # -- where to look

    def _in_values(self, chunk: Chunk) -> Iterator[Culprit]:
        """Search the values that stages hand to each other, Python's results above all."""
        for value, array in chunk.values.items():
            yield from self._in_steps(array, self._operation(value), self._name(value))

    def _in_records(self, chunk: Chunk) -> Iterator[Culprit]:
        """Search the samples of probes."""
        for probe, array in chunk.records.items():
            values = self.plan.probes[probe].values()
            operation = max((self._operation(value) for value in values), default=-1)
            name = self._name(next(iter(values))) if len(values) == 1 else self._names.called(probe)
            yield from self._in_steps(array, operation, name)

    def _in_steps(self, array: np.ndarray, operation: int, name: str) -> Iterator[Culprit]:
        """Search an array ``(steps, batch, size)`` for its first step that is not finite."""
        bad = ~np.isfinite(narrow(array, self.dtype)).reshape(len(array), -1)
        steps = np.flatnonzero(bad.any(axis=1))
        if steps.size:
            row = array[steps[0]].reshape(-1)
            yield Culprit(int(steps[0]), operation, name, float(row[bad[steps[0]].argmax()]))

    def _in_states(self, states: States, first: int, chunk: Chunk) -> Iterator[Culprit]:
        """Search the states, of which a chunk keeps those after its last step alone."""
        if next(self._bad_states(chunk.states), None) is None:
            return
        # Bad from the start, by a write to ``sim.signals`` for example: the first step is to blame.
        if next(self._bad_states(states), None) is not None:
            step, reached, is_exact = 1, states, True
        else:
            step, reached, is_exact = self._bisect(states, first, chunk)
        for start, number in self._bad_states(reached):
            # A state has no operation of its own; it is ranked by the one that computes its next
            # value.
            sources = list(self.graph.sources(self.graph.next_value[start]))
            operation = max(sources, default=-1)
            yield Culprit(
                step - 1, operation, self.owner(self.graph.signal(start)), number, is_exact
            )

    def _bad_states(self, states: States) -> Iterator[tuple[int, float]]:
        """Yield ``STATE`` value and first bad number of each state that is not finite."""
        for stage, tensors in zip(self.plan.stages, states, strict=True):
            for state, tensor in zip(stage.states, tensors, strict=True):
                flat = np.asarray(tensor).reshape(self.executor.batch, -1)
                for start, positions in state.members.items():
                    part = flat[:, positions]
                    bad = part[~np.isfinite(part)]
                    if bad.size:
                        yield start, float(bad[0])

    def _bisect(self, states: States, first: int, chunk: Chunk) -> tuple[int, States, bool]:
        """Bisect a chunk for the number of steps after which a state is not finite.

        Returns:
            That number, the states then, and whether they are known to be finite one step earlier.
        """
        feeds = self._feeds(chunk)
        good, bad, reached = 0, chunk.count, chunk.states
        if feeds is None:
            return bad, reached, bad == 1
        # Bisection relies on a bad state staying bad, as NaN does.
        while bad - good > 1:
            middle = (good + bad) // 2
            window = {value: array[:middle] for value, array in feeds.items()}
            after = self.executor.run(states, first, middle, self.python, window).states
            if next(self._bad_states(after), None) is None:
                good = middle
            else:
                bad, reached = middle, after
        return bad, reached, True

    def _feeds(self, chunk: Chunk) -> dict[int, np.ndarray] | None:
        """Return all outputs of Python, to compute a chunk again; None if not all were kept."""
        # Python in a loop with the network keeps no results, and may not be called again.
        if any(stage.kind is StageKind.MIXED for stage in self.plan.stages):
            return None
        called = self.plan.python_operations
        if any(not o.outputs or o.outputs[0] not in chunk.values for o in called):
            return None
        wanted = {*self.graph.feedable.values(), *all_outputs(called)}
        # One row for all steps is an unfed constant, which the executor knows by itself.
        return {
            value: array
            for value, array in chunk.values.items()
            if value in wanted and len(array) > 1
        }

    # -- whose it is

    def _operation(self, value: int) -> int:
        return self.graph.values[value].operation

    def _name(self, value: int) -> str:
        """Name the object that a value belongs to."""
        origin, operation = self.graph.values[value].origin, self._operation(value)
        if origin is not Origin.OPERATION:
            signal = self.graph.values[value].signal
            return "the network" if signal is None else self.owner(signal)
        op = self.graph.operations[operation].op
        signals = _written(op)
        if not signals and value in self._final:  # a sum is no operator of Nengo's
            signals = [self._final[value]]
        return self.owner(signals[0]) if signals else "the network"

    def owner(self, signal: Signal) -> str:
        """Return the name of the object that a signal belongs to."""
        return self._names.owner(signal) or signal.name

    @cached_property
    def _final(self) -> dict[int, Signal]:
        """First signal that holds a value at the end of a step, by value."""
        signals: dict[int, Signal] = {}
        for signal, ref in self.graph.final.items():
            for value in ref.values():
                signals.setdefault(value, signal)
        return signals

    @cached_property
    def _names(self) -> Names:
        return Names(self.model)


def _written(op: Operator | None) -> list[Signal]:
    """Return the signals that an operator writes."""
    return [] if op is None else [*op.sets, *op.incs, *op.updates]
