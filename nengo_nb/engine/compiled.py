"""Compiles segments by XLA: a scan over steps, independent steps side by side, or a single step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from nengo.builder import Signal

from nengo_nb.on_demand import tf
from nengo_nb.plan.cost import CostModel
from nengo_nb.plan.graph import Graph, Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.program import Segment, State

from .chunkwise_learning.blocks import Blocks, Given
from .chunkwise_learning.selection import find_learned
from .floating_types import narrow
from .lowering import NUMBER, Emitter
from .packing import Carried, pack, unpack
from .programs import Programs
from .sources import Inputs, Sources

Tensor = Any


class CompiledSegment:
    """Compiled segment, with the values of its parameters.

    Args:
        graph: The dataflow of a step.
        segment: The segment to compile.
        states: The states of the stage.
        batch: Number of minibatch items.
        dtype: ``"float32"`` or ``"float64"``.
        device: TensorFlow device, or None.
        cost: The cost model of the device.
        in_blocks: Whether learned weights are updated once in a block of steps, where they may be.

    Attributes:
        least_room: Programs with room for fewer steps do without blocks, and are compiled in less
            time.
    """

    def __init__(
        self,
        graph: Graph,
        segment: Segment,
        states: Sequence[State],
        batch: int,
        dtype: str,
        device: str | None,
        cost: CostModel,
        in_blocks: bool = False,
    ) -> None:
        self.graph = graph
        self.segment = segment
        self.batch = batch
        self.dtype = dtype
        self.device = device
        held = [v for v in segment.inputs if graph.values[v].origin is Origin.CONSTANT_INPUT]
        self.varying = tuple(v for v in segment.inputs if v not in set(held))
        self.held = tuple(held)
        if segment.inputs != self.varying + self.held:
            raise AssertionError("held inputs come last")
        self.input_sizes = [graph.values[v].size for v in self.varying]
        self.output_sizes = [gather.size for gather in segment.outputs]
        self.n_held = sum(graph.values[v].size for v in self.held)
        self._parameters: list[Any] = [narrow(p.array, dtype) for p in segment.parameters]
        self._tensors: list[Tensor] | None = None
        # A run may replace values while another thread compiles, and converts them.
        self._changing = Lock()
        self.moved = [i for i, _ in segment.next_states]
        self.emitter = Emitter(segment, batch, graph.dt, dtype, cost)
        learned = find_learned(segment) if in_blocks else ()
        self.blocks = Blocks(self.emitter, learned) if learned else None
        self.least_room = 0
        self._programs = Programs()

    @property
    def parameters(self) -> list[Tensor]:
        """Values of the parameters as tensors, which are made when they are first asked for."""
        parameters = self._parameters
        # Without the lock: a call of a program asks for them each time.
        if parameters is not self._tensors:
            with self._changing, tf.device(self.device):
                parameters = [self._as_tensor(value) for value in self._parameters]
                self._parameters = self._tensors = parameters
        return parameters

    def _as_tensor(self, value: Any) -> Tensor:
        return tf.constant(value, self.dtype) if isinstance(value, np.ndarray) else value

    @property
    def n_inputs(self) -> int:
        """Length of the input vector, without held values."""
        return sum(self.input_sizes)

    @property
    def n_outputs(self) -> int:
        """Length of the output vector."""
        return sum(self.output_sizes)

    def capacity(self, most_bytes: int) -> int:
        """Number of steps whose inputs and outputs fit in ``most_bytes``, within the limits of the
        cost model.
        """
        width = (self.n_inputs + self.n_outputs) * self.batch
        return step_capacity(most_bytes, width, self.dtype, self.emitter.cost)

    @property
    def whole(self) -> int:
        """Number of steps of which calls should take multiples, to be quickest."""
        return 1 if self.blocks is None else self.blocks.steps

    def set_parameters(self, values: Mapping[Signal, np.ndarray]) -> None:
        """Replace the values of the parameters made of the given signals."""
        # Parameters are arguments of the programs, not constants in them, so that nothing is
        # compiled again when they change.
        changed: dict[int, np.ndarray] = {}
        for i, parameter in enumerate(self.segment.parameters):
            read = {self.graph.values[piece.value].signal for piece in parameter.ref.pieces}
            if read & values.keys():
                array = constant_value(self.graph, parameter.ref, values).reshape(
                    parameter.array.shape
                )
                changed[i] = narrow(array, self.dtype)
        with self._changing:
            # A new list, as a call may still hold the one before.
            self._parameters = [changed.get(i, old) for i, old in enumerate(self._parameters)]

    def call_scan(
        self, count: int, first: int, inputs: Inputs, states: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Take ``count`` steps; arguments and results as in ``_scan``."""
        # As tensors: a Python integer would be a constant
        # of the program, and trace it anew for each value.
        numbers = tf.constant([count, first], NUMBER)
        record, *after = self._programs.call(
            self._scan, inputs, [numbers, *inputs.tensors, *self.parameters, *states]
        )
        return record, after

    def call_at_once(self, first: int, inputs: Inputs) -> Tensor:
        """Compute independent steps; arguments and result as in ``_at_once``."""
        numbers = tf.constant([first], NUMBER)
        (outputs,) = self._programs.call(
            self._at_once, inputs, [numbers, *inputs.tensors, *self.parameters]
        )
        return outputs

    def call_once(
        self, number: int, vector: np.ndarray, states: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Take one step; arguments and results as in ``Emitter.step``."""
        tensors = [tf.constant([number], NUMBER), tf.constant(vector), *self.parameters, *states]
        outputs, *moved = self._programs.call(self._step, None, tensors)
        return outputs, moved

    def _step(self, numbers: Tensor, vector: Tensor, *rest: Tensor) -> list[Tensor]:
        """Emit one step as a function of a flat list of tensors, to one."""
        split = len(self.parameters)
        outputs, moved = self.emitter.step(numbers[0], vector, rest[:split], rest[split:])
        return [outputs, *moved]

    def _at_once(self, sources: Sources, numbers: Tensor, *rest: Tensor) -> list[Tensor]:
        """Emit independent steps, with the time axis folded into the batch axis.

        Args:
            sources: The slices of tensors that make up the inputs.
            numbers: The number of the first step, ``(1,)``.
            rest: The tensors that ``sources`` slices, then the segment's parameters.

        Returns:
            The outputs at each step, ``(steps, batch, n_outputs)``.
        """
        tensors, parameters = rest[: sources.n_tensors], rest[sources.n_tensors :]
        room = tensors[0].shape[0]
        emitter = Emitter(
            self.segment, room * self.batch, self.emitter.dt, self.dtype, self.emitter.cost
        )
        # Time comes before the batch axis in ``(steps, batch, n)``, so each number is repeated for
        # all items before the next one follows.
        steps = tf.repeat(numbers[0] + tf.range(room, dtype=NUMBER), self.batch)[:, tf.newaxis]
        vectors = tf.reshape(sources.all(tensors), (room * self.batch, -1))
        outputs, _ = emitter.step(steps, vectors, parameters, ())
        return [tf.reshape(outputs, (room, self.batch, self.n_outputs))]

    def _scan(self, sources: Sources, numbers: Tensor, *rest: Tensor) -> list[Tensor]:
        """Emit a loop over up to ``room`` steps.

        Args:
            sources: The slices of tensors that make up the inputs.
            numbers: The number of steps to take, at most the length of the inputs, and that of the
                first, ``(2,)``.
            rest: The tensors that ``sources`` slices, the segment's parameters, and the states at
                the start.

        Returns:
            The outputs at each step, ``(steps, batch, n_outputs)``, then the states at the end.
        """
        count, first = tf.cast(numbers[0], tf.int32), numbers[1]
        tensors, rest = rest[: sources.n_tensors], rest[sources.n_tensors :]
        parameters, states = rest[: len(self.parameters)], rest[len(self.parameters) :]
        room = tensors[0].shape[0]
        # XLA needs static shapes: the record has room for the longest chunk, and ``count`` ends the
        # loop early, so that one program serves runs of any length.
        record = tf.TensorArray(
            self.dtype,
            size=room,
            element_shape=(self.batch, self.n_outputs),
            clear_after_read=False,
        )

        packings = self.emitter.packings
        begin, start = tf.constant(0), pack(states, packings)
        # Blocks take all steps that make whole ones, and
        # the loop below the rest, from ``begin`` on.
        if self.blocks is not None and room >= self.least_room:
            given = Given(sources, tensors, parameters)
            begin, record, start = self.blocks.run(count, first, given, start, record)

        def body(i: Tensor, record: Any, plain: Any, packed: Any) -> tuple[Tensor, Any, Any, Any]:
            outputs, after = self.emitter.step_packed(
                first + tf.cast(i, NUMBER),
                sources.at(i, tensors),
                parameters,
                Carried(plain, packed),
            )
            return (
                i + 1,
                record.write(i, outputs) if self.n_outputs else record,
                after.plain,
                after.packed,
            )

        _, record, plain, packed = tf.while_loop(
            lambda i, *_: i < count,
            body,
            (begin, record, start.plain, start.packed),
            maximum_iterations=room,
        )
        outputs = record.stack() if self.n_outputs else tf.zeros((0, self.batch, 0), self.dtype)
        return [outputs, *unpack(Carried(plain, packed), packings)]


def step_capacity(most_bytes: int, width: int, dtype: str, cost: CostModel) -> int:
    """Return the number of steps of ``width`` numbers each that fit in ``most_bytes``, within the
    limits of the cost model.
    """
    n_bytes = width * np.dtype(dtype).itemsize
    return int(np.clip(most_bytes // max(n_bytes, 1), cost.fewest_room, cost.most_room))
