"""Coordinate assignment: the height of every item in its column, for arrows as straight as
possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .order import Columns

SWEEPS = 36
GAP, LANE = 22.0, 12.0
"""Space between two boxes, and beside an arrow that passes."""


@dataclass(frozen=True)
class Pull:
    """Preferred height of an item relative to another, at which the arrow between them is level.

    Args:
        item: The other item.
        shift: Difference of their tops then.
        weight: Weight in the least squares.
    """

    item: int
    shift: float
    weight: float


def settle(
    placed: Columns, heights: Sequence[float], pulls: Sequence[Sequence[Pull]]
) -> list[float]:
    """Return the top of every item.

    Args:
        placed: The items in their columns.
        heights: The height of every item.
        pulls: For every item its preferences.
    """
    tops = [0.0] * len(heights)
    for column in placed.columns:
        y = 0.0
        for item in column:
            tops[item] = y
            y += heights[item] + GAP
        for item in column:
            # All columns start centred on the same line.
            tops[item] -= (y - GAP) / 2
    for number in range(SWEEPS):
        backwards = number % 2 == 1
        # At first towards the columns that were settled just now, then towards both sides.
        near = number < SWEEPS // 3
        towards = 1 if backwards else -1
        for column in reversed(placed.columns) if backwards else placed.columns:
            _settle_column(column, placed.ranks, heights, pulls, tops, towards if near else 0)
    lowest = min(tops, default=0.0)
    return [top - lowest for top in tops]


def _settle_column(
    column: list[int],
    ranks: list[int],
    heights: Sequence[float],
    pulls: Sequence[Sequence[Pull]],
    tops: list[float],
    side: int,
) -> None:
    """Move the items of a column to their preferred heights, in their order and with gaps between
    them.

    This is isotonic regression, which pooling adjacent violators solves exactly.
    """
    blocks: list[list[float]] = []
    offset, offsets = 0.0, []
    for place, item in enumerate(column):
        if place:
            above = column[place - 1]
            bodies = heights[above] > 0 and heights[item] > 0
            offset += heights[above] + (GAP if bodies else LANE)
        # Less the offset, heights need only not decrease: the gaps are in the offsets.
        offsets.append(offset)
        total, weight = 0.0, 0.0
        for pull in pulls[item]:
            if side == 0 or ranks[pull.item] - ranks[item] == side:
                total += pull.weight * (tops[pull.item] + pull.shift - offset)
                weight += pull.weight
        if weight == 0.0:
            # An item without arrows stays where it is, unless its neighbours need the room.
            total, weight = 0.01 * (tops[item] - offset), 0.01
        # Weighted sum of the heights, sum of the weights, number of items: a block is at its mean.
        blocks.append([total, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            lower = blocks.pop()
            for index in range(3):
                blocks[-1][index] += lower[index]
    place = 0
    for total, weight, size in blocks:
        for _ in range(int(size)):
            tops[column[place]] = total / weight + offsets[place]
            place += 1
