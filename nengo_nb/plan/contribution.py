"""A contribution to a signal: it is written part by part, in any order, and read as a reference."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from .refs import ZERO, Piece, Ref, compress


class Contribution:
    """As many elements as a signal has; writing some of them costs as much as they are, not as much
    as it has.

    Args:
        ref: What it holds at first.
    """

    def __init__(self, ref: Ref) -> None:
        self._pieces = list(ref.pieces)
        self._ends = _ends(self._pieces, 0)
        self._ref: Ref | None = ref

    @property
    def ref(self) -> Ref:
        """What it holds now."""
        if self._ref is None:
            self._ref = Ref(self._pieces)
        return self._ref

    def is_zero(self, begin: int, end: int) -> bool:
        """Whether the elements ``begin`` to ``end`` (exclusive) are all zero."""
        first, last = self._span(begin, end)
        return all(piece.value == ZERO for piece in self._pieces[first : last + 1])

    def write(self, begin: int, new: Ref) -> None:
        """Replace the elements from ``begin`` on."""
        if new.size == 0:
            return
        end = begin + new.size
        first, last = self._span(begin, end)
        before = self._pieces[first].cut(0, begin - self._begin(first))
        after = self._pieces[last].cut(end - self._begin(last), self._pieces[last].length)
        kept = [piece for piece in (before, *new.pieces, after) if piece.length]
        low, high = (
            max(first - 1, 0),
            min(last + 2, len(self._pieces)),
        )  # neighbours may continue what is new
        offset = self._begin(low)
        pieces: list[Piece] = compress(
            [*self._pieces[low:first], *kept, *self._pieces[last + 1 : high]]
        )
        self._pieces[low:high] = pieces
        self._ends[low:high] = _ends(pieces, offset)
        self._ref = None

    def _begin(self, i: int) -> int:
        return self._ends[i] - self._pieces[i].length

    def _span(self, begin: int, end: int) -> tuple[int, int]:
        """The first and the last piece that hold elements of a range, which is not empty."""
        return bisect_right(self._ends, begin), bisect_left(self._ends, end)


def _ends(pieces: list[Piece], offset: int) -> list[int]:
    """Where each piece ends."""
    ends = []
    for piece in pieces:
        offset += piece.length
        ends.append(offset)
    return ends
