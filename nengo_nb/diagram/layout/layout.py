"""Compound layout of a view: every open box is a level of its own, laid out from the inside out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nengo_nb.diagram.parts import ArrowKind, Diagram

from .flat import PAD, Node, Plane, lay_out
from .routes import Edge, Path, Point
from .text import HEADER, name_in, size_of, width_of
from .view import Strand, View

FOOT = 16.0
LOOP = 20.0
"""Space below the content of an open box, and above a box for an arrow that comes back to it."""

Port = tuple[str, int, ArrowKind]
"""Port in the frame of an open box: ``in`` or ``out``, the closed box it serves, and the arrow's
kind.
"""


@dataclass(frozen=True)
class Placed:
    """Position and size of a box; ``x`` and ``y`` are its upper left corner."""

    box: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """Laid out view: its size, its boxes, and a path for each of its strands."""

    width: float
    height: float
    boxes: tuple[Placed, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Piece:
    """Part of a strand on one level; an end is a child, or a port of the level itself.

    Args:
        source: Start.
        target: End.
        out: The port of the source, if that is an open box.
        into: The port of the target, if that is an open box.
    """

    source: int | Port
    target: int | Port
    out: Port
    into: Port


NOWHERE = Plane(0.0, 0.0, (), ())
"""The plane of a level that is not laid out yet."""


@dataclass
class Level:
    """Inside of an open box: children and ports are its nodes, pieces of strands its edges."""

    nodes: dict[int | Port, int]
    pieces: dict[Piece, int] = field(default_factory=dict)
    plane: Plane = NOWHERE

    def add(self, piece: Piece) -> None:
        """Add a piece, with the ports it needs, unless it is there."""
        for end in (piece.source, piece.target):
            self.nodes.setdefault(end, len(self.nodes))
        self.pieces.setdefault(piece, len(self.pieces))

    def height_of(self, port: Port) -> float:
        """Return the height of a port in the frame."""
        return HEADER + self.plane.corners[self.nodes[port]][1]


Trail = tuple[tuple[int, Piece], ...]
"""The pieces of a strand from its source to its target, each with the open box on whose
level it is.
"""


def place(diagram: Diagram, view: View) -> Picture:
    """Lay out a view: collect the pieces of all strands by level, then lay out level by level."""
    seen = set(view.boxes)
    levels = {box: _level(diagram.boxes[box].children, seen) for box in view.opened}
    loops = {strand.source for strand in view.strands if strand.source == strand.target}
    trails = [_trail(diagram, strand) for strand in view.strands]
    for trail in trails:
        for box, piece in trail:
            levels[box].add(piece)
    # Children have larger indices than their parents, so this is from the inside out.
    for box in sorted(view.opened, reverse=True):
        _fill(diagram, levels, box, loops)
    placed = _positions(diagram, view, levels, loops)
    paths = [
        _walk(levels, placed, trail) if trail else _loop(placed[strand.source])
        for strand, trail in zip(view.strands, trails, strict=True)
    ]
    root = levels[0].plane
    boxes = tuple(placed[box] for box in view.boxes)
    return Picture(root.width, root.height + 2 * FOOT, boxes, tuple(paths))


def _level(children: Iterable[int], seen: set[int]) -> Level:
    """Make the level of an open box: those of its children that are seen, without edges."""
    nodes = [child for child in children if child in seen]
    return Level({child: i for i, child in enumerate(nodes)})


def _trail(diagram: Diagram, strand: Strand) -> Trail:
    """Return the pieces of a strand: out of boxes, across the lowest common level, into boxes; none
    for a loop.

    On the way out a piece depends on the source alone, and on the way in on the target, so that
    strands share it.
    """
    if strand.source == strand.target:
        return ()
    out, into = ("out", strand.source, strand.kind), ("in", strand.target, strand.kind)
    ups, downs = _ancestors(diagram, strand.source), _ancestors(diagram, strand.target)
    # Down to the lowest common ancestor, which stays last in both.
    while ups[-2] == downs[-2]:
        ups.pop()
        downs.pop()
    leaving = [(ups[i + 1], Piece(ups[i], out, out, out)) for i in range(len(ups) - 2)]
    across = (ups[-1], Piece(ups[-2], downs[-2], out, into))
    entering = [(downs[i + 1], Piece(into, downs[i], into, into)) for i in range(len(downs) - 2)]
    return (*leaving, across, *reversed(entering))


def _ancestors(diagram: Diagram, box: int) -> list[int]:
    """Return a box and all boxes around it, the outermost last."""
    around = [box]
    parent = diagram.boxes[box].parent
    while parent is not None:
        around.append(parent)
        parent = diagram.boxes[parent].parent
    return around


def _fill(diagram: Diagram, levels: dict[int, Level], box: int, loops: set[int]) -> None:
    """Lay out the inside of an open box, whose open children are laid out already."""
    level = levels[box]
    nodes = [_node(diagram, levels, end, loops) for end in level.nodes]
    edges = [
        Edge(
            level.nodes[piece.source],
            level.nodes[piece.target],
            levels[piece.source].height_of(piece.out) if piece.source in levels else None,
            levels[piece.target].height_of(piece.into) if piece.target in levels else None,
            piece.into[2].style.weight,
        )
        for piece in level.pieces
    ]
    level.plane = lay_out(nodes, edges)


def _node(diagram: Diagram, levels: dict[int, Level], end: int | Port, loops: set[int]) -> Node:
    """Return the node of a child or a port."""
    if isinstance(end, tuple):
        return Node(0.0, 0.0, -1 if end[0] == "in" else 1)
    headroom = LOOP if end in loops else 0.0
    width, height = _extent(diagram, levels, end)
    return Node(width, height + headroom, 0, headroom)


def _extent(diagram: Diagram, levels: dict[int, Level], box: int) -> tuple[float, float]:
    """Return width and height of a box, open or closed."""
    if box not in levels:
        return size_of(diagram.boxes[box])
    plane = levels[box].plane
    title = width_of(name_in(diagram.boxes[box]), 13) + 2 * PAD + 24
    return max(plane.width, title), plane.height + HEADER + FOOT


def _positions(
    diagram: Diagram, view: View, levels: dict[int, Level], loops: set[int]
) -> dict[int, Placed]:
    """Return the position of every box, from the outermost to the innermost."""
    root = levels[0].plane
    # The outermost box has no frame: its content starts
    # at FOOT, so its header is above the picture.
    placed = {0: Placed(0, 0.0, FOOT - HEADER, root.width, root.height + HEADER + FOOT)}
    for box in view.boxes[1:]:
        parent = diagram.boxes[box].parent or 0
        level, around = levels[parent], placed[parent]
        x, y = level.plane.corners[level.nodes[box]]
        headroom = LOOP if box in loops else 0.0
        placed[box] = Placed(
            box, around.x + x, around.y + HEADER + y + headroom, *_extent(diagram, levels, box)
        )
    return placed


def _walk(levels: dict[int, Level], placed: dict[int, Placed], trail: Trail) -> Path:
    """Join the pieces of a strand to its path."""
    path: list[Point] = []
    for box, piece in trail:
        x, y = placed[box].x, placed[box].y + HEADER
        points = [(a + x, b + y) for a, b in levels[box].plane.paths[levels[box].pieces[piece]]]
        if path:
            # Pieces share the point in the frame; where
            # they do not meet, a straight piece joins them.
            path += [path[-1], points[0], points[0]] if path[-1] != points[0] else []
            points = points[1:]
        path += points
    return tuple(path)


def _loop(body: Placed) -> Path:
    """Return the path of a loop, over the top of its box."""
    middle, top = body.x + body.width / 2, body.y
    reach = min(13.0, body.width / 2)
    return (
        (middle + reach, top),
        (middle + reach + 6, top - LOOP - 8),
        (middle - reach - 6, top - LOOP - 8),
        (middle - reach, top),
    )
