"""Arrays of all signals in one piece of memory, so that a step is copied and checked at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from nengo.builder import Signal
from nengo.rc import rc

from .sim_state import view_of

MOST_SQUARED = 1e76
"""Sum of squares below which no number can be too large for float32 (3.4e38), or be none."""

LONGEST_DOT = 8192
"""Elements of a product that OpenBLAS computes in this thread. It shares longer ones out, and with
other programs on the machine waits milliseconds for the threads it has woken."""


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
        self.begins: dict[Signal, int] = {}
        """Position of each signal's first element in ``flat``."""
        self._parts = [
            self.flat[k : k + LONGEST_DOT] for k in range(0, self.flat.size, LONGEST_DOT)
        ]
        self._single = np.empty(self.flat.size, np.float32)
        begin = 0
        for base, array in pooled.items():
            part = self.flat[begin : begin + array.size].reshape(array.shape)
            part[...] = array
            self.arrays[base] = part
            self.begins[base] = begin
            begin += array.size

    def round(self) -> None:
        """Round all numbers to float32."""
        self._single[...] = self.flat
        self.flat[...] = self._single

    def looks_finite(self) -> bool:
        """Whether all numbers are finite in float32, too; False says that some may not be."""
        # One product for all signals: a call of NumPy for each would take longer than their step.
        # The comparison is false of NaN.
        return all(part.dot(part) < MOST_SQUARED for part in self._parts)


class KeptArrays(Mapping[Signal, np.ndarray]):
    """Copy of a pool and of some other arrays, whose values are looked up by signal.

    Args:
        pool: The pool.
        others: Arrays outside it.
    """

    def __init__(self, pool: SignalPool, others: Mapping[Signal, np.ndarray]) -> None:
        self._pool = pool
        self._flat = pool.flat.copy()
        self._others = {base: array.copy() for base, array in others.items()}

    def __getitem__(self, signal: Signal) -> np.ndarray:
        base = signal.base
        if base in self._others:
            whole = self._others[base]
        else:
            begin = self._pool.begins[base]
            whole = self._flat[begin : begin + base.size].reshape(base.shape)
        return view_of(whole[np.newaxis], signal)[0]

    def __iter__(self) -> Iterator[Signal]:
        yield from self._pool.begins
        yield from self._others

    def __len__(self) -> int:
        return len(self._pool.begins) + len(self._others)


class LastOutputs(Mapping[int, np.ndarray]):
    """Outputs of nodes after a step, ``(1, size)``, by the number of their value in a plan.

    Args:
        kept: The arrays after the step.
        signals: The signal of each output.
    """

    def __init__(self, kept: KeptArrays, signals: Mapping[int, Signal]) -> None:
        self._kept = kept
        self._signals = signals

    def __getitem__(self, value: int) -> np.ndarray:
        return self._kept[self._signals[value]].reshape(1, -1)

    def __iter__(self) -> Iterator[int]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)


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
