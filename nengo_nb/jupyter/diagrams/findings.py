"""Findings about the objects of a drawing, and their places in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nengo.builder import Model

from nengo_nb.analysis import Budget, Finding, Look, look_at
from nengo_nb.diagram import name_of
from nengo_nb.jupyter.protocol.diagram import FindingInfo

from .drawings import Drawing, Place

BY_ITSELF = Budget(0.5, 2**22)
"""Bounds of a look that nobody asked for."""

ASKED = Budget(30.0, 2**27)
"""Bounds of a look that a person asked for, and waits for."""


def look_at_drawing(drawing: Drawing, model: Model, asked: bool) -> Look:
    """Look at the built objects of a drawing, not for long unless a person has asked."""
    objects = ((thing, name_of(thing)) for thing, _ in drawing.objects())
    return look_at(objects, model, ASKED if asked else BY_ITSELF)


def locate(drawing: Drawing, findings: Iterable[Finding]) -> Iterator[FindingInfo]:
    """Yield the findings about objects of a drawing, with their places in it."""
    places: dict[int, Place] = {}
    # A connection that learns is the box of its rule, before it is an arrow.
    for thing, place in drawing.objects():
        places.setdefault(id(thing), place)
    for finding in findings:
        found = places.get(id(finding.obj))
        if found is not None:
            yield FindingInfo(
                what=found.what,
                index=found.index,
                copy=found.copy,
                name=finding.name,
                problem=finding.problem.value,
                reason=finding.reason,
                remedy=finding.remedy,
            )
