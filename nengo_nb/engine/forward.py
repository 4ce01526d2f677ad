"""A whole network as one differentiable function of its inputs and parameters.

Stages that need no loop get all time steps at once, folded into the batch axis; the others are scans. Everything is
written into one TensorFlow graph, so that Keras differentiates and compiles it whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from nengo.base import NengoObject
from nengo.builder import Signal

from nengo_nb.plan.graph import Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.program import Parameter, Plan, Segment, Stage, State
from nengo_nb.plan.refs import Piece, Ref
from nengo_nb.plan.stages import Sort

from .emit import Emitter

Tensor = Any


class Forward:
    """A plan without Python, as a function.

    Args:
        plan: What to compute; its Python stages must be fed.
        dtype: ``"float32"`` or ``"float64"``.
        lif_smoothing: See ``ops.rules.Group``.
    """

    def __init__(self, plan: Plan, dtype: str, lif_smoothing: float | None = None) -> None:
        self.plan = plan
        self.graph = plan.graph
        self.dtype = dtype
        self.lif_smoothing = lif_smoothing

    def __call__(
        self, feeds: Mapping[int, Tensor], trained: Mapping[Signal, Tensor], probes: Sequence[NengoObject]
    ) -> dict[NengoObject, Tensor]:
        """What probes record.

        Args:
            feeds: For each fed value, what it is at each step, ``(batch, steps, size)``.
            trained: Parameters that are not what they were built with.
            probes: Which probes are wanted.

        Returns:
            For each probe, ``(batch, steps, size)``.
        """
        batch, steps = next(iter(feeds.values())).shape[:2]
        known = {value: tf.transpose(tensor, (1, 0, 2)) for value, tensor in feeds.items()}
        for value in self.plan.held:
            if value not in known:
                flat = tf.constant(np.reshape(self.graph.signal(value).initial_value, -1), self.dtype)
                known[value] = tf.broadcast_to(flat, (steps, batch, flat.shape[0]))
        for stage in self.plan.stages:
            if stage.sort is not Sort.PYTHON:
                self._run_stage(stage, known, trained, steps, batch)
        return {
            p: tf.transpose(self._read(self.plan.probes[p], known, steps, batch), (1, 0, 2)) for p in probes
        }

    def _run_stage(
        self, stage: Stage, known: dict[int, Tensor], trained: Mapping[Signal, Tensor], steps: int, batch: int
    ) -> None:
        (segment,) = (part for part in stage.parts if isinstance(part, Segment))
        parameters = [self._parameter(p, trained) for p in segment.parameters]
        inputs = [known[v] for v in segment.inputs]
        width = sum(self.graph.values[v].size for v in segment.inputs)
        vectors = tf.concat(inputs, axis=2) if inputs else tf.zeros((steps, batch, width), self.dtype)
        if stage.sort is Sort.PARALLEL:
            outputs = self._at_once(segment, parameters, vectors)
        else:
            outputs = self._scan(segment, stage.states, parameters, vectors)
        begin = 0
        for value, gather in zip(segment.gives, segment.outputs, strict=True):
            known[value] = outputs[:, :, begin : begin + gather.size]
            begin += gather.size

    def _at_once(self, segment: Segment, parameters: list[Tensor], vectors: Tensor) -> Tensor:
        """All steps side by side."""
        steps, batch, width = vectors.shape
        emitter = Emitter(segment, steps * batch, self.graph.dt, self.dtype, self.lif_smoothing)
        numbers = tf.repeat(tf.range(1, steps + 1), batch)[:, tf.newaxis]
        outputs, _ = emitter.step(numbers, tf.reshape(vectors, (steps * batch, width)), parameters, ())
        return tf.reshape(outputs, (steps, batch, outputs.shape[1]))

    def _scan(
        self, segment: Segment, carried: Sequence[State], parameters: list[Tensor], vectors: Tensor
    ) -> Tensor:
        """One step after the other, from the initial states."""
        steps, batch = vectors.shape[:2]
        emitter = Emitter(segment, batch, self.graph.dt, self.dtype, self.lif_smoothing)
        initial = [tf.constant(state.initial, self.dtype) for state in carried]
        states = [tf.broadcast_to(array, (batch, *array.shape)) for array in initial]
        moved_at = [i for i, _ in segment.next_states]

        def step(number: Tensor, vector: Tensor, states: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
            outputs, moved = emitter.step(number, vector, parameters, states)
            after = list(states)
            for at, tensor in zip(moved_at, moved, strict=True):
                after[at] = tensor
            return outputs, after

        if steps == 1:
            return step(tf.constant(1), vectors[0], states)[0][tf.newaxis]
        width = sum(gather.size for gather in segment.outputs)
        record = tf.TensorArray(self.dtype, size=steps, element_shape=(batch, width))
        given = tf.TensorArray(self.dtype, size=steps, element_shape=vectors.shape[1:]).unstack(vectors)

        def body(i: Tensor, record: Any, states: list[Tensor]) -> tuple[Tensor, Any, list[Tensor]]:
            outputs, after = step(i + 1, given.read(i), states)
            return i + 1, record.write(i, outputs), after

        _, record, _ = tf.while_loop(
            lambda i, *_: i < steps, body, (tf.constant(0), record, states), maximum_iterations=steps
        )
        return record.stack()

    def _parameter(self, parameter: Parameter, trained: Mapping[Signal, Tensor]) -> Tensor:
        """A parameter, put together from what is trained and what is not."""
        if len(parameter.ref.pieces) == 1:
            (piece,) = parameter.ref.pieces
            tensor = trained.get(self.graph.values[piece.value].signal)
            if tensor is not None and piece.step == 1 and piece.length == math.prod(tensor.shape):
                return tf.reshape(tf.cast(tensor, self.dtype), parameter.array.shape)
        pieces = [self._constant(piece, trained) for piece in parameter.ref.pieces]
        if not any(isinstance(piece, tf.Tensor) for piece in pieces):
            return tf.constant(parameter.array, self.dtype)
        flat = tf.concat([tf.cast(piece, self.dtype) for piece in pieces], axis=0)
        return tf.reshape(flat, parameter.array.shape)

    def _constant(self, piece: Piece, trained: Mapping[Signal, Tensor]) -> Tensor | np.ndarray:
        value = self.graph.values[piece.value]
        if value.origin is not Origin.PARAMETER or value.signal not in trained:
            return constant_value(self.graph, Ref((piece,)))
        flat = tf.reshape(trained[value.signal], (-1,))
        if piece.step == 1:
            return flat[piece.start : piece.start + piece.length]
        return tf.gather(flat, piece.start + piece.step * np.arange(piece.length))

    def _read(self, ref: Ref, known: Mapping[int, Tensor], steps: int, batch: int) -> Tensor:
        """What a reference is at each step, ``(steps, batch, size)``."""
        found = []
        for piece in ref.pieces:
            if piece.value in known:
                tensor = known[piece.value]
                whole = piece.start == 0 and piece.step == 1 and piece.length == tensor.shape[2]
                index = piece.start + piece.step * np.arange(piece.length)
                found.append(tensor if whole else tf.gather(tensor, index, axis=2))
            else:
                constant = tf.constant(constant_value(self.graph, Ref((piece,))), self.dtype)
                found.append(tf.broadcast_to(constant, (steps, batch, piece.length)))
        return found[0] if len(found) == 1 else tf.concat(found, axis=2)


def parameter_signals(plan: Plan) -> set[Signal]:
    """The parameters that the compiled parts of a plan read."""
    graph = plan.graph
    segments = [part for stage in plan.stages for part in stage.parts if isinstance(part, Segment)]
    refs = [parameter.ref for segment in segments for parameter in segment.parameters]
    return {
        graph.signal(piece.value)
        for ref in refs
        for piece in ref.pieces
        if graph.values[piece.value].origin is Origin.PARAMETER
    }
