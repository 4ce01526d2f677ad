"""References: elements of values, as runs of constant step.

Every value (a parameter, a state at the start of a step, something an operator computed) is a flat
vector. A reference lists runs of elements of such vectors, so that a view, a concatenation of parts
and a reversed slice are all the same thing, and nothing is copied before a program is written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from nengo.builder import Signal

from nengo_nb.positions import positions_of

ZERO = 0
"""Number of the value that is zero everywhere."""


class Piece(NamedTuple):
    """``length`` elements of a value: ``start, start + step, start + 2 * step, ...``."""

    value: int
    start: int
    step: int
    length: int

    def cut(self, begin: int, end: int) -> Piece:
        """Return the elements ``begin`` to ``end`` (exclusive) of this run."""
        return Piece(self.value, self.start + begin * self.step, self.step, end - begin)


Run = TypeVar("Run", bound=Any)
"""A named tuple of a source, a start, a step and a length."""


class Ref:
    """Flat sequence of elements of values, made of pieces."""

    __slots__ = ("_ends", "pieces", "size")

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = tuple(pieces)
        ends = []
        total = 0
        for piece in self.pieces:
            total += piece.length
            ends.append(total)
        self._ends = ends
        self.size = total

    def __repr__(self) -> str:
        return (
            f"Ref({', '.join(f'{p.value}[{p.start}:+{p.length}*{p.step}]' for p in self.pieces)})"
        )

    def values(self) -> set[int]:
        """Return the values this reference reads, except zero."""
        return {piece.value for piece in self.pieces if piece.value != ZERO}

    def is_zero(self) -> bool:
        """Whether every element is zero."""
        return all(piece.value == ZERO for piece in self.pieces)

    def cut(self, begin: int, end: int) -> Ref:
        """Return the elements ``begin`` to ``end`` (exclusive)."""
        if begin == 0 and end == self.size:
            return self
        pieces: list[Piece] = []
        i = bisect_right(self._ends, begin)  # the piece that holds element ``begin``
        while begin < end:
            piece = self.pieces[i]
            first = self._ends[i] - piece.length
            stop = min(end, self._ends[i])
            pieces.append(piece.cut(begin - first, stop - first))
            begin = stop
            i += 1
        return Ref(pieces)

    def take(self, index: np.ndarray) -> Ref:
        """Return the elements at the given flat positions, in that order."""
        index = np.asarray(index).reshape(-1)
        if index.size == 0:
            return Ref(())
        pieces: list[Piece] = []
        for begin, step, count in runs(index):
            if step == 1:
                pieces.extend(self.cut(begin, begin + count).pieces)
            else:
                pieces.extend(self._spread(begin, step, count))
        return Ref(compress(pieces))

    def _spread(self, begin: int, step: int, count: int) -> list[Piece]:
        """Return elements ``begin, begin + step, ...`` as one piece if possible, or one by one."""
        last = begin + (count - 1) * step
        low, high = min(begin, last), max(begin, last)
        i = bisect_right(self._ends, low)
        # Every ``step``-th element of a run is a run again, and the two steps multiply.
        if high < self._ends[i]:
            piece = self.pieces[i]
            first = self._ends[i] - piece.length
            return [
                Piece(
                    piece.value,
                    piece.start + (begin - first) * piece.step,
                    step * piece.step,
                    count,
                )
            ]
        return [self.cut(k, k + 1).pieces[0] for k in range(begin, begin + count * step, step)]


def whole(value: int, size: int) -> Ref:
    """Return a reference to all elements of a value."""
    return Ref((Piece(value, 0, 1, size),) if size else ())


def zeros(size: int) -> Ref:
    """Return a reference to ``size`` zeros."""
    return Ref((Piece(ZERO, 0, 0, size),) if size else ())


def join(refs: Sequence[Ref]) -> Ref:
    """Concatenate references."""
    pieces: list[Piece] = []
    for ref in refs:
        pieces.extend(ref.pieces)
    return Ref(compress(pieces))


def all_values(refs: Iterable[Ref]) -> set[int]:
    """Return the values that references read, except zero."""
    values: set[int] = set()
    for ref in refs:
        values |= ref.values()
    return values


def compress(pieces: Iterable[Run], nothing: Hashable = ZERO) -> list[Run]:
    """Join neighbouring runs that continue each other.

    Args:
        pieces: Tuples of a source, a start, a step and a length.
        nothing: The source that is zero everywhere.
    """
    merged: list[Run] = []
    for piece in pieces:
        joined = _joined(merged[-1], piece, nothing) if merged else None
        if joined is None:
            merged.append(piece)
        else:
            merged[-1] = joined
    return merged


def _joined(a: Run, b: Run, nothing: Hashable) -> Run | None:
    """Return one run for two, if the second continues the first, or None."""
    (source, start, step, length), (other, begin, stride, more) = a, b
    if source != other:
        return None
    # All zeros are alike, so their starts and steps do not matter.
    if source == nothing:
        return type(a)._make((source, 0, 0, length + more))
    # A single element has no step of its own; it takes the one that leads to the next element.
    if length == 1:
        step = begin - start
        if more > 1 and step not in (0, 1):
            return None
    if begin != start + length * step or (more > 1 and stride != step):
        return None
    return type(a)._make((source, start, step, length + more))


def runs(index: np.ndarray) -> list[tuple[int, int, int]]:
    """Split an index array into ``(begin, step, count)`` runs of constant step."""
    constant_runs = []
    i, n = 0, len(index)
    steps = np.diff(index)
    # Greedy: a run ends with the element at which the step changes; the next begins behind it.
    changes = np.flatnonzero(np.diff(steps)) + 1 if n > 2 else np.empty(0, dtype=int)
    boundaries = iter(np.append(changes, n - 1))
    boundary = next(boundaries)
    while i < n:
        while boundary <= i < n - 1:
            boundary = next(boundaries, n - 1)
        if i == n - 1:
            constant_runs.append((int(index[i]), 1, 1))
            break
        count = int(boundary) - i + 1
        constant_runs.append((int(index[i]), int(steps[i]), count))
        i += count
    return constant_runs


def view_index(signal: Signal) -> np.ndarray | None:
    """Return flat positions of a view's elements in its base, or None for one contiguous run."""
    if not signal.is_view or signal.size == 0:
        return None
    index = positions_of(signal).reshape(-1)
    contiguous = index[-1] - index[0] == index.size - 1 and (np.diff(index) == 1).all()
    return None if contiguous else index


def shown_by(signal: Signal, base: Ref) -> Ref:
    """Return the elements that a signal shows of its base; all of them, unless it is a view."""
    if not signal.is_view:
        return base
    index = view_index(signal)
    if index is None:
        return base.cut(signal.elemoffset, signal.elemoffset + signal.size)
    return base.take(index)
