"""Arrays of the values that stages hand to each other, at each step of a chunk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from nengo_nb.plan.graph import Graph, Origin
from nengo_nb.plan.lower import constant_value
from nengo_nb.plan.refs import Piece, Ref

Tensor = Any


class Histories:
    """Values of a chunk of ``count`` steps that probes and later stages read.

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
        """For each output of a compiled stage, the tensor that holds it, and its first
        column there.
        """
        self.partial: dict[int, np.ma.MaskedArray[Any, Any]] = {}
        """Feeds of functions that have to be called all the same, as some elements are masked."""

    def feed(self, feeds: Mapping[int, np.ndarray]) -> None:
        """Replace outputs of input nodes, by number, ``(at least count, batch, size)`` each."""
        for value, array in feeds.items():
            part = array[: self.count]
            if value in self.arrays:  # a constant, which is known before the chunk
                self.arrays[value] = merged(part, self.arrays[value])
            elif isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part):
                self.partial[value] = part
            else:
                self.arrays[value] = np.asarray(part)

    def with_feed(self, value: int, own: np.ndarray, k: int | slice = slice(None)) -> np.ndarray:
        """Return a node's output at a step ``k`` or at all of them, with what replaces it."""
        return merged(self.partial[value][k], own) if value in self.partial else own

    def hand_on(self, values: Sequence[int], sizes: Sequence[int], outputs: Tensor) -> None:
        """Add the outputs of a compiled stage: values side by side, ``(room, batch, n)``.

        A stage without outputs gives a tensor of no columns, ``(0, batch, 0)``.
        """
        record = _view(outputs)
        begin = 0
        for value, size in zip(values, sizes, strict=True):
            # A program's output has room for more steps than the chunk has;
            # these are views of it, no copies. The next compiled stage is
            # given the whole tensor, and slices it inside its program.
            self.arrays[value] = record[: self.count, :, begin : begin + size]
            self.tensors[value] = outputs, begin
            begin += size

    def times(self) -> np.ndarray:
        """The simulated time of each step, in seconds."""
        return np.arange(self.first, self.first + self.count) * self.graph.dt

    def get(self, ref: Ref) -> np.ndarray:
        """Elements of a reference at each step, ``(count, batch, size)``; a new array."""
        elements = np.empty((self.count, self.batch, ref.size), self.dtype)
        begin = 0
        with np.errstate(over="ignore"):  # as in ``narrow``, but without a copy
            for piece in ref.pieces:
                elements[:, :, begin : begin + piece.length] = self._piece(piece)
                begin += piece.length
        return elements

    def _piece(self, piece: Piece) -> np.ndarray:
        """Return the elements of a piece, broadcastable to ``(count, batch, length)``."""
        value = self.graph.values[piece.value]
        # Time broadcasts over items and elements, a constant over steps and items.
        if value.origin is Origin.TIME:
            return self.times()[:, None, None]
        if value.origin is Origin.STEP:
            return np.arange(self.first, self.first + self.count)[:, None, None]
        if piece.value in self.arrays:
            return select(self.arrays[piece.value], piece)
        return constant_value(self.graph, Ref((piece,)))[None, None, :]


def _view(tensor: Tensor) -> np.ndarray:
    """View a tensor as an array, without a copy if it is in the memory of the CPU."""
    on_processor = tensor.device.endswith("CPU:0")
    return np.asarray(memoryview(tensor)) if on_processor else tensor.numpy()


def merged(feed: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return a feed, with the output of the node itself where it is masked."""
    if not isinstance(feed, np.ma.MaskedArray):
        return feed
    return np.where(np.ma.getmaskarray(feed), own, feed.data)


def select(array: np.ndarray, piece: Piece) -> np.ndarray:
    """Select the elements of a piece along the last axis."""
    if piece.step == 0:
        return np.repeat(array[..., piece.start : piece.start + 1], piece.length, axis=-1)
    # A run that goes down to element 0 would stop at a
    # negative index, which NumPy counts from the end.
    stop = piece.start + piece.step * piece.length
    return array[..., piece.start : stop if stop >= 0 else None : piece.step]


def side_by_side(graph: Graph, values: Iterable[int]) -> dict[int, slice]:
    """Return the columns of values that are laid side by side, by value."""
    columns, begin = {}, 0
    for value in values:
        end = begin + graph.values[value].size
        columns[value] = slice(begin, end)
        begin = end
    return columns
