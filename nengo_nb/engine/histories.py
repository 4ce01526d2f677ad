"""The values of a chunk: for each value that crosses a stage, what it was at each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nengo_nb.plan.graph import Graph, Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.refs import Piece, Ref

Tensor = Any


class Histories:
    """What is known of a chunk of ``count`` steps.

    Args:
        graph: The dataflow of a step.
        first: Number of the first step; the first step of a simulation is 1.
        count: Number of steps.
        batch: Number of minibatch items.
        dtype: Floating-point type of the values.
    """

    def __init__(self, graph: Graph, first: int, count: int, batch: int, dtype: str) -> None:
        self.graph = graph
        self.first = first
        self.count = count
        self.batch = batch
        self.dtype = dtype
        self.arrays: dict[int, np.ndarray] = {}
        self.tensors: dict[int, tuple[Any, int]] = {}
        """For a value that a compiled stage put out, the tensor that holds it, and its first column there."""

    def hand_on(self, values: Sequence[int], sizes: Sequence[int], outputs: Tensor) -> None:
        """Add what a compiled stage put out: values side by side, ``(steps, batch, n)``, or nothing."""
        record = _view(outputs)
        begin = 0
        for value, size in zip(values, sizes, strict=True):
            self.arrays[value] = record[: self.count, :, begin : begin + size]
            self.tensors[value] = outputs, begin
            begin += size

    def times(self) -> np.ndarray:
        """The simulated time of each step, in seconds."""
        return np.arange(self.first, self.first + self.count) * self.graph.dt

    def get(self, ref: Ref) -> np.ndarray:
        """What a reference was at each step, ``(count, batch, size)``; a new array."""
        found = np.empty((self.count, self.batch, ref.size), self.dtype)
        begin = 0
        with np.errstate(over="ignore"):  # as in ``narrow``, but without a copy
            for piece in ref.pieces:
                found[:, :, begin : begin + piece.length] = self._piece(piece)
                begin += piece.length
        return found

    def _piece(self, piece: Piece) -> np.ndarray:
        value = self.graph.values[piece.value]
        if value.origin is Origin.TIME:
            return self.times()[:, None, None]
        if value.origin is Origin.STEP:
            return np.arange(self.first, self.first + self.count)[:, None, None]
        if piece.value in self.arrays:
            return select(self.arrays[piece.value], piece)
        return constant_value(self.graph, Ref((piece,)))[None, None, :]


def _view(tensor: Tensor) -> np.ndarray:
    """A tensor as an array; of one in the processor's own memory nothing is copied."""
    on_processor = tensor.device.endswith("CPU:0")
    return np.asarray(memoryview(tensor)) if on_processor else tensor.numpy()


def select(array: np.ndarray, piece: Piece) -> np.ndarray:
    """The elements of a piece, along the last axis."""
    if piece.step == 0:
        return np.repeat(array[..., piece.start : piece.start + 1], piece.length, axis=-1)
    stop = piece.start + piece.step * piece.length
    return array[..., piece.start : stop if stop >= 0 else None : piece.step]
