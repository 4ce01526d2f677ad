"""The view of a diagram: which boxes and arrows can be seen when some boxes are open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .parts import ArrowKind, Diagram


@dataclass(frozen=True)
class Strand:
    """Arrows that are seen as one, because what they join is inside the same two closed boxes.

    Args:
        source: Index of the box that gives.
        target: Index of the box that takes.
        kind: What they carry.
        arrows: Their indices in the diagram.
    """

    source: int
    target: int
    kind: ArrowKind
    arrows: tuple[int, ...]


@dataclass(frozen=True)
class View:
    """What can be seen.

    Args:
        boxes: Indices of the boxes, parents before their children.
        opened: Those of them that are open.
        strands: The arrows between those that are closed.
    """

    boxes: tuple[int, ...]
    opened: frozenset[int]
    strands: tuple[Strand, ...]


def look(diagram: Diagram, opened: Collection[int]) -> View:
    """The view with some boxes open; the outermost one always is. An arrow ends at the
    nearest box that is seen.
    """
    boxes, open_boxes = [0], set()
    for box in boxes:
        children = diagram.boxes[box].children
        if box == 0 or (children and box in opened):
            open_boxes.add(box)
            boxes += children
    return View(tuple(boxes), frozenset(open_boxes), _strands(diagram, boxes, open_boxes))


def open_to(diagram: Diagram, depth: int) -> frozenset[int]:
    """The boxes that are open when everything is shown down to a depth; 1 is the top level
    alone.
    """
    depths = [0]
    for box in diagram.boxes[1:]:
        depths.append(depths[box.parent or 0] + 1)
    return frozenset(box for box, at in enumerate(depths) if at < depth)


def _strands(diagram: Diagram, boxes: list[int], opened: set[int]) -> tuple[Strand, ...]:
    """The arrows, each lifted to the nearest box that is seen, and joined where they then
    coincide.
    """
    seen = set(boxes)
    nearest: list[int] = []
    for index, box in enumerate(diagram.boxes):
        nearest.append(index if index in seen or box.parent is None else nearest[box.parent])
    found: dict[tuple[int, int, ArrowKind], list[int]] = {}
    for index, arrow in enumerate(diagram.arrows):
        source, target = nearest[arrow.source], nearest[arrow.target]
        inside = source == target and (source != arrow.source or target != arrow.target)
        if not inside and source not in opened and target not in opened:
            found.setdefault((source, target, arrow.kind), []).append(index)
    return tuple(Strand(*ends, tuple(arrows)) for ends, arrows in found.items())
