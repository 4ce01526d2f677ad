"""JSON form of a diagram, which a browser draws in live and in saved notebooks."""

from __future__ import annotations

from typing import Any

from .parts import Arrow, Box, Diagram

MIME_TYPE = "application/vnd.nengo.network+json"
VERSION = 1
"""Version of the form below: raise it with every change. A browser of another version shows the
picture.
"""


def to_json(diagram: Diagram) -> dict[str, Any]:
    """Convert a diagram to JSON, without Nengo's objects; ``labextension/src/diagram/saved.ts`` has
    the same fields.
    """
    return {
        "version": VERSION,
        "boxes": [_box(box) for box in diagram.boxes],
        "arrows": [_arrow(arrow) for arrow in diagram.arrows],
        "outside": diagram.outside,
        "cut": diagram.cut,
    }


def _box(box: Box) -> dict[str, Any]:
    """Convert one box; its children are the boxes that name it as their parent."""
    return {
        "kind": box.kind.value,
        "label": box.label,
        "parent": box.parent,
        "copies": box.copies,
        "size": box.size,
        "neurons": box.neurons,
        "facts": [list(fact) for fact in box.facts],
        "probes": box.probes,
    }


def _arrow(arrow: Arrow) -> dict[str, Any]:
    """Convert one arrow."""
    return {
        "source": arrow.source,
        "target": arrow.target,
        "kind": arrow.kind.value,
        "count": arrow.count,
        "size": arrow.size,
        "facts": [list(fact) for fact in arrow.facts],
    }
