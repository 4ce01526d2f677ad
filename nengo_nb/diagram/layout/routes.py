"""Edge routing: cubic curves of the arrows, level where they leave, pass and arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .order import Columns

Point = tuple[float, float]
Path = tuple[Point, ...]
"""Start point, then three points for every cubic Bezier curve."""


@dataclass(frozen=True)
class Edge:
    """Edge between two different nodes.

    Args:
        source: Index of the node that it leaves, on the right.
        target: Index of the node that it enters, on the left.
        exit: The height on the source where it must leave, if there is one.
        entry: The height on the target where it must enter, if there is one.
        weight: Weight of its pointing to the right.
    """

    source: int
    target: int
    exit: float | None = None
    entry: float | None = None
    weight: int = 2


@dataclass(frozen=True)
class Stop:
    """Position and size of an item at which an arrow starts, passes or ends, with its column."""

    x: float
    y: float
    width: float
    height: float
    column: float
    column_width: float


def route(
    placed: Columns, stops: Sequence[Stop], headrooms: Sequence[float], edges: Sequence[Edge]
) -> list[Path]:
    """Return the path of every edge."""
    exits, entries = _attach(placed, stops, headrooms, edges)
    return [
        _bend(chain, placed.ranks, stops, exits[index], entries[index])
        for index, chain in enumerate(placed.chains)
    ]


def _attach(
    placed: Columns, stops: Sequence[Stop], headrooms: Sequence[float], edges: Sequence[Edge]
) -> tuple[list[float], list[float]]:
    """Return the heights at which edges leave and enter, ordered by the heights of their next
    stops.
    """
    exits, entries = [0.0] * len(edges), [0.0] * len(edges)
    leaving: dict[int, list[int]] = {}
    arriving: dict[int, list[int]] = {}
    for index, edge in enumerate(edges):
        leaving.setdefault(edge.source, []).append(index)
        arriving.setdefault(edge.target, []).append(index)
    for attached, heights, end in ((leaving, exits, 0), (arriving, entries, -1)):
        for node, indices in attached.items():
            next_stop = {i: placed.chains[i][1 if end == 0 else -2] for i in indices}
            # Sorted by the other end, arrows at one node do not cross.
            indices.sort(key=lambda i: (stops[next_stop[i]].y + stops[next_stop[i]].height / 2, i))
            body = stops[node].height - headrooms[node]
            # Small boxes have one point for all; others
            # spread arrows over the middle of their side.
            step = min(11.0, 0.64 * body / max(len(indices) - 1, 1)) if body > 14 else 0.0
            for place, index in enumerate(indices):
                fixed = edges[index].exit if end == 0 else edges[index].entry
                spread = headrooms[node] + body / 2 + (place - (len(indices) - 1) / 2) * step
                heights[index] = stops[node].y + (spread if fixed is None else fixed)
    return exits, entries


def _bend(
    chain: Sequence[int], ranks: Sequence[int], stops: Sequence[Stop], exit_y: float, entry_y: float
) -> Path:
    """Return one path: level across each column that it passes, and curved between two columns."""
    first, last = stops[chain[0]], stops[chain[-1]]
    path: list[Point] = [(first.x + first.width, exit_y)]
    back = ranks[chain[0]] >= ranks[chain[-1]]
    if back:
        _turn(path, first.column + first.column_width, stops[chain[1]].y, 1.0)
    elif first.column_width > first.width:
        _straight(path, (first.column + first.column_width, exit_y))
    for item in chain[1:-1]:
        stop = stops[item]
        ends = (stop.column, stop.column + stop.column_width)
        # An arrow that points back passes its columns from the right to the left.
        near, far = (ends[1], ends[0]) if back else ends
        _curve(path, (near, stop.y))
        _straight(path, (far, stop.y))
    if back:
        _turn(path, last.column, entry_y, -1.0)
        _straight(path, (last.x, entry_y))
    else:
        _curve(path, (last.column, entry_y))
        _straight(path, (last.x, entry_y))
    return tuple(path)


def _straight(path: list[Point], end: Point) -> None:
    """Append a straight line, unless it has no length."""
    if path[-1] != end:
        # A cubic curve whose control points are its ends is a straight line.
        path += [path[-1], end, end]


def _curve(path: list[Point], end: Point) -> None:
    """Append a curve that is level at both ends."""
    (x, y), (to_x, to_y) = path[-1], end
    if y == to_y:
        _straight(path, end)
    else:
        middle = (x + to_x) / 2
        path += [(middle, y), (middle, to_y), end]


def _turn(path: list[Point], x: float, y: float, side: float) -> None:
    """Append a U-turn beside a column, to the right or the left of it."""
    _straight(path, (x, path[-1][1]))
    reach = x + side * min(30.0, 12.0 + abs(y - path[-1][1]) / 5)
    path += [(reach, path[-1][1]), (reach, y), (x, y)]
