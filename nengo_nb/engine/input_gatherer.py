"""Gather the inputs of compiled stages over a chunk."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from .chunk_values import Histories
from .sources import Inputs, Slice, joined

Tensor = Any


class Reader(Protocol):
    """Part of a plan that reads inputs over a chunk."""

    @property
    def varying(self) -> tuple[int, ...]:
        """The values that it reads, but for those of constant nodes."""

    @property
    def input_sizes(self) -> list[int]:
        """Their sizes."""

    @property
    def held(self) -> tuple[int, ...]:
        """The values of constant nodes that it reads."""

    @property
    def n_held(self) -> int:
        """Their size in all."""


class InputGatherer:
    """Makes tensors of what a part of a plan reads, and keeps those of many chunks alike.

    Args:
        batch: Number of minibatch items.
        dtype: ``"float32"`` or ``"float64"``.
        tensor: Copies an array to the device.
    """

    def __init__(self, batch: int, dtype: str, tensor: Callable[[np.ndarray], Tensor]) -> None:
        self.batch = batch
        self.dtype = dtype
        self._tensor = tensor
        # By the values of a segment that are held: their arrays when last seen, and the tensor.
        self._held: dict[tuple[int, ...], tuple[Sequence[np.ndarray], Tensor]] = {}
        # By number of steps: the tensor of a segment without loose inputs.
        self._without_loose: dict[int, Tensor] = {}

    def gather(self, reader: Reader, histories: Histories, room: int) -> Inputs:
        """Gather the inputs of a part; tensors of compiled stages are not copied."""
        handed: dict[int, Tensor] = {}
        slices, loose = [], []
        width = 0
        # Numbers of tensors as in ``Inputs.tensors``: 0 is the array of
        # loose values, then each tensor that earlier stages put out,
        # once, however many values it holds, and last the held values.
        for value, size in zip(reader.varying, reader.input_sizes, strict=True):
            if value in histories.tensors:
                tensor, begin = histories.tensors[value]
                at = list(handed).index(id(tensor)) if id(tensor) in handed else len(handed)
                handed[id(tensor)] = tensor
                slices.append(Slice(1 + at, begin, size))
                continue
            slices.append(Slice(0, width, size))
            loose.append((value, width, size))
            width += size
        slices.append(Slice(1 + len(handed), 0, reader.n_held))
        held, held_rows = self._held_inputs(reader, histories, room)
        sources = joined(slices, 2 + len(handed))
        tensors = (self._loose_inputs(histories, room, loose, width), *handed.values(), held)
        return Inputs(sources, tensors, (sources, room, held_rows))

    def _loose_inputs(
        self, histories: Histories, room: int, loose: list[tuple[int, int, int]], width: int
    ) -> Tensor:
        """Lay values that no tensor holds side by side; each has its first column and its size."""
        if not width and room in self._without_loose:
            return self._without_loose[room]
        # Rows behind the last step are zero; a scan stops before them, and what a parallel stage
        # computes for them is cut off by ``hand_on``.
        varying = np.zeros((room, self.batch, width), self.dtype)
        if histories.count:
            with np.errstate(over="ignore"):  # as in ``narrow``, but without a copy
                for value, begin, size in loose:
                    varying[: histories.count, :, begin : begin + size] = histories.arrays[value]
        tensor = self._tensor(varying)
        if not width:
            self._without_loose[room] = tensor
        return tensor

    def _held_inputs(self, reader: Reader, histories: Histories, room: int) -> tuple[Tensor, int]:
        """Lay held inputs side by side: one row for all steps, or one each if any is fed.

        Returns:
            The tensor and the number of its rows.
        """
        arrays = [histories.arrays[v] for v in reader.held]
        fed = any(array.shape[0] > 1 for array in arrays)
        # A held array is replaced, never changed: the same ones as in the last chunk make the same
        # tensor, and to make one takes as long as ten steps of a small network.
        before, tensor = self._held.get(reader.held, ((), None))
        if tensor is not None and not fed and all(map(operator.is_, arrays, before)):
            return tensor, 1
        rows = room if fed else 1
        columns = np.zeros((rows, self.batch, reader.n_held), self.dtype)
        begin = 0
        for array in arrays:
            size = array.shape[2]
            end = histories.count if fed else 1
            columns[:end, :, begin : begin + size] = (
                array if array.shape[0] in (1, end) else array[:end]
            )
            begin += size
        tensor = self._tensor(columns)
        if not fed:
            self._held[reader.held] = arrays, tensor
        return tensor, rows
