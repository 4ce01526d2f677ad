"""Parameters of merged groups, assembled from trained variables, and gradients taken apart again.

A merged group of a hundred ensembles has one tensor of their biases. In a compiled program each
variable that is updated costs some kernels, so a network of many small variables is trained with
the gradients of few assembled tensors, which are taken apart outside.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from nengo.builder import Signal

from nengo_nb.on_demand import tf
from nengo_nb.plan.graph import Graph, Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.program import Parameter, Plan
from nengo_nb.plan.refs import Piece, Ref
from nengo_nb.plan.stages import StageKind

Tensor = Any

Slot = tuple[int, int]
"""Number of a stage of the plan, and of one of its parameters."""

FED = (StageKind.PYTHON, StageKind.MIXED)
"""Kinds of stages that call Python: no gradient passes them, and their outputs must be fed."""


@dataclass(frozen=True)
class Assembled:
    """The parameters of a plan that depend on trained variables.

    Args:
        by_slot: Their tensors, in the shapes that the stages read.
    """

    by_slot: Mapping[Slot, Tensor]


def find_slots(plan: Plan) -> dict[Slot, Parameter]:
    """Find all parameters of a plan that are differentiated."""
    slots: dict[Slot, Parameter] = {}
    for number, stage in enumerate(plan.stages):
        if stage.kind not in FED:
            (segment,) = stage.segments
            slots.update({(number, k): p for k, p in enumerate(segment.parameters)})
    return slots


def assemble(
    plan: Plan,
    trained: Mapping[Signal, Tensor],
    dtype: str,
    slots: Collection[Slot] | None = None,
) -> Assembled:
    """Assemble the parameters that depend on trained variables; all others are constants.

    Args:
        plan: The plan.
        trained: The values of signals that depend on variables.
        dtype: ``"float32"`` or ``"float64"``.
        slots: The wanted parameters; by default all of them.
    """
    assembled = {
        slot: _assemble(plan.graph, parameter, trained, dtype)
        for slot, parameter in find_slots(plan).items()
        if slots is None or slot in slots
    }
    return Assembled({slot: tensor for slot, tensor in assembled.items() if tensor is not None})


def _assemble(
    graph: Graph, parameter: Parameter, trained: Mapping[Signal, Tensor], dtype: str
) -> Tensor | None:
    """Assemble a parameter from variables and constants; None where it depends on no variable."""
    # Merged siblings have their parameters side by side, of which some may be trained.
    pieces = [_elements(graph, piece, trained) for piece in parameter.ref.pieces]
    if not any(isinstance(piece, tf.Tensor) for piece in pieces):
        return None
    cast = [tf.cast(piece, dtype) for piece in pieces]
    # The usual case, one variable as a whole, is a reshape: its gradient is one as well.
    flat = cast[0] if len(cast) == 1 else tf.concat(cast, axis=0)
    return tf.reshape(flat, parameter.array.shape)


def _elements(graph: Graph, piece: Piece, trained: Mapping[Signal, Tensor]) -> Tensor | np.ndarray:
    """Return the elements of a piece: a tensor if they are trained, else an array."""
    value = graph.values[piece.value]
    if value.origin is not Origin.PARAMETER or value.signal not in trained:
        return constant_value(graph, Ref((piece,)))
    tensor = tf.convert_to_tensor(trained[value.signal])
    flat = tensor if len(tensor.shape) == 1 else tf.reshape(tensor, (-1,))
    if _is_whole(piece, tensor.shape):
        return flat
    if piece.step == 1:
        return flat[piece.start : piece.start + piece.length]
    return tf.gather(flat, _positions(piece))


def _positions(piece: Piece) -> np.ndarray:
    """Return the positions of a piece's elements in its value, flat."""
    return piece.start + piece.step * np.arange(piece.length)


def _is_whole(piece: Piece, shape: Sequence[int]) -> bool:
    """Whether a piece holds all elements of a signal, in order."""
    return piece.start == 0 and piece.step == 1 and piece.length == math.prod(shape)


class Copies:
    """Elements of signals that a plan's parameters hold as they are.

    The gradient of such a signal is cut out of the gradients of the parameters that hold it.

    Args:
        plan: The plan.
        signals: The signals whose gradients are wanted.

    Attributes:
        slots: The parameters that hold any of them.
    """

    def __init__(self, plan: Plan, signals: Collection[Signal]) -> None:
        self.graph = plan.graph
        self.signals = set(signals)
        found = find_slots(plan)
        self.slots = {s: p for s, p in found.items() if any(map(self._holds, p.ref.pieces))}

    def _holds(self, piece: Piece) -> bool:
        """Whether a piece is of one of the signals."""
        value = self.graph.values[piece.value]
        return value.origin is Origin.PARAMETER and value.signal in self.signals

    def whole_slots(self) -> list[Slot]:
        """Return the parameters whose copies are of signals that nothing else holds.

        Each element of these signals is held once, which the scalar weight of many dimensions is
        not.
        """
        counts: dict[Signal, np.ndarray] = {}
        for slot in self.slots:
            for piece, signal in self._pieces(slot):
                count = counts.setdefault(signal, np.zeros(signal.size, int))
                np.add.at(count, _positions(piece), 1)
        whole = {signal for signal, count in counts.items() if (count == 1).all()}
        return [slot for slot in self.slots if self.signals_in(slot) <= whole]

    def signals_in(self, slot: Slot) -> set[Signal]:
        """Return the signals that a parameter holds elements of."""
        return {signal for _, signal in self._pieces(slot)}

    def _pieces(self, slot: Slot) -> list[tuple[Piece, Signal]]:
        """Return the pieces of a parameter that are of the signals."""
        pieces = filter(self._holds, self.slots[slot].ref.pieces)
        return [(piece, self.graph.signal(piece.value)) for piece in pieces]

    def merge(
        self, slots: Collection[Slot], arrays: Mapping[Signal, np.ndarray], *, is_kept: bool
    ) -> dict[Slot, np.ndarray]:
        """Assemble parameters in NumPy, which calls nothing of TensorFlow for each array.

        Args:
            slots: The wanted parameters.
            arrays: Values of signals.
            is_kept: Whether the values are those that an optimizer keeps, zero of constants.
        """
        merged = {}
        for slot in slots:
            parameter = self.slots[slot]
            parts = [self._part(piece, arrays, is_kept) for piece in parameter.ref.pieces]
            merged[slot] = np.concatenate(parts).reshape(parameter.array.shape)
        return merged

    def _part(self, piece: Piece, arrays: Mapping[Signal, np.ndarray], is_kept: bool) -> np.ndarray:
        """Return the elements of a piece."""
        value = self.graph.values[piece.value]
        if value.origin is Origin.PARAMETER and value.signal in arrays:
            return arrays[value.signal].reshape(-1)[_positions(piece)]
        if is_kept:
            return np.zeros(piece.length)
        return constant_value(self.graph, Ref((piece,)))

    def split(self, arrays: Mapping[Slot, np.ndarray]) -> dict[Signal, np.ndarray]:
        """Take values or gradients of parameters apart in NumPy, as ``take_apart`` does."""
        by_signal: dict[Signal, np.ndarray] = {}
        for slot, array in arrays.items():
            pieces = self.slots[slot].ref.pieces
            ends = np.cumsum([piece.length for piece in pieces])
            for piece, part in zip(pieces, np.split(array.reshape(-1), ends[:-1]), strict=True):
                if self._holds(piece):
                    signal = self.graph.signal(piece.value)
                    whole = by_signal.setdefault(signal, np.zeros(signal.size, array.dtype))
                    # Some positions of a piece may be equal.
                    np.add.at(whole, _positions(piece), part)
        return {signal: whole.reshape(signal.shape) for signal, whole in by_signal.items()}

    def only(self, gradients: Mapping[Slot, Tensor]) -> dict[Slot, Tensor]:
        """Set gradients of what is no copy, such as of constants beside copies, to zero."""
        return {slot: self._only(slot, gradient) for slot, gradient in gradients.items()}

    def _only(self, slot: Slot, gradient: Tensor) -> Tensor:
        pieces = self.slots[slot].ref.pieces
        mask = np.repeat(list(map(self._holds, pieces)), [piece.length for piece in pieces])
        if mask.all():
            return gradient
        return tf.where(mask.reshape(gradient.shape), gradient, tf.zeros_like(gradient))

    def take_apart(self, gradients: Mapping[Slot, Tensor]) -> dict[Signal, Tensor]:
        """Return the gradients of signals, in their shapes, by the gradients of parameters.

        An element that several parameters hold has the sum of its gradients.
        """
        parts: dict[Signal, list[Tensor]] = {}
        for slot, gradient in gradients.items():
            pieces = self.slots[slot].ref.pieces
            # One operation for all: a slice of each would take as long to trace as the optimizer.
            lengths = [piece.length for piece in pieces]
            cut = tf.split(tf.reshape(gradient, (-1,)), lengths)
            for piece, part in zip(pieces, cut, strict=True):
                if self._holds(piece):
                    signal = self.graph.signal(piece.value)
                    whole = part if _is_whole(piece, signal.shape) else _put(piece, part, signal)
                    shaped = whole if len(signal.shape) == 1 else tf.reshape(whole, signal.shape)
                    parts.setdefault(signal, []).append(shaped)
        # The usual case, one part, is no sum.
        return {
            signal: some[0] if len(some) == 1 else tf.add_n(some) for signal, some in parts.items()
        }


def _put(piece: Piece, part: Tensor, signal: Signal) -> Tensor:
    """Put the elements of a piece where they are in a signal, flat; all others are zero."""
    index = _positions(piece)
    return tf.scatter_nd(index[:, np.newaxis], part, (signal.size,))
