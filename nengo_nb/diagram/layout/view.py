"""View of a diagram: the boxes and arrows that are visible with some boxes open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nengo_nb.diagram.parts import ArrowKind, Diagram


@dataclass(frozen=True)
class Strand:
    """Arrows drawn as one, as their ends are inside the same two closed boxes.

    Args:
        source: Index of the box that they leave.
        target: Index of the box that they enter.
        kind: Kind of their signals.
        arrows: Their indices in the diagram.
    """

    source: int
    target: int
    kind: ArrowKind
    arrows: tuple[int, ...]


@dataclass(frozen=True)
class View:
    """Visible boxes and arrows.

    Args:
        boxes: Indices of the boxes, parents before their children.
        opened: Those of them that are open.
        strands: The arrows between those that are closed.
    """

    boxes: tuple[int, ...]
    opened: frozenset[int]
    strands: tuple[Strand, ...]


def look(diagram: Diagram, opened: Collection[int]) -> View:
    """Return the view with some boxes open; the outermost one always is."""
    boxes, open_boxes = [0], set()
    # The list grows while it is walked, by the children of open boxes.
    for box in boxes:
        children = diagram.boxes[box].children
        if box == 0 or (children and box in opened):
            open_boxes.add(box)
            boxes += children
    return View(tuple(boxes), frozenset(open_boxes), _strands(diagram, boxes, open_boxes))


def open_to(diagram: Diagram, depth: int) -> frozenset[int]:
    """Return the boxes that are open down to a depth; 1 is the top level alone."""
    depths = [0]
    for box in diagram.boxes[1:]:
        depths.append(depths[box.parent or 0] + 1)
    return frozenset(box for box, at in enumerate(depths) if at < depth)


def _strands(diagram: Diagram, boxes: list[int], opened: set[int]) -> tuple[Strand, ...]:
    """Lift each arrow to the nearest visible boxes, and merge those that then coincide."""
    seen = set(boxes)
    nearest: list[int] = []
    for index, box in enumerate(diagram.boxes):
        # A parent comes before its children, so its nearest box is known.
        nearest.append(index if index in seen or box.parent is None else nearest[box.parent])
    merged: dict[tuple[int, int, ArrowKind], list[int]] = {}
    for index, arrow in enumerate(diagram.arrows):
        source, target = nearest[arrow.source], nearest[arrow.target]
        # An arrow within a closed box is hidden; one that was a loop from the start is not.
        inside = source == target and (source != arrow.source or target != arrow.target)
        if not inside and source not in opened and target not in opened:
            merged.setdefault((source, target, arrow.kind), []).append(index)
    return tuple(Strand(*ends, tuple(arrows)) for ends, arrows in merged.items())
