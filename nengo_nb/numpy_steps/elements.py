"""Elements of one piece of memory that a kernel reads or writes, as a slice where they can be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SHORTEST_RUN = 64
"""Mean length of runs in a row from which a copy of each is faster than of single elements."""


class Elements:
    """Some elements of a flat array.

    Args:
        flat: The array.
        positions: Their positions in it, flat.

    Attributes:
        view: The elements as a slice of the array; None if they are not in a row.
    """

    def __init__(self, flat: np.ndarray, positions: np.ndarray) -> None:
        self.flat = flat
        self.positions = positions
        self.size = len(positions)
        begin = int(positions[0]) if self.size else 0
        in_a_row = np.array_equal(positions, np.arange(begin, begin + self.size))
        self.view = flat[begin : begin + self.size] if in_a_row else None

    def reader(self) -> Callable[[], np.ndarray]:
        """Return a function that returns the present values, in an array that is not to be kept."""
        view, flat, positions = self.view, self.flat, self.positions
        if view is not None:
            return lambda: view
        buffer = np.empty(self.size, flat.dtype)
        # ``mode``: the default one copies the result once more, to leave ``out`` as it is if a
        # position is wrong.
        return lambda: flat.take(positions, out=buffer, mode="clip")

    def writer(self) -> Callable[[np.ndarray], object]:
        """Return a function that sets the elements."""
        view, flat, positions = self.view, self.flat, self.positions
        if view is not None:
            return lambda values: np.copyto(view, values)
        runs = self._runs()
        if len(runs) * SHORTEST_RUN > self.size:
            return lambda values: flat.put(positions, values)

        def write_runs(values: np.ndarray) -> None:
            for run, begin, end in runs:
                run[:] = values[begin:end]

        return write_runs

    def adder(self) -> Callable[[np.ndarray], object]:
        """Return a function that adds to the elements, each of which is there once."""
        view, flat, positions = self.view, self.flat, self.positions
        if view is not None:
            return lambda values: np.add(view, values, out=view)

        def add(values: np.ndarray) -> None:
            flat[positions] += values

        return add

    def _runs(self) -> list[tuple[np.ndarray, int, int]]:
        """Return the runs of elements in a row, each with its begin and end among the elements."""
        begins = [0, *(np.flatnonzero(np.diff(self.positions) != 1) + 1)]
        runs = []
        for begin, end in zip(begins, [*begins[1:], self.size], strict=True):
            first = self.positions[begin]
            runs.append((self.flat[first : first + end - begin], int(begin), int(end)))
        return runs
