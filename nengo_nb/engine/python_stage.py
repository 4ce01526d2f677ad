"""Steps a stage that calls Python: its Python and compiled parts, in the plan's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nengo_nb.plan.graph import Graph, Operation, Origin, all_outputs
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.program import PythonPart, Segment, Stage
from nengo_nb.plan.refs import Piece, Ref
from nengo_nb.plan.stages import StageKind

from .chunk_values import Histories, select
from .compiled import CompiledSegment
from .floating_types import narrow
from .journal import ChunkCutError, Journal, call_sources

States = tuple[Any, ...]
Now = dict[int, np.ndarray]
"""Values at the step being computed, ``(batch, size)``, by number."""


class HostLoop:
    """Loop over the steps of a chunk for one stage.

    Args:
        graph: The dataflow of a step.
        stage: The stage to run.
        segments: The compiled parts, by position.
        python: The Python operations, by index.
        histories: The values of earlier stages; this stage adds its own.
    """

    def __init__(
        self,
        graph: Graph,
        stage: Stage,
        segments: Mapping[int, CompiledSegment],
        python: Mapping[int, Journal],
        histories: Histories,
    ) -> None:
        self.graph = graph
        self.stage = stage
        self.segments = segments
        self.python = python
        self.histories = histories
        self.owned: dict[int, tuple[int, np.ndarray]] = {}
        for i, state in enumerate(stage.states):
            for value, at in state.members.items():
                self.owned[value] = (i, at)
        self.outside = self._outside()
        self.given = [v for v in stage.gives if v not in histories.arrays]
        self.constants: dict[Piece, np.ndarray] = {}

    def _outside(self) -> list[int]:
        """Return the values read from earlier stages, feeds and constant nodes."""
        made, wanted = set(self.owned), set[int]()
        for part in self.stage.parts:
            made.update(part.gives)
            wanted.update(part.inputs)
        # A fed value that only its own part reads is neither among that part's inputs nor among
        # what it gives, so the operations are asked as well.
        within = made.union(all_outputs(self._operations()))
        fed = [v for v in within if v in self.histories.arrays and v not in self.owned]
        return [v for v in wanted if v not in made] + fed

    def _operations(self) -> list[Operation]:
        """Return the stage's operations that run in Python, in the plan's order."""
        operations: list[Operation] = []
        for part in self.stage.python_parts:
            operations.extend(part.operations)
        return operations

    def run(self, states: States, stop: Callable[[], bool]) -> States:
        """Take all steps of the chunk, and return the states at its end.

        Args:
            states: The states at its beginning.
            stop: Asked between steps that call Python; True ends the chunk there.

        Raises:
            ChunkCutError: A stop was asked for, or a step failed.
        """
        # Sources need no values of their step, so the loop over them does nothing but call them.
        operations = self._operations()
        if self.stage.kind is StageKind.PYTHON and all(
            self.python[o.index].is_source for o in operations
        ):
            self._run_sources(operations, stop)
            return states
        return self._run_steps(states, stop)

    def _run_sources(self, operations: Sequence[Operation], stop: Callable[[], bool]) -> None:
        """Call functions of time alone at each step, in turn, and record their outputs."""
        histories = self.histories
        called = [o for o in operations if not self._is_fed(o)]
        journals = [self.python[o.index] for o in called]
        call_sources(journals, histories.times().tolist(), stop)
        for operation, journal in zip(called, journals, strict=True):
            array = journal.collect(histories.count)
            if array is not None and operation.outputs:
                # A view: one output that all minibatch items share is stored once.
                shape = (histories.count, histories.batch, array.shape[2])
                value = operation.outputs[0]
                histories.arrays[value] = histories.with_feed(value, np.broadcast_to(array, shape))

    def _run_steps(self, states: States, stop: Callable[[], bool]) -> States:
        """Take one step after the other, each part in the plan's order."""
        histories = self.histories
        outputs = {
            v: np.empty(
                (histories.count, histories.batch, self.graph.values[v].size), histories.dtype
            )
            for v in self.given
        }
        n_called = self.count_known()
        for k, time in enumerate(histories.times().tolist()):
            # Not at step 0, so that every call advances; and not where functions have been called
            # already, as an earlier attempt at this chunk left results that need no call.
            if k and k >= n_called and stop():
                raise ChunkCutError(k, None)
            try:
                now, states = self._step(k, time, states)
            # KeyboardInterrupt too: the steps before are whole, and the executor keeps them.
            except BaseException as error:
                raise ChunkCutError(k, error) from None
            for value, array in outputs.items():
                array[k] = narrow(now[value], histories.dtype)
        histories.arrays.update(outputs)
        return states

    def count_known(self) -> int:
        """Number of steps for which all functions have been called already."""
        called = [o for o in self._operations() if not self._is_fed(o)]
        return min((len(self.python[o.index].results) for o in called), default=0)

    def _is_fed(self, operation: Operation) -> bool:
        """Whether ``data=`` replaces an operation's output, so that its function is not called."""
        return bool(operation.outputs) and operation.outputs[0] in self.histories.arrays

    def _step(self, k: int, time: float, states: States) -> tuple[Now, States]:
        """Take step ``k`` of the chunk, and return all values of it and the next states."""
        now = {v: self._at(v, k) for v in self.outside}
        # States are read as they were at the start of the step,
        # by all parts; the next ones go to a list of their own.
        for value, (i, at) in self.owned.items():
            now[value] = np.asarray(states[i]).reshape(self.histories.batch, -1)[:, at]
        after = list(states)
        for p, part in enumerate(self.stage.parts):
            if isinstance(part, PythonPart):
                self.run_python(part, k, time, now)
            else:
                self._run_segment(p, part, k, now, states, after)
        # A stage of Python alone has no segment that would move its states on.
        if self.stage.kind is StageKind.PYTHON:
            for i, state in enumerate(self.stage.states):
                (start,) = state.members
                after[i] = self.resolve(self.graph.next_value[start], k, now)
        return now, tuple(after)

    def _at(self, value: int, k: int) -> np.ndarray:
        array = self.histories.arrays[value]
        return array[k if array.shape[0] > 1 else 0]

    def run_python(self, part: PythonPart, k: int, time: float, now: Now) -> None:
        """Call the operations of a Python part, and add their outputs to ``now``."""
        for operation in part.operations:
            if self._is_fed(operation):
                (value,) = operation.outputs
                now[value] = self._at(value, k)
                continue
            inputs = [
                self.resolve(ref, k, now).reshape((-1, *shape))
                for ref, shape in zip(operation.inputs, operation.input_shapes, strict=True)
            ]
            results = self.python[operation.index](k, time, inputs)
            for value, result in zip(operation.outputs, results, strict=True):
                own = result.reshape(result.shape[0], -1)
                now[value] = self.histories.with_feed(value, own, k)

    def _run_segment(
        self, p: int, part: Segment, k: int, now: Now, states: States, after: list[Any]
    ) -> None:
        """Take one step of a compiled part: add its outputs to ``now``, its states to ``after``."""
        segment = self.segments[p]
        batch, dtype = self.histories.batch, self.histories.dtype
        inputs = [now[v] for v in part.inputs]
        vector = (
            narrow(np.concatenate(inputs, axis=1), dtype) if inputs else np.zeros((batch, 0), dtype)
        )
        outputs, moved = segment.call_once(self.histories.first + k, vector, states)
        for i, tensor in zip(segment.moved, moved, strict=True):
            after[i] = tensor
        record = outputs.numpy()
        begin = 0
        for value, size in zip(part.gives, segment.output_sizes, strict=True):
            now[value] = record[:, begin : begin + size]
            begin += size

    def resolve(self, ref: Ref, k: int, now: Now) -> np.ndarray:
        """Return the elements of a reference at step ``k`` of the chunk, ``(batch, size)``."""
        pieces = [self._piece(piece, k, now) for piece in ref.pieces]
        if not pieces:
            return np.zeros((self.histories.batch, 0))
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)

    def _piece(self, piece: Piece, k: int, now: Now) -> np.ndarray:
        """Return the elements of a piece at step ``k`` of the chunk, ``(batch, length)``."""
        if piece.value in now:
            return select(now[piece.value], piece)
        value = self.graph.values[piece.value]
        shape = (self.histories.batch, piece.length)
        if value.origin in (Origin.TIME, Origin.STEP):
            number = self.histories.first + k
            return np.full(shape, number * (self.graph.dt if value.origin is Origin.TIME else 1))
        # The same piece is read at every step; ``constant_value`` makes a new array each time.
        if piece not in self.constants:
            self.constants[piece] = np.broadcast_to(
                constant_value(self.graph, Ref((piece,))), shape
            )
        return self.constants[piece]

    @staticmethod
    def warm(segment: CompiledSegment, states: States) -> None:
        """Compile a part by computing a step whose results are dropped."""
        n_inputs = segment.n_inputs + segment.n_held
        vector = np.zeros((segment.batch, n_inputs), segment.dtype)
        segment.call_once(1, vector, states)
