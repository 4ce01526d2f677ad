"""Arrays of all signals in one piece of memory, so that a step is copied and checked at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from nengo.builder import Signal
from nengo.rc import rc

MOST_SQUARED = 1e76
"""Sum of squares below which no number can be too large for float32 (3.4e38), or be none."""


class SignalPool:
    """Arrays of base signals, one after the other.

    Args:
        arrays: Their present values; those of other types than Nengo's numbers are left out.
    """

    def __init__(self, arrays: Mapping[Signal, np.ndarray]) -> None:
        dtype = rc.float_dtype
        pooled = {base: array for base, array in arrays.items() if array.dtype == dtype}
        self.flat = np.empty(sum(array.size for array in pooled.values()), dtype)
        self.arrays: dict[Signal, np.ndarray] = {}
        self._single = np.empty(self.flat.size, np.float32)
        begin = 0
        for base, array in pooled.items():
            part = self.flat[begin : begin + array.size].reshape(array.shape)
            part[...] = array
            self.arrays[base] = part
            begin += array.size

    def round(self) -> None:
        """Round all numbers to float32."""
        self._single[...] = self.flat
        self.flat[...] = self._single

    def looks_finite(self) -> bool:
        """Whether all numbers are finite in float32, too; False says that some may not be."""
        # One product for all signals: a call of NumPy for each would take longer than their step.
        return float(self.flat @ self.flat) < MOST_SQUARED


class Undo:
    """The numbers of a pool and of some other arrays, to return to.

    Args:
        pool: The pool.
        others: Arrays outside it.
    """

    def __init__(self, pool: SignalPool, others: Iterable[np.ndarray]) -> None:
        self.pool = pool
        self.others = list(others)
        self._flat = pool.flat.copy()
        self._others = [array.copy() for array in self.others]

    def save(self) -> None:
        """Note the present numbers."""
        self._flat[...] = self.pool.flat
        for saved, array in zip(self._others, self.others, strict=True):
            saved[...] = array

    def go_back(self) -> None:
        """Return to those that were noted last."""
        self.pool.flat[...] = self._flat
        for saved, array in zip(self._others, self.others, strict=True):
            array[...] = saved
