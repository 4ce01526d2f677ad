"""Runs a plan, one chunk of steps at a time.

A chunk is a pure function of the state before it: nothing is committed here, and the caller keeps
the returned state, or the old one. Only Python functions have side effects; their results are in
their journals. So where one of them fails at some step, the chunk is computed again up to that
step, and all steps before it are complete.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from nengo.base import NengoObject
from nengo.builder import Signal

from nengo_nb.on_demand import tf
from nengo_nb.plan.program import Plan, Segment, Stage
from nengo_nb.plan.stages import StageKind

from . import host_callback
from .chunk_values import Histories
from .compiled import CompiledSegment
from .floating_types import narrow
from .input_gatherer import InputGatherer
from .journal import ChunkCutError, Journal
from .mixed_loop import MixedLoop
from .python_stage import HostLoop

Tensor = Any
States = tuple[tuple[Any, ...], ...]


COMPILED = (StageKind.SCAN, StageKind.PARALLEL, StageKind.BLOCKS)


@dataclass(frozen=True)
class Chunk:
    """Results of a chunk.

    Args:
        count: Number of steps taken; fewer than asked for where Python was told to stop, or failed.
        states: The states at its end, by stage.
        records: For each probe, its samples at each step, ``(count, batch, size)``.
        inputs: For each input node, by value, its output at the last step, ``(batch, size)``.
        values: The values that stages handed to each other, ``(count or 1, batch, size)``.
        error: The error of a Python function in the step after the last; None if none failed.
    """

    count: int
    states: States
    records: dict[NengoObject, np.ndarray]
    inputs: dict[int, np.ndarray]
    values: Mapping[int, np.ndarray]
    error: BaseException | None = None


class Executor:
    """Compiled plan, run chunk by chunk.

    Args:
        plan: The plan to run.
        batch: Number of minibatch items.
        dtype: ``"float32"`` or ``"float64"``.
        device: TensorFlow device, e.g. ``"/cpu:0"``; None leaves the choice to TensorFlow.
        on_any_thread: Whether programs call Python functions on whichever thread they run on.
    """

    def __init__(
        self,
        plan: Plan,
        batch: int,
        dtype: str,
        device: str | None = None,
        on_any_thread: bool = False,
    ) -> None:
        self.plan = plan
        self.batch = batch
        self.dtype = dtype
        self.device = device
        self.on_any_thread = on_any_thread
        self.segments = self._compile_segments()
        self.loops = self._make_loops()
        self.held = {v: self._held(v) for v in plan.held}
        self.room = self._steps(plan.cost.chunk_bytes)
        self.wide_room = self._steps(plan.cost.long_chunk_bytes)
        self._widening: Future[None] | None = None
        self.inputs = InputGatherer(batch, dtype, self.tensor)
        # With a single item the wait for the first result counts most, so the programs for short
        # chunks do without blocks, and are compiled in less time.
        if batch == 1 and self.wide_room > self.room:
            for segment in self.segments.values():
                segment.least_room = self.wide_room

    def _compile_segments(self) -> dict[tuple[int, int], CompiledSegment]:
        """Make the compiled parts of all stages, by numbers of stage and part."""
        segments = {}
        for s, stage in enumerate(self.plan.stages):
            in_blocks = stage.kind is StageKind.BLOCKS
            for p, part in enumerate(stage.parts):
                if isinstance(part, Segment):
                    segments[s, p] = CompiledSegment(
                        self.plan.graph,
                        part,
                        stage.states,
                        self.batch,
                        self.dtype,
                        self.device,
                        self.plan.cost,
                        in_blocks,
                    )
        return segments

    def _make_loops(self) -> dict[int, MixedLoop]:
        """Make the loops of stages that call Python from their program, by number of the stage."""
        if not host_callback.can_call_python(self.plan.cost.device):
            return {}
        return {
            s: MixedLoop(
                self.plan.graph,
                stage,
                self._segments_of(s),
                self.batch,
                self.dtype,
                self.device,
                self.plan.cost,
                self.on_any_thread,
            )
            for s, stage in enumerate(self.plan.stages)
            if stage.kind is StageKind.MIXED
        }

    def _segments_of(self, s: int) -> dict[int, CompiledSegment]:
        """Return the compiled parts of a stage, by number of the part."""
        return {part: segment for (stage, part), segment in self.segments.items() if stage == s}

    def _loop(self, s: int) -> MixedLoop | None:
        """Return the loop of a stage whose program calls Python; None where that cannot be."""
        loop = self.loops.get(s)
        return loop if loop is not None and host_callback.register() else None

    def answers_on(self, thread: int) -> bool:
        """Whether a Python function is being called on a thread of XLA's, by its identifier."""
        return any(loop.callbacks.thread == thread for loop in self.loops.values())

    def _held(self, value: int) -> np.ndarray:
        """Return the output of a constant node, ``(1, batch, size)``; all items share memory."""
        flat = narrow(self.plan.graph.signal(value).initial_value, self.dtype).reshape(-1)
        return np.broadcast_to(flat, (1, self.batch, flat.size))

    def _steps(self, most_bytes: int) -> int:
        """Return the number of steps whose inputs and outputs fit in ``most_bytes`` per stage."""
        capacities = [
            self.segments[s, 0].capacity(most_bytes)
            for s, stage in enumerate(self.plan.stages)
            if stage.kind in COMPILED
        ]
        capacities += [loop.capacity(most_bytes) for loop in self.loops.values()]
        # Rounded up, so that the longest chunk is of whole blocks.
        return -(-min(capacities, default=1024) // self.whole) * self.whole

    @property
    def whole(self) -> int:
        """Number of steps of which chunks should be multiples, to be quickest."""
        return max((segment.whole for segment in self.segments.values()), default=1)

    @property
    def capacity(self) -> int:
        """Largest number of steps of a chunk; it grows when ``widen`` is done."""
        wide = (
            self._widening is not None
            and self._widening.done()
            and self._widening.exception() is None
        )
        return self.wide_room if wide else self.room

    def widen(self) -> None:
        """Begin to compile for longer chunks in a thread, if they can be longer."""
        if self._widening is None and self.wide_room > self.room:
            # The thread adds programs to the segments that a run is using. It only adds those for
            # ``wide_room``, which no chunk asks for before ``capacity`` has seen it finish. Of the
            # states only the shapes matter.
            pool = ThreadPoolExecutor(1, thread_name_prefix="nengo_nb-widen")
            self._widening = pool.submit(
                self._compile_stages, self._on_device(self.initial_states()), self.wide_room
            )
            pool.shutdown(wait=False)

    def initial_states(self) -> States:
        """Return the states before the first step, ``(batch, *shape)`` each, by stage."""
        return tuple(tuple(self._initial_arrays(stage)) for stage in self.plan.stages)

    def _initial_arrays(self, stage: Stage) -> Iterator[np.ndarray]:
        for state in stage.states:
            shape = (self.batch, *state.initial.shape)
            # A copy: ``broadcast_to`` gives a read-only view in which all items share memory.
            yield np.array(np.broadcast_to(narrow(state.initial, self.dtype), shape))

    def as_states(self, arrays: Sequence[Sequence[np.ndarray]]) -> States:
        """Convert saved states to this dtype."""
        return tuple(tuple(map(self._narrowed, saved)) for saved in arrays)

    def _narrowed(self, array: np.ndarray) -> np.ndarray:
        return narrow(array, self.dtype)

    def _on_device(self, states: States) -> States:
        """Convert arrays to tensors, but for stages of Python; tensors stay as they are."""
        stages = zip(self.plan.stages, states, strict=True)
        return tuple(
            own if stage.kind is StageKind.PYTHON else tuple(map(self._as_tensor, own))
            for stage, own in stages
        )

    def _as_tensor(self, state: Any) -> Tensor:
        return self.tensor(state) if isinstance(state, np.ndarray) else state

    def set_parameters(self, values: Mapping[Signal, np.ndarray]) -> None:
        """Replace the values of the parameters made of the given signals."""
        for segment in self.segments.values():
            segment.set_parameters(values)

    def release(self) -> None:
        """Free the compiled programs and their parameters."""
        self.segments, self.loops = {}, {}

    def tensor(self, array: np.ndarray) -> Tensor:
        """Copy an array to the device."""
        with tf.device(self.device):
            return tf.constant(array, self.dtype)

    def compile(self, states: States) -> None:
        """Compile all segments, by calling them for no step, or for one that is dropped."""
        states = self._on_device(states)
        self._compile_stages(states, self.room)
        for (s, _), segment in self.segments.items():
            if self.plan.stages[s].kind not in COMPILED and self._loop(s) is None:
                HostLoop.warm(segment, states[s])

    def _compile_stages(self, states: States, room: int) -> None:
        """Compile the stages that take many steps at once, for up to ``room`` of them."""
        empty = Histories(self.plan.graph, 1, 0, self.batch, self.dtype)
        empty.arrays.update(self.held)
        # As they are now: another thread may release them meanwhile.
        segments, loops = self.segments, [self._loop(s) for s in range(len(self.plan.stages))]
        for s, stage in enumerate(self.plan.stages):
            loop = loops[s]
            # Outputs are handed on even here, for a program depends on which tensors its inputs
            # come from.
            if loop is not None:
                loop.compile(empty, room, states[s], self.inputs)
            elif stage.kind in COMPILED:
                segment = segments[s, 0]
                outputs, _ = self._call(segment, stage, empty, states[s], room)
                empty.hand_on(segment.segment.gives, segment.output_sizes, outputs)

    def run(
        self,
        states: States,
        first: int,
        count: int,
        python: Mapping[int, Journal],
        feeds: Mapping[int, np.ndarray],
    ) -> Chunk:
        """Run a whole chunk and commit its journals, or raise the error of a Python function.

        Arguments are as in ``run_until``.
        """
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
            feeds: For each value that ``data=`` replaces, its elements at each step,
                ``(count, batch, size)``; masked where the node outputs its own.
            stop: Asked between the Python calls of a chunk's first stage; True shortens the chunk.
            overdue: Asked between those of its other stages, which would have to be called for all
                steps that earlier ones have been called for; True shortens the chunk all the same.
        """
        for journal in python.values():
            journal.start(first)
        states = self._on_device(states)
        error: BaseException | None = None
        while count:
            histories = Histories(self.plan.graph, first, count, self.batch, self.dtype)
            histories.arrays.update(self.held)
            histories.feed(feeds)
            try:
                after = self._run_stages(states, histories, python, stop, overdue)
            except ChunkCutError as cut:
                # Again, up to there. The compiled stages compute the same, and the journals have
                # the results of Python.
                count, error = cut.count, cut.error
                # The stop has been obeyed; asking for it again would shorten the chunk once more.
                stop = overdue
                continue
            records = {probe: histories.get(ref) for probe, ref in self.plan.probes.items()}
            fed = [v for v in self.plan.graph.feedable.values() if v in histories.arrays]
            # Copies: a view would keep the arrays of the whole chunk.
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
        """Run all stages over a chunk, and return the states at its end."""
        after = []
        with tf.device(self.device), np.errstate(divide="ignore", invalid="raise"):
            for s, stage in enumerate(self.plan.stages):
                # Functions of the first stage were called for all steps of the chunk before later
                # stages begin; the others should catch up with them, unless they take too long.
                ends = stop if s == 0 else overdue
                after.append(self._run_stage(s, stage, states[s], histories, python, ends))
        return tuple(after)

    def time_stages(
        self, states: States, first: int, count: int, python: Mapping[int, Journal]
    ) -> list[float]:
        """Return the seconds each stage of a chunk takes; results are dropped, Python moves on."""
        histories = Histories(self.plan.graph, first, count, self.batch, self.dtype)
        histories.arrays.update(self.held)
        for journal in python.values():
            journal.start(first)
        states = self._on_device(states)
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
        # Programs are compiled for a room, not for a count
        # of steps, so chunks of any length share them.
        room = self.room if histories.count <= self.room else self.wide_room
        loop = self._loop(s)
        if loop is not None:
            return loop.run(histories, room, states, python, stop, self.inputs)
        if stage.kind not in COMPILED:
            segments = self._segments_of(s)
            return HostLoop(self.plan.graph, stage, segments, python, histories).run(states, stop)
        segment = self.segments[s, 0]
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
        inputs = self.inputs.gather(segment, histories, room)
        if stage.kind is StageKind.PARALLEL:
            return segment.call_at_once(histories.first, inputs), []
        return segment.call_scan(histories.count, histories.first, inputs, states)
