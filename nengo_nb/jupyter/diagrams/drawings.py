"""Drawings: the objects behind diagrams on pages, by the drawing's name.

A drawing is named by a digest of its content, without the comm: a notebook that is run again is
saved as it was before. The page knows the kernel of the notebook that a drawing is in.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import nengo

from nengo_nb.diagram import Diagram, to_json
from nengo_nb.jupyter.protocol.diagram import SubjectKind

MOST_DRAWINGS = 200
"""Number of drawings that can be asked about; the oldest are dropped first."""

GONE = "This network is gone from the kernel: run the cell that makes it again."

References = tuple[tuple[weakref.ref, ...], ...]


@dataclass(frozen=True)
class Place:
    """Place of an object in a drawing: its box or arrow, and its number among the copies."""

    what: SubjectKind
    index: int
    copy: int


@dataclass(frozen=True)
class Drawing:
    """Objects behind the boxes and arrows of a diagram, by weak references."""

    boxes: References
    arrows: References

    @property
    def network(self) -> nengo.Network | None:
        """Network that is shown, or None if it is gone."""
        # The first box of a diagram is the network itself.
        return self.boxes[0][0]()

    def find(self, place: Place) -> Any:
        """Return the object at a place, or None if it is gone, or was never there."""
        kinds = self.boxes if place.what == "box" else self.arrows
        # Indices come from a page: a negative one would count from the end.
        if not 0 <= place.index < len(kinds):
            return None
        copies = kinds[place.index]
        return copies[place.copy]() if 0 <= place.copy < len(copies) else None

    def objects(self) -> Iterator[tuple[Any, Place]]:
        """Yield the objects that are left, with their places; boxes first."""
        for what, kinds in (("box", self.boxes), ("arrow", self.arrows)):
            for index, references in enumerate(kinds):
                for copy, reference in enumerate(references):
                    thing = reference()
                    if thing is not None:
                        yield thing, Place(what, index, copy)  # type: ignore[arg-type]


class Drawings:
    """Table of the newest drawings."""

    def __init__(self) -> None:
        self._drawings: dict[str, Drawing] = {}

    def remember(self, diagram: Diagram) -> str:
        """Register a diagram; return its name on pages."""
        name = self._name(diagram)
        # Dictionaries keep the order of insertion: one that is shown again becomes the newest.
        self._drawings.pop(name, None)
        self._drawings[name] = Drawing(
            tuple(_references(box.objects) for box in diagram.boxes),
            tuple(_references(arrow.objects) for arrow in diagram.arrows),
        )
        while len(self._drawings) > MOST_DRAWINGS:
            del self._drawings[next(iter(self._drawings))]
        return name

    def get(self, name: str) -> Drawing | None:
        """Return a drawing, or None if it was dropped."""
        return self._drawings.get(name)

    def newest(self, most: int) -> list[Drawing]:
        """Return the newest drawings, at most so many, the newest one first."""
        return list(self._drawings.values())[: -most - 1 : -1]

    def of(self, network: nengo.Network) -> dict[str, Drawing]:
        """Return a network's drawings by name."""
        # A copy, as runs ask on their threads while a cell may draw another network.
        drawings = list(self._drawings.items())
        return {name: drawing for name, drawing in drawings if drawing.network is network}

    def _name(self, diagram: Diagram) -> str:
        """Return a digest of the content, numbered if another living network looks the same."""
        content = hashlib.sha256(json.dumps(to_json(diagram)).encode()).hexdigest()[:12]
        network = diagram.boxes[0].objects[0]
        names = (f"{content}/{number}" for number in itertools.count(1))
        return next(
            name
            for name in names
            if name not in self._drawings or self._drawings[name].network in (None, network)
        )


def _references(objects: Iterable[Any]) -> tuple[weakref.ref, ...]:
    return tuple(weakref.ref(thing) for thing in objects)
