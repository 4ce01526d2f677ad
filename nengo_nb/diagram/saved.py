"""The saved form of a diagram: JSON that a browser draws, in a live notebook and in a saved
one alike.
"""

from __future__ import annotations

from typing import Any

from .parts import Arrow, Box, Diagram

MIME_TYPE = "application/vnd.nengo.network+json"
VERSION = 1
"""Of the form below. A browser that knows another one shows the picture instead; so raise
it with every change.
"""


def to_json(diagram: Diagram) -> dict[str, Any]:
    """A diagram as JSON, without Nengo's objects; ``labextension/src/diagram/saved.ts`` has
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
    """One box; its children are those that name it as their parent."""
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
    """One arrow."""
    return {
        "source": arrow.source,
        "target": arrow.target,
        "kind": arrow.kind.value,
        "count": arrow.count,
        "size": arrow.size,
        "facts": [list(fact) for fact in arrow.facts],
    }
