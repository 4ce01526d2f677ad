"""A whole plan as one differentiable function of its inputs and parameters.

Stages that need no loop get all time steps at once, folded into the batch axis; the others are
scans. Everything is emitted into one TensorFlow graph, so that Keras differentiates and compiles it
whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from nengo.base import NengoObject
from nengo.builder import Signal

from nengo_nb.on_demand import tf
from nengo_nb.ops.rules import Gradients
from nengo_nb.plan.graph import Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.program import Place, Plan, Segment, Source, Stage
from nengo_nb.plan.refs import Ref, all_values
from nengo_nb.plan.stages import StageKind

from .assembly import FED, Assembled, Slot, assemble
from .differentiable_scan import Scan
from .lowering import NUMBER, Emitter, clock
from .rule_of import rule_of

Tensor = Any
States = tuple[tuple[Any, ...], ...]
"""States by stage, ``(batch, *shape)`` each."""


class Forward:
    """Differentiable forward pass of a plan.

    Args:
        plan: The plan; the outputs of its stages with Python must be fed.
        dtype: ``"float32"`` or ``"float64"``.
        gradients: How spiking neurons are differentiated.
        recompute_every: Number of steps ``k`` between two states that are kept for the gradient
            (checkpoints). The steps between are computed again, and memory for ``n`` steps is that
            of ``n / k + k``. None keeps all.
    """

    def __init__(
        self,
        plan: Plan,
        dtype: str,
        gradients: Gradients | None = None,
        recompute_every: int | None = None,
    ) -> None:
        self.plan = plan
        self.graph = plan.graph
        self.dtype = dtype
        self.gradients = gradients
        self.recompute_every = recompute_every

    def initial_states(self, batch: int) -> States:
        """Return the states before the first step, by stage; none for stages that call Python."""
        return tuple(self._stage_states(stage, batch) for stage in self.plan.stages)

    def _stage_states(self, stage: Stage, batch: int) -> tuple[Tensor, ...]:
        """Return the states of a stage before the first step."""
        if stage.kind in FED:
            return ()
        return tuple(self._initial(state.initial, batch) for state in stage.states)

    def _initial(self, array: np.ndarray, batch: int) -> Tensor:
        return tf.broadcast_to(tf.constant(array, self.dtype), (batch, *array.shape))

    def __call__(
        self,
        feeds: Mapping[int, Tensor],
        trained: Mapping[Signal, Tensor] | Assembled,
        probes: Sequence[NengoObject],
        states: States | None = None,
        first: Tensor | int = 1,
        steps: int | None = None,
    ) -> tuple[dict[NengoObject, Tensor], States]:
        """Return the samples of probes.

        Time-invariant inputs keep a time axis of length 1 until they are combined with time-varying
        ones.

        Args:
            feeds: For each fed value, its elements at each step, ``(batch, steps, size)``, or
                ``(batch, 1, size)`` where it is the same at each.
            trained: Values of trained parameters, in place of those that were built, or what
                ``assemble`` made of them.
            probes: The wanted probes.
            states: The states before the first of these steps; by default the initial ones.
            first: Number of the first of these steps; the first step of a simulation is 1.
            steps: Number of steps; by default that of the longest feed.

        Returns:
            For each probe, ``(batch, steps, size)``, and the states behind the last step.
        """
        batch = next(iter(feeds.values())).shape[0]
        steps = steps or max(tensor.shape[1] for tensor in feeds.values())
        # Keras puts the batch axis first; inside, time comes first, so that steps are contiguous
        # and a scan slices the first axis.
        known = {value: tf.transpose(tensor, (1, 0, 2)) for value, tensor in feeds.items()}
        for value in self.plan.held:
            if value not in known:
                flat = tf.constant(
                    np.reshape(self.graph.signal(value).initial_value, -1), self.dtype
                )
                known[value] = tf.broadcast_to(flat, (1, batch, flat.shape[0]))
        before = self.initial_states(batch) if states is None else states
        numbers = tf.cast(first, NUMBER) + tf.range(steps, dtype=NUMBER)
        assembled = trained if isinstance(trained, Assembled) else self.assemble(trained)
        after = [
            self._run_stage(i, known, assembled, numbers, batch, start)
            for i, start in enumerate(before)
        ]
        samples = {p: self._read(self.plan.probes[p], known, numbers, batch) for p in probes}
        return {p: tf.transpose(tensor, (1, 0, 2)) for p, tensor in samples.items()}, tuple(after)

    def assemble(
        self, trained: Mapping[Signal, Tensor], slots: Collection[Slot] | None = None
    ) -> Assembled:
        """Assemble parameters of stages, by default all, from the values of trained signals."""
        return assemble(self.plan, trained, self.dtype, slots)

    def _run_stage(
        self,
        i: int,
        known: dict[int, Tensor],
        assembled: Assembled,
        numbers: Tensor,
        batch: int,
        states: tuple[Tensor, ...],
    ) -> tuple[Tensor, ...]:
        """Add the outputs of stage ``i`` to ``known``; return its states behind the last step."""
        stage = self.plan.stages[i]
        if stage.kind in FED:
            return ()
        (segment,) = stage.segments
        parameters = [
            assembled.by_slot[i, k]
            if (i, k) in assembled.by_slot
            else tf.constant(parameter.array, self.dtype)
            for k, parameter in enumerate(segment.parameters)
        ]
        inputs = [known[v] for v in segment.inputs]
        # Where all inputs are time-invariant, one step stands for all, and so does its output.
        if stage.kind is StageKind.PARALLEL and not _tells_time(segment):
            numbers = numbers[: max((tensor.shape[0] for tensor in inputs), default=1)]
        inputs = [_at_each(tensor, numbers.shape[0]) for tensor in inputs]
        vectors = (
            tf.concat(inputs, axis=2)
            if inputs
            else tf.zeros((numbers.shape[0], batch, 0), self.dtype)
        )
        if stage.kind is StageKind.PARALLEL:
            outputs, after = self._at_once(segment, parameters, vectors, numbers), states
        else:
            # Not ``CompiledSegment``: Keras compiles the whole step of training, by XLA or not.
            emitter = self._emitter(segment, batch)
            scan = Scan(emitter, self.dtype, self.recompute_every)
            outputs, after = scan(numbers, vectors, parameters, states)
        # One operation, whose gradient is a concatenation; that of a slice is padded with zeros to
        # the width of all, and added to those of all others.
        sizes = [gather.size for gather in segment.outputs]
        parts = tf.split(outputs, sizes, axis=2) if len(sizes) > 1 else [outputs] * len(sizes)
        known.update(zip(segment.gives, parts, strict=True))
        return after

    def _at_once(
        self, segment: Segment, parameters: list[Tensor], vectors: Tensor, numbers: Tensor
    ) -> Tensor:
        """Emit independent steps, with the time axis folded into the batch axis."""
        steps, batch, width = vectors.shape
        emitter = self._emitter(segment, steps * batch)
        item_numbers = tf.repeat(numbers, batch)[:, tf.newaxis]
        outputs, _ = emitter.step(
            item_numbers, tf.reshape(vectors, (steps * batch, width)), parameters, ()
        )
        return tf.reshape(outputs, (steps, batch, outputs.shape[1]))

    def _emitter(self, segment: Segment, batch: int) -> Emitter:
        return Emitter(segment, batch, self.graph.dt, self.dtype, self.plan.cost, self.gradients)

    def _read(self, ref: Ref, known: Mapping[int, Tensor], numbers: Tensor, batch: int) -> Tensor:
        """Return the elements of a reference at each step, ``(steps, batch, size)``."""
        columns = []
        steps = numbers.shape[0]
        for piece in ref.pieces:
            origin = self.graph.values[piece.value].origin
            if origin in (Origin.TIME, Origin.STEP):
                scale = self.graph.dt if origin is Origin.TIME else 1.0
                now = clock(numbers, scale, self.dtype)[:, tf.newaxis, tf.newaxis]
                columns.append(tf.broadcast_to(now, (steps, batch, piece.length)))
            elif piece.value in known:
                tensor = _at_each(known[piece.value], steps)
                whole = piece.start == 0 and piece.step == 1 and piece.length == tensor.shape[2]
                index = piece.start + piece.step * np.arange(piece.length)
                columns.append(tensor if whole else tf.gather(tensor, index, axis=2))
            else:
                constant = tf.constant(constant_value(self.graph, Ref((piece,))), self.dtype)
                columns.append(tf.broadcast_to(constant, (steps, batch, piece.length)))
        return columns[0] if len(columns) == 1 else tf.concat(columns, axis=2)


def _at_each(tensor: Tensor, steps: int) -> Tensor:
    """Broadcast a time axis of length 1 to ``(steps, ...)``."""
    return (
        tf.broadcast_to(tensor, (steps, *tensor.shape[1:])) if tensor.shape[0] < steps else tensor
    )


def _tells_time(segment: Segment) -> bool:
    """Whether a segment reads the time or the number of the step, or draws random numbers by it."""
    clocks = (Place(Source.STEP), Place(Source.TIME))
    rules = [rule_of(group) for group in segment.groups]
    return any(gather.reads(clocks) for gather in segment.gathers) or any(
        rule and rule.uses_counter for rule in rules
    )


def parameter_signals(plan: Plan) -> set[Signal]:
    """Return the signals of the parameters that the compiled parts of a plan read."""
    graph = plan.graph
    values: set[int] = set()
    for segment in plan.segments:
        values |= all_values(parameter.ref for parameter in segment.parameters)
    return {graph.signal(v) for v in values if graph.values[v].origin is Origin.PARAMETER}
