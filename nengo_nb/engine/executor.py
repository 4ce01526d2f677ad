"""Runs a plan, one chunk of steps at a time.

A chunk is a function of the state before it: nothing is committed here, and whoever runs the chunk keeps the returned
state, or the old one. Python functions alone cannot be computed again; what they returned is in their journals. So
where one of them fails at some step, the chunk is computed again up to that step, and all steps before it are whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from nengo.base import NengoObject
from nengo.builder import Signal

from nengo_nb.plan.program import Plan, Segment, Stage
from nengo_nb.plan.stages import Sort

from .compiled import CompiledSegment
from .histories import Histories
from .host import HostLoop
from .journal import ChunkCutError, Journal
from .narrow import narrow
from .sources import Inputs, Slice, joined

Tensor = Any
States = tuple[tuple[Any, ...], ...]


COMPILED = (Sort.SCAN, Sort.PARALLEL, Sort.BLOCKS)


@dataclass(frozen=True)
class Chunk:
    """What a chunk did.

    Args:
        count: Steps taken; fewer than asked for where Python was told to stop, or failed.
        states: The states at its end, by stage.
        records: For each probe, what it recorded at each step, ``(count, batch, size)``.
        inputs: For each input node, by value, what it output at the last step, ``(batch, size)``.
        values: What stages handed to each other, by value, ``(count or 1, batch, size)``.
        error: What happened in the step after the last; None if nothing did.
    """

    count: int
    states: States
    records: dict[NengoObject, np.ndarray]
    inputs: dict[int, np.ndarray]
    values: Mapping[int, np.ndarray]
    error: BaseException | None = None


class Executor:
    """A plan, compiled.

    Args:
        plan: What to run.
        batch: Number of minibatch items.
        dtype: ``"float32"`` or ``"float64"``.
        device: TensorFlow device, e.g. ``"/cpu:0"``; None leaves the choice to TensorFlow.
    """

    def __init__(self, plan: Plan, batch: int, dtype: str, device: str | None = None) -> None:
        self.plan = plan
        self.batch = batch
        self.dtype = dtype
        self.device = device
        with tf.device(device):
            self.segments = {
                (s, p): CompiledSegment(
                    plan.graph, part, stage.states, batch, dtype, in_blocks=stage.sort is Sort.BLOCKS
                )
                for s, stage in enumerate(plan.stages)
                for p, part in enumerate(stage.parts)
                if isinstance(part, Segment)
            }
        self.held = {v: self._held(v) for v in plan.held}
        self.room = self._steps(plan.cost.chunk_bytes)
        self.wide_room = self._steps(plan.cost.long_chunk_bytes)
        self._widening: Future[None] | None = None
        if (
            batch == 1 and self.wide_room > self.room
        ):  # a single item waits for the first result, not for the next
            for segment in self.segments.values():
                segment.least_room = self.wide_room

    def _held(self, value: int) -> np.ndarray:
        """What a constant node outputs, ``(1, batch, size)``."""
        flat = narrow(self.plan.graph.signal(value).initial_value, self.dtype).reshape(-1)
        return np.broadcast_to(flat, (1, self.batch, flat.size))

    def _steps(self, most_bytes: int) -> int:
        """The most steps a chunk can have whose histories have so much room."""
        kept = [
            self.segments[s, 0].capacity(most_bytes)
            for s, stage in enumerate(self.plan.stages)
            if stage.sort in COMPILED
        ]
        return -(-min(kept, default=1024) // self.whole) * self.whole

    @property
    def whole(self) -> int:
        """Chunks of multiples of so many steps take least for each."""
        return max((segment.whole for segment in self.segments.values()), default=1)

    @property
    def capacity(self) -> int:
        """The most steps a chunk can have; that may grow while ``widen`` is under way."""
        wide = self._widening is not None and self._widening.done() and self._widening.exception() is None
        return self.wide_room if wide else self.room

    def widen(self) -> None:
        """Begin to compile for longer chunks, in a thread, if more would go into them."""
        if self._widening is None and self.wide_room > self.room:
            pool = ThreadPoolExecutor(1, thread_name_prefix="nengo_nb-widen")
            self._widening = pool.submit(self._compile_stages, self.initial_states(), self.wide_room)
            pool.shutdown(wait=False)

    def initial_states(self) -> States:
        """The states before the first step."""
        return tuple(
            tuple(self._initial(stage, s.initial) for s in stage.states) for stage in self.plan.stages
        )

    def _initial(self, stage: Stage, initial: np.ndarray) -> Any:
        array = np.array(np.broadcast_to(narrow(initial, self.dtype), (self.batch, *initial.shape)))
        return array if stage.sort is Sort.PYTHON else self.tensor(array)

    def as_states(self, arrays: Sequence[Sequence[np.ndarray]]) -> States:
        """Saved states, as they are used."""
        stages = zip(self.plan.stages, arrays, strict=True)
        return tuple(
            tuple(a if stage.sort is Sort.PYTHON else self.tensor(a) for a in saved)
            for stage, saved in stages
        )

    def set_parameters(self, values: Mapping[Signal, np.ndarray]) -> None:
        """Run with other values of parameters than those that were built."""
        with tf.device(self.device):
            for segment in self.segments.values():
                segment.set_parameters(values)

    def release(self) -> None:
        """Free the compiled programs and their parameters."""
        self.segments = {}

    def tensor(self, array: np.ndarray) -> Tensor:
        """An array on the device."""
        with tf.device(self.device):
            return tf.constant(array, self.dtype)

    def compile(self, states: States) -> None:
        """Compile everything, without taking a step."""
        self._compile_stages(states, self.room)
        for (s, _), segment in self.segments.items():
            if self.plan.stages[s].sort not in COMPILED:
                HostLoop.warm(segment, states[s])

    def _compile_stages(self, states: States, room: int) -> None:
        """Compile the stages that take many steps at once, for so many."""
        empty = Histories(self.plan.graph, 1, 0, self.batch, self.dtype)
        empty.arrays.update(self.held)
        for (s, _), segment in tuple(self.segments.items()):
            if self.plan.stages[s].sort in COMPILED:
                outputs, _ = self._call(segment, self.plan.stages[s], empty, states[s], room)
                empty.hand_on(segment.segment.gives, segment.output_sizes, outputs)

    def run(
        self,
        states: States,
        first: int,
        count: int,
        python: Mapping[int, Journal],
        feeds: Mapping[int, np.ndarray],
    ) -> Chunk:
        """Run a whole chunk; arguments as in ``run_until``. An error of a Python function is raised."""
        chunk = self.run_until(states, first, count, python, feeds)
        if chunk.error is not None:
            raise chunk.error
        for journal in python.values():
            journal.commit(count)
        return chunk

    def run_until(
        self,
        states: States,
        first: int,
        count: int,
        python: Mapping[int, Journal],
        feeds: Mapping[int, np.ndarray],
        stop: Callable[[], bool] = lambda: False,
        overdue: Callable[[], bool] = lambda: False,
    ) -> Chunk:
        """Run one chunk, or its steps before one in which a Python function fails.

        Args:
            states: The states before it.
            first: Number of its first step.
            count: Number of steps, at most ``capacity``.
            python: The operations that run in Python, by index.
            feeds: For each value that ``data=`` replaces, what it is at each step, ``(count, batch, size)``.
            stop: Asked between the Python calls of a chunk's first stage; True shortens the chunk.
            overdue: Asked between those of its other stages, which would have to be called for all steps that earlier
                ones have been called for; True shortens the chunk all the same.
        """
        for journal in python.values():
            journal.start(first)
        error: BaseException | None = None
        while count:
            histories = Histories(self.plan.graph, first, count, self.batch, self.dtype)
            histories.arrays.update(self.held)
            histories.arrays.update({v: array[:count] for v, array in feeds.items()})
            try:
                after = self._run_stages(states, histories, python, stop, overdue)
            except ChunkCutError as cut:
                # Again, up to there. The compiled stages compute the same, and the journals know what Python returned.
                count, error = cut.count, cut.error
                stop = overdue
                continue
            records = {probe: histories.get(ref) for probe, ref in self.plan.probes.items()}
            fed = [v for v in self.plan.graph.feedable.values() if v in histories.arrays]
            inputs = {v: np.array(histories.arrays[v][-1]) for v in fed}
            return Chunk(count, after, records, inputs, histories.arrays, error)
        return Chunk(0, states, {}, {}, {}, error)

    def _run_stages(
        self,
        states: States,
        histories: Histories,
        python: Mapping[int, Journal],
        stop: Callable[[], bool],
        overdue: Callable[[], bool],
    ) -> States:
        """Run all stages over a chunk; returns the states at its end."""
        after = []
        with tf.device(self.device), np.errstate(divide="ignore", invalid="raise"):
            for s, stage in enumerate(self.plan.stages):
                ends = stop if s == 0 else overdue
                after.append(self._run_stage(s, stage, states[s], histories, python, ends))
        return tuple(after)

    def time_stages(
        self, states: States, first: int, count: int, python: Mapping[int, Journal]
    ) -> list[float]:
        """Seconds each stage of a chunk takes; what it computes is thrown away, but Python steps move on."""
        histories = Histories(self.plan.graph, first, count, self.batch, self.dtype)
        histories.arrays.update(self.held)
        for journal in python.values():
            journal.start(first)
        seconds = []
        with tf.device(self.device), np.errstate(divide="ignore", invalid="raise"):
            for s, stage in enumerate(self.plan.stages):
                begin = time.perf_counter()
                self._run_stage(s, stage, states[s], histories, python, lambda: False)
                seconds.append(time.perf_counter() - begin)
        return seconds

    def _run_stage(
        self,
        s: int,
        stage: Stage,
        states: tuple[Any, ...],
        histories: Histories,
        python: Mapping[int, Journal],
        stop: Callable[[], bool],
    ) -> tuple[Any, ...]:
        if stage.sort not in COMPILED:
            segments = {p: self.segments[s, p] for p in range(len(stage.parts)) if (s, p) in self.segments}
            return HostLoop(self.plan.graph, stage, segments, python, histories).run(states, stop)
        segment = self.segments[s, 0]
        room = self.room if histories.count <= self.room else self.wide_room
        outputs, after = self._call(segment, stage, histories, states, room)
        histories.hand_on(segment.segment.gives, segment.output_sizes, outputs)
        return tuple(after)

    def _call(
        self,
        segment: CompiledSegment,
        stage: Stage,
        histories: Histories,
        states: tuple[Any, ...],
        room: int,
    ) -> tuple[Tensor, list[Tensor]]:
        inputs = self._inputs(segment, histories, room)
        if stage.sort is Sort.PARALLEL:
            return segment.call_at_once(histories.first, inputs), []
        return segment.call_scan(histories.count, histories.first, inputs, states)

    def _inputs(self, segment: CompiledSegment, histories: Histories, room: int) -> Inputs:
        """The inputs of a segment; what a compiled stage put out is handed on as it is."""
        handed: dict[int, Tensor] = {}
        slices, loose = [], []
        width = 0
        for value, size in zip(segment.varying, segment.input_sizes, strict=True):
            if value in histories.tensors:
                tensor, begin = histories.tensors[value]
                at = list(handed).index(id(tensor)) if id(tensor) in handed else len(handed)
                handed[id(tensor)] = tensor
                slices.append(Slice(1 + at, begin, size))
                continue
            slices.append(Slice(0, width, size))
            loose.append((value, width, size))
            width += size
        slices.append(Slice(1 + len(handed), 0, segment.n_held))
        varying = np.zeros((room, self.batch, width), self.dtype)
        if histories.count:
            with np.errstate(over="ignore"):  # as in ``narrow``, but without a copy
                for value, begin, size in loose:
                    varying[: histories.count, :, begin : begin + size] = histories.arrays[value]
        held = self._held_inputs(segment, histories, room)
        return Inputs(joined(slices, 2 + len(handed)), varying, tuple(handed.values()), held)

    def _held_inputs(self, segment: CompiledSegment, histories: Histories, room: int) -> np.ndarray:
        """Held inputs as one array: one row for all steps, or one for each where any is fed."""
        arrays = [histories.arrays[v] for v in segment.held]
        fed = any(array.shape[0] > 1 for array in arrays)
        rows = room if fed else 1
        found = np.zeros((rows, self.batch, segment.n_held), self.dtype)
        begin = 0
        for array in arrays:
            size = array.shape[2]
            end = histories.count if fed else 1
            found[:end, :, begin : begin + size] = array if array.shape[0] in (1, end) else array[:end]
            begin += size
        return found
