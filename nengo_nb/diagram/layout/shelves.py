"""Shelf packing: rectangles in rows, as words stand in a paragraph."""

from __future__ import annotations

import math
from collections.abc import Sequence

ROW, SPACE = 22.0, 6.0
"""Space between two rows, and between two rectangles of a row."""


def shelve(
    sizes: Sequence[tuple[float, float]], alone: Sequence[bool]
) -> tuple[list[tuple[float, float]], float, float]:
    """Return the position of each rectangle, and the width and height of all together.

    Args:
        sizes: Width and height of each rectangle.
        alone: Whether it needs a row of its own, as it reaches both sides.
    """
    area, widest = 0.0, 0.0
    for width, height in sizes:
        area += width * (height + ROW)
        widest = max(widest, width)
    # Aims at twice the width of the height.
    limit = max(widest, math.sqrt(area * 2.0))
    places: list[tuple[float, float]] = []
    x, y, row, total = 0.0, 0.0, 0.0, 0.0
    for (width, height), by_itself in zip(sizes, alone, strict=True):
        if x > 0 and (by_itself or x + width > limit):
            x, y, row = 0.0, y + row + ROW, 0.0
        places.append((x, y))
        # Nothing else fits into the row behind it.
        x = limit if by_itself else x + width + SPACE
        row = max(row, height)
        total = max(total, width if by_itself else x - SPACE)
    return places, total, y + row
