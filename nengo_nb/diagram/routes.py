"""Routes: the curves of the arrows, level where they leave, pass and arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .order import Columns

if TYPE_CHECKING:
    from .flat import Edge

Point = tuple[float, float]
Path = tuple[Point, ...]
"""A start, and then three points for every cubic curve."""


@dataclass(frozen=True)
class Stop:
    """An item that an arrow starts from, passes or ends at, in its column."""

    x: float
    y: float
    width: float
    height: float
    column: float
    column_width: float


def route(
    placed: Columns, stops: Sequence[Stop], headrooms: Sequence[float], edges: Sequence[Edge]
) -> list[Path]:
    """The path of every edge."""
    exits, entries = _attach(placed, stops, headrooms, edges)
    return [
        _bend(chain, placed.ranks, stops, exits[index], entries[index])
        for index, chain in enumerate(placed.chains)
    ]


def _attach(
    placed: Columns, stops: Sequence[Stop], headrooms: Sequence[float], edges: Sequence[Edge]
) -> tuple[list[float], list[float]]:
    """The heights where the edges leave and enter, in the order in which their other ends stand."""
    exits, entries = [0.0] * len(edges), [0.0] * len(edges)
    leaving: dict[int, list[int]] = {}
    arriving: dict[int, list[int]] = {}
    for index, edge in enumerate(edges):
        leaving.setdefault(edge.source, []).append(index)
        arriving.setdefault(edge.target, []).append(index)
    for found, heights, end in ((leaving, exits, 0), (arriving, entries, -1)):
        for node, indices in found.items():
            next_stop = {i: placed.chains[i][1 if end == 0 else -2] for i in indices}
            indices.sort(key=lambda i: (stops[next_stop[i]].y + stops[next_stop[i]].height / 2, i))
            body = stops[node].height - headrooms[node]
            step = min(11.0, 0.64 * body / max(len(indices) - 1, 1)) if body > 14 else 0.0
            for place, index in enumerate(indices):
                fixed = edges[index].exit if end == 0 else edges[index].entry
                spread = headrooms[node] + body / 2 + (place - (len(indices) - 1) / 2) * step
                heights[index] = stops[node].y + (spread if fixed is None else fixed)
    return exits, entries


def _bend(
    chain: Sequence[int], ranks: Sequence[int], stops: Sequence[Stop], exit_y: float, entry_y: float
) -> Path:
    """One path: over every column that it passes it is level, and between two columns it bends."""
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
    """Go on in a straight line, unless that is nowhere."""
    if path[-1] != end:
        path += [path[-1], end, end]


def _curve(path: list[Point], end: Point) -> None:
    """Go on in a curve that is level at both ends."""
    (x, y), (to_x, to_y) = path[-1], end
    if y == to_y:
        _straight(path, end)
    else:
        middle = (x + to_x) / 2
        path += [(middle, y), (middle, to_y), end]


def _turn(path: list[Point], x: float, y: float, side: float) -> None:
    """Turn around beside a column, to the right or the left of it."""
    _straight(path, (x, path[-1][1]))
    reach = x + side * min(30.0, 12.0 + abs(y - path[-1][1]) / 5)
    path += [(reach, path[-1][1]), (reach, y), (x, y)]
