"""Runs a stage that calls Python: step after step, Python and compiled parts in the plan's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from nengo_nb.plan.graph import Graph, Operation, Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.program import PythonPart, Segment, Stage
from nengo_nb.plan.refs import Piece, Ref
from nengo_nb.plan.stages import Sort

from .compiled import CompiledSegment
from .histories import Histories, select
from .narrow import narrow
from .python import PythonStep, Source, is_source

States = tuple[Any, ...]
Now = dict[int, np.ndarray]
"""What values are at the step being computed, ``(batch, size)``."""


class ChunkAbandonedError(Exception):
    """A chunk was given up; nothing of it is kept."""


class HostLoop:
    """One stage, over one chunk.

    Args:
        graph: The dataflow of a step.
        stage: What to run.
        segments: The compiled parts, by position.
        python: The steps of the Python operations, by index of the operation.
        histories: What earlier stages handed on; this stage adds to it.
        give_up: Asked between steps that cannot be cut short, as earlier stages are past them; True abandons the chunk.
    """

    def __init__(
        self,
        graph: Graph,
        stage: Stage,
        segments: Mapping[int, CompiledSegment],
        python: Mapping[int, PythonStep],
        histories: Histories,
        give_up: Callable[[], bool],
    ) -> None:
        self.give_up = give_up
        self.graph = graph
        self.stage = stage
        self.segments = segments
        self.python = python
        self.histories = histories
        self.owned = {v: (i, at) for i, s in enumerate(stage.states) for v, at in s.members.items()}
        self.outside = self._outside()
        self.given = [v for v in stage.gives if v not in histories.arrays]
        self.constants: dict[Piece, np.ndarray] = {}

    def _outside(self) -> list[int]:
        """Values that come from earlier stages, feeds and constant nodes."""
        made = {v for part in self.stage.parts for v in part.gives} | set(self.owned)
        wanted = {v for part in self.stage.parts for v in part.inputs}
        fed = [v for v in made if v in self.histories.arrays and v not in self.owned]
        return [v for v in wanted if v not in made] + fed

    def run(self, states: States, stop: Callable[[], bool] | None) -> States:
        """All steps of the chunk; returns the states at its end."""
        operations = [o for part in self.stage.parts if isinstance(part, PythonPart) for o in part.operations]
        if self.stage.sort is Sort.PYTHON and all(is_source(self.python[o.index]) for o in operations):
            self._run_sources(operations, stop)
            return states
        return self._run_steps(states, stop)

    def _run_sources(self, operations: Sequence[Operation], stop: Callable[[], bool] | None) -> None:
        """Functions of time alone: called in turn, checked together."""
        histories = self.histories
        called = [o for o in operations if not (o.outputs and o.outputs[0] in histories.arrays)]
        steps: list[tuple[Any, list[Any]]] = [
            (cast("Source", self.python[o.index]).source, []) for o in called
        ]
        for k, time in enumerate(histories.times().tolist()):
            if stop is not None and k and stop():
                histories.shorten(k)
                break
            for source, results in steps:
                results.append(source(time))
        for operation, (_, results) in zip(called, steps, strict=True):
            array = cast("Source", self.python[operation.index]).collect(results)
            if array is not None and operation.outputs:
                shape = (len(results), histories.batch, array[0, 0].size)
                histories.arrays[operation.outputs[0]] = np.broadcast_to(
                    array.reshape(*array.shape[:2], -1), shape
                )

    def _run_steps(self, states: States, stop: Callable[[], bool] | None) -> States:
        """Step after step, each in the plan's order."""
        histories = self.histories
        found = {
            v: np.empty((histories.count, histories.batch, self.graph.values[v].size), histories.dtype)
            for v in self.given
        }
        times = histories.times()
        for k in range(histories.count):
            if stop is not None and k and stop():
                histories.shorten(k)
                break
            if stop is None and self.give_up():
                raise ChunkAbandonedError
            now, states = self._step(k, float(times[k]), states)
            for value, array in found.items():
                array[k] = narrow(now[value], histories.dtype)
        histories.arrays.update({v: a[: histories.count] for v, a in found.items()})
        return states

    def _step(self, k: int, time: float, states: States) -> tuple[Now, States]:
        now = {v: self._at(v, k) for v in self.outside}
        for value, (i, at) in self.owned.items():
            now[value] = np.asarray(states[i]).reshape(self.histories.batch, -1)[:, at]
        after = list(states)
        for p, part in enumerate(self.stage.parts):
            if isinstance(part, PythonPart):
                self._run_python(part, k, time, now)
            else:
                self._run_segment(p, part, k, now, states, after)
        if self.stage.sort is Sort.PYTHON:
            for i, state in enumerate(self.stage.states):
                (start,) = state.members
                after[i] = self.resolve(self.graph.following[start], k, now)
        return now, tuple(after)

    def _at(self, value: int, k: int) -> np.ndarray:
        array = self.histories.arrays[value]
        return array[k if array.shape[0] > 1 else 0]

    def _run_python(self, part: PythonPart, k: int, time: float, now: Now) -> None:
        for operation in part.operations:
            if operation.outputs and operation.outputs[0] in self.histories.arrays:
                continue
            inputs = [
                self.resolve(ref, k, now).reshape((-1, *shape))
                for ref, shape in zip(operation.inputs, operation.input_shapes, strict=True)
            ]
            results = self.python[operation.index](time, inputs)
            for value, result in zip(operation.outputs, results, strict=True):
                now[value] = result.reshape(result.shape[0], -1)

    def _run_segment(self, p: int, part: Segment, k: int, now: Now, states: States, after: list[Any]) -> None:
        segment = self.segments[p]
        batch, dtype = self.histories.batch, self.histories.dtype
        inputs = [now[v] for v in part.inputs]
        vector = narrow(np.concatenate(inputs, axis=1), dtype) if inputs else np.zeros((batch, 0), dtype)
        outputs, moved = segment.call_once(self.histories.first + k, vector, states)
        for i, tensor in zip(segment.moved, moved, strict=True):
            after[i] = tensor
        record = outputs.numpy()
        begin = 0
        for value, size in zip(part.gives, segment.output_sizes, strict=True):
            now[value] = record[:, begin : begin + size]
            begin += size

    def resolve(self, ref: Ref, k: int, now: Now) -> np.ndarray:
        """What a reference is now, ``(batch, size)``."""
        pieces = [self._piece(piece, k, now) for piece in ref.pieces]
        if not pieces:
            return np.zeros((self.histories.batch, 0))
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)

    def _piece(self, piece: Piece, k: int, now: Now) -> np.ndarray:
        if piece.value in now:
            return select(now[piece.value], piece)
        value = self.graph.values[piece.value]
        shape = (self.histories.batch, piece.length)
        if value.origin in (Origin.TIME, Origin.STEP):
            number = self.histories.first + k
            return np.full(shape, number * (self.graph.dt if value.origin is Origin.TIME else 1))
        if piece not in self.constants:
            self.constants[piece] = np.broadcast_to(constant_value(self.graph, Ref((piece,))), shape)
        return self.constants[piece]

    @staticmethod
    def warm(segment: CompiledSegment, states: States) -> None:
        """Compile a part by computing a step nobody keeps."""
        n_inputs = segment.n_inputs + segment.n_held
        vector = np.zeros((segment.batch, n_inputs), segment.dtype)
        segment.call_once(1, vector, states)
