"""Compiled loop over the steps of a stage that calls Python: one program, which calls back.

``python_stage`` takes the same steps from Python, one program for each compiled part, where
programs cannot call back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from nengo_nb.on_demand import tf
from nengo_nb.plan.cost import CostModel
from nengo_nb.plan.graph import Graph, Origin
from nengo_nb.plan.program import Place, PythonPart, Source, Stage

from .chunk_values import Histories, side_by_side
from .compiled import CompiledSegment, step_capacity
from .host_callback import Callbacks, call_python
from .input_gatherer import InputGatherer
from .journal import Journal
from .lowering import NUMBER
from .packing import Carried, Packing, pack, unpack
from .programs import Programs
from .python_parts import PythonParts
from .python_stage import HostLoop
from .sources import Inputs, Sources

Tensor = Any
States = tuple[Any, ...]
Plain = dict[int, Any]
"""States that are not packed, by number."""
Packed = dict[int, list[Any]]
"""Packed tensors, by number of the packing."""


class MixedLoop:
    """Compiled loop of one stage of compiled and Python parts.

    Args:
        graph: The dataflow of a step.
        stage: The stage.
        segments: Its compiled parts, by position.
        batch: Number of minibatch items.
        dtype: ``"float32"`` or ``"float64"``.
        device: TensorFlow device, or None.
        cost: The cost model of the device.
        on_any_thread: Whether Python functions are called on XLA's threads.
    """

    def __init__(
        self,
        graph: Graph,
        stage: Stage,
        segments: Mapping[int, CompiledSegment],
        batch: int,
        dtype: str,
        device: str | None,
        cost: CostModel,
        on_any_thread: bool,
    ) -> None:
        self.graph = graph
        self.stage = stage
        self.segments = segments
        self.batch = batch
        self.dtype = dtype
        self.device = device
        self.cost = cost
        outside = self._outside()
        self.held = tuple(v for v in outside if graph.values[v].origin is Origin.CONSTANT_INPUT)
        self.varying = tuple(v for v in outside if v not in self.held)
        self.input_sizes = self._sizes(self.varying)
        self.n_held = sum(self._sizes(self.held))
        self.output_sizes = self._sizes(stage.gives)
        self._programs = Programs()
        # XLA asks for an answer by the number of the part.
        self._python = {
            p: part for p, part in enumerate(stage.parts) if isinstance(part, PythonPart)
        }
        sizes = {
            p: (sum(self._sizes(part.inputs)), sum(self._sizes(part.gives)))
            for p, part in self._python.items()
        }
        self.callbacks = Callbacks(self._answer, sizes, batch, dtype, on_any_thread)
        self._chunk: PythonParts | None = None

    def _outside(self) -> tuple[int, ...]:
        """Return the values that the parts read of earlier stages and constant nodes."""
        made = set[int]()
        for state in self.stage.states:
            made.update(state.members)
        wanted = dict[int, None]()
        for part in self.stage.parts:
            made.update(part.gives)
            wanted.update(dict.fromkeys(part.inputs))
        return tuple(v for v in wanted if v not in made)

    def _sizes(self, values: Sequence[int]) -> list[int]:
        return [self.graph.values[v].size for v in values]

    def capacity(self, most_bytes: int) -> int:
        """As ``CompiledSegment.capacity``."""
        width = sum(self.input_sizes) + sum(self.output_sizes)
        return step_capacity(most_bytes, width * self.batch, self.dtype, self.cost)

    def compile(
        self, histories: Histories, room: int, states: States, gatherer: InputGatherer
    ) -> None:
        """Compile the program for chunks of up to ``room`` steps; arguments as in ``run``."""
        inputs = gatherer.gather(self, histories, room)
        outputs, *_ = self._call(inputs, histories.first, 0, states)
        histories.hand_on(self.stage.gives, self.output_sizes, outputs)

    def run(
        self,
        histories: Histories,
        room: int,
        states: States,
        python: Mapping[int, Journal],
        stop: Callable[[], bool],
        gatherer: InputGatherer,
    ) -> States:
        """Take all steps of a chunk, add their outputs to its histories, and return the states.

        Args:
            histories: The values of earlier stages.
            room: The most steps that a chunk may have.
            states: The states at its beginning.
            python: The Python operations, by index.
            stop: Asked between steps that call Python; True ends the chunk there.
            gatherer: Makes tensors of what is read of earlier stages.

        Raises:
            ChunkCutError: A stop was asked for, or a step failed.
        """
        inputs = gatherer.gather(self, histories, room)
        if not self._programs.has(self._loop, inputs):
            # Without a step, as a first call may be made twice (see ``artifacts``).
            self._call(inputs, histories.first, 0, states)
        host = HostLoop(self.graph, self.stage, self.segments, python, histories)
        self._chunk = PythonParts(host, stop)
        try:
            call = partial(self._call, inputs, histories.first, histories.count, states)
            outputs, *after = self.callbacks.run(call, histories.count)
        finally:
            self._chunk = None
        fed = {v: histories.arrays[v] for v in self.stage.gives if v in histories.arrays}
        histories.hand_on(self.stage.gives, self.output_sizes, outputs)
        histories.arrays.update(fed)
        return tuple(after)

    def _answer(self, part: int, k: int, inputs: np.ndarray, outputs: np.ndarray) -> None:
        """Call the operations of a Python part at step ``k`` of the chunk."""
        if self._chunk is None:
            raise RuntimeError("there is no chunk under way")
        # A copy, as the program's memory changes, and the journals keep what they get.
        self._chunk.call(part, k, inputs.copy(), outputs)

    def _call(self, inputs: Inputs, first: int, count: int, states: States) -> list[Tensor]:
        """Call the program; results as those of ``_loop``."""
        # Also where this is called on a thread of its own.
        with tf.device(self.device):
            numbers = tf.constant([count, first, self.callbacks.number], NUMBER)
            parameters: list[Tensor] = []
            for segment in self.segments.values():
                parameters += segment.parameters
            return self._programs.call(
                self._loop, inputs, [numbers, *inputs.tensors, *parameters, *states]
            )

    def _loop(self, sources: Sources, numbers: Tensor, *rest: Tensor) -> list[Tensor]:
        """Emit a loop over up to ``room`` steps.

        Args:
            sources: The slices of tensors that make up the inputs.
            numbers: The number of steps to take, that of the first, and that of the ``Callbacks``
                that answer, ``(3,)``.
            rest: The tensors that ``sources`` slices, the parameters of the compiled parts, and the
                states at the start.

        Returns:
            The outputs at each step, ``(steps, batch, n_outputs)``, then the states at the end.
        """
        count, first, callbacks = numbers[:1], numbers[1], numbers[2:]
        tensors, rest = rest[: sources.n_tensors], rest[sources.n_tensors :]
        parameters: dict[int, Sequence[Tensor]] = {}
        for p, segment in self.segments.items():
            n_parameters = len(segment.parameters)
            parameters[p], rest = rest[:n_parameters], rest[n_parameters:]
        room, n_outputs = tensors[0].shape[0], sum(self.output_sizes)
        shape = (self.batch, n_outputs)
        record = tf.TensorArray(self.dtype, room, element_shape=shape, clear_after_read=False)

        packings, numbers = self._number_packings()
        start = pack(rest, packings)

        def body(
            order: Tensor, record: Any, plain: Plain, packed: Packed
        ) -> tuple[Tensor, Any, Plain, Packed]:
            i = tf.cast(order[0], tf.int32)
            states = unpack(Carried(plain, packed), packings)
            now = self._apart(sources.at(i, tensors), (*self.varying, *self.held))
            now.update(self._members(states))
            plain, packed = dict(plain), dict(packed)
            for p, part in enumerate(self.stage.parts):
                if p in self.segments:
                    segment = self.segments[p]
                    vector = self._joined(now, (*segment.varying, *segment.held))
                    own = {g: packed[number] for g, number in numbers[p].items()}
                    # All states, as each part reads them as they were before the step.
                    outputs, after = segment.emitter.step_packed(
                        first + order[0],
                        vector,
                        parameters[p],
                        Carried(dict(enumerate(states)), own),
                    )
                    plain.update({s: after.plain[s] for s in segment.moved if s in plain})
                    packed.update({numbers[p][g]: after.packed[g] for g in own})
                else:
                    vector = self._joined(now, part.inputs)
                    n_given = sum(self._sizes(part.gives))
                    order, outputs = call_python(order, callbacks, p, vector, n_given)
                    outputs = tf.cast(outputs, self.dtype)
                now.update(self._apart(outputs, part.gives))
            if n_outputs:
                record = record.write(i, self._joined(now, self.stage.gives))
            return order + 1, record, plain, packed

        _, record, plain, packed = tf.while_loop(
            lambda order, *_: order[0] < count[0],
            body,
            (tf.zeros(1, NUMBER), record, start.plain, start.packed),
            maximum_iterations=room,
        )
        outputs = record.stack() if n_outputs else tf.zeros((0, self.batch, 0), self.dtype)
        return [outputs, *unpack(Carried(plain, packed), packings)]

    def _number_packings(self) -> tuple[dict[int, Packing], dict[int, dict[int, int]]]:
        """Number the packings of all parts.

        Returns:
            The packings by these numbers; and the numbers, by part and group.
        """
        packings: dict[int, Packing] = {}
        numbers: dict[int, dict[int, int]] = {}
        for p, segment in self.segments.items():
            numbers[p] = {}
            for g, packing in self._packings(p, segment).items():
                numbers[p][g] = len(packings)
                packings[len(packings)] = packing
        return packings, numbers

    def _packings(self, p: int, segment: CompiledSegment) -> dict[int, Packing]:
        """Return the packings of a part but those that hide a state that another part reads."""
        read = set(self.stage.gives)
        for part in self._python.values():
            read.update(part.inputs)
        places = set[Place]()
        for other, another in self.segments.items():
            if other != p:
                for gather in another.segment.gathers:
                    places.update(span.place for span in gather.spans)
        packings = {}
        for g, packing in segment.emitter.packings.items():
            hidden = [packing.states[k] for k in packing.form.hidden]
            is_read = [
                Place(Source.STATE, s) in places
                or not read.isdisjoint(self.stage.states[s].members)
                for s in hidden
            ]
            if not any(is_read):
                packings[g] = packing
        segment.emitter.packings = packings
        return packings

    def _members(self, states: Sequence[Tensor]) -> dict[int, Tensor]:
        """Return the values that states hold, ``(batch, size)`` each."""
        members = {}
        for state, tensor in zip(self.stage.states, states, strict=True):
            flat = tf.reshape(tensor, (self.batch, -1))
            for value, at in state.members.items():
                members[value] = _columns(flat, at)
        return members

    def _joined(self, now: Mapping[int, Tensor], values: Sequence[int]) -> Tensor:
        """Lay values side by side, ``(batch, n)``."""
        parts = [now[v] for v in values]
        return tf.concat(parts, axis=1) if parts else tf.zeros((self.batch, 0), self.dtype)

    def _apart(self, vector: Any, values: Sequence[int]) -> dict[int, Any]:
        """Return the columns of values that are laid side by side, as views or slices."""
        columns = side_by_side(self.graph, values)
        return {value: vector[:, at] for value, at in columns.items()}


def _columns(flat: Tensor, at: np.ndarray) -> Tensor:
    """Return columns of a tensor: a slice, where they are neighbours."""
    if len(at) and np.array_equal(at, np.arange(at[0], at[0] + len(at))):
        return flat[:, at[0] : at[0] + len(at)]
    return tf.gather(flat, at, axis=1)
