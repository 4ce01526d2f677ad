"""Contribution to a signal: a reference that is written part by part, in any order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from .refs import ZERO, Piece, Ref, compress


class Contribution:
    """Mutable reference of fixed size; a write takes time in proportion to its own length.

    Args:
        ref: The elements it holds at first.
    """

    def __init__(self, ref: Ref) -> None:
        self._pieces = list(ref.pieces)
        self._ends = _ends(self._pieces, 0)
        self._ref: Ref | None = ref

    @property
    def ref(self) -> Ref:
        """Reference to the elements it holds now."""
        if self._ref is None:
            self._ref = Ref(self._pieces)
        return self._ref

    def is_zero(self, begin: int, end: int) -> bool:
        """Whether the elements ``begin`` to ``end`` (exclusive) are all zero."""
        first, last = self._span(begin, end)
        return all(piece.value == ZERO for piece in self._pieces[first : last + 1])

    def write(self, begin: int, new: Ref) -> None:
        """Replace the elements from ``begin`` on by those of ``new``."""
        if new.size == 0:
            return
        end = begin + new.size
        first, last = self._span(begin, end)
        # What is left of the first and the last piece
        # that the write touches; both may be one piece.
        before = self._pieces[first].cut(0, begin - self._begin(first))
        after = self._pieces[last].cut(end - self._begin(last), self._pieces[last].length)
        kept = [piece for piece in (before, *new.pieces, after) if piece.length]
        # The neighbours as well, for they may continue what is new and become one piece with it.
        low, high = max(first - 1, 0), min(last + 2, len(self._pieces))
        offset = self._begin(low)
        pieces: list[Piece] = compress(
            [*self._pieces[low:first], *kept, *self._pieces[last + 1 : high]]
        )
        self._pieces[low:high] = pieces
        self._ends[low:high] = _ends(pieces, offset)
        self._ref = None

    def _begin(self, i: int) -> int:
        """Return where piece ``i`` begins."""
        return self._ends[i] - self._pieces[i].length

    def _span(self, begin: int, end: int) -> tuple[int, int]:
        """Return the first and the last piece with elements of a range, which must not be empty."""
        return bisect_right(self._ends, begin), bisect_left(self._ends, end)


def _ends(pieces: list[Piece], offset: int) -> list[int]:
    """Return where each piece ends, if the first begins at ``offset``."""
    ends = []
    for piece in pieces:
        offset += piece.length
        ends.append(offset)
    return ends
