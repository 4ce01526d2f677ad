"""Heights: where exactly the items of each column stand, so that arrows are straight where
they can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .order import Columns

SWEEPS = 36
GAP, LANE = 22.0, 12.0
"""Between two boxes, and beside an arrow that passes."""


@dataclass(frozen=True)
class Pull:
    """What one item wants of another: that the arrow between them is level.

    Args:
        item: The other item.
        shift: By how much their tops then differ.
        weight: How much it matters.
    """

    item: int
    shift: float
    weight: float


def settle(
    placed: Columns, heights: Sequence[float], pulls: Sequence[Sequence[Pull]]
) -> list[float]:
    """The top of every item.

    Args:
        placed: The items in their columns.
        heights: The height of every item.
        pulls: For every item what pulls at it.
    """
    tops = [0.0] * len(heights)
    for column in placed.columns:
        y = 0.0
        for item in column:
            tops[item] = y
            y += heights[item] + GAP
        for item in column:
            tops[item] -= (y - GAP) / 2
    for number in range(SWEEPS):
        backwards = number % 2 == 1
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
    """Move the items of a column to where they are pulled, as far as their order and the gaps
    between them allow.

    This is least squares under an order, which pooling neighbours that would overlap solves
    exactly.
    """
    blocks: list[list[float]] = []
    offset, offsets = 0.0, []
    for place, item in enumerate(column):
        if place:
            above = column[place - 1]
            bodies = heights[above] > 0 and heights[item] > 0
            offset += heights[above] + (GAP if bodies else LANE)
        offsets.append(offset)
        total, weight = 0.0, 0.0
        for pull in pulls[item]:
            if side == 0 or ranks[pull.item] - ranks[item] == side:
                total += pull.weight * (tops[pull.item] + pull.shift - offset)
                weight += pull.weight
        if weight == 0.0:
            total, weight = 0.01 * (tops[item] - offset), 0.01
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
