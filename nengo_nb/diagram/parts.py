"""The parts of a diagram: boxes, arrows, and the diagram that they make.

A kind of arrow is one row of :class:`ArrowKind`, from which pictures, layout and legend follow.
``labextension/write_tables.py`` writes the rows to ``labextension/src/tables/arrow_kinds.ts``, and
the kinds of boxes beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self


class BoxKind(Enum):
    """Kind of object that a box stands for."""

    NETWORK = "network"
    ARRAY = "array"
    ENSEMBLE = "ensemble"
    NODE = "node"
    PASSTHROUGH = "passthrough"
    RULE = "rule"
    MIXED = "mixed"


class ArrowHead(Enum):
    """Shape at the end of an arrow."""

    TRIANGLE = "triangle"
    BAR = "bar"
    RING = "ring"


@dataclass(frozen=True)
class ArrowStyle:
    """Look of a kind of arrow, and its part in the layout.

    Args:
        meaning: Text in the legend; empty for a kind that needs none.
        color: Colour of line and head.
        dark_color: The same on a dark page. Pictures have ``color`` on any page.
        head: Shape at its end.
        dashes: Lengths of dashes and gaps, as in SVG; empty for a solid line.
        weight: Weight of its pointing to the right.
    """

    meaning: str
    color: str
    dark_color: str
    head: ArrowHead = ArrowHead.TRIANGLE
    dashes: str = ""
    weight: int = 2


class ArrowKind(Enum):
    """Kind of signal that an arrow carries, in the order of the legend."""

    style: ArrowStyle
    _value_: str

    def __new__(cls, word: str, style: ArrowStyle) -> Self:
        """Make a kind whose value is a word, so that two kinds may look alike."""
        kind = object.__new__(cls)
        kind._value_ = word
        kind.style = style
        return kind

    PLAIN = "plain", ArrowStyle("", "#7b8794", "#93a1b0")
    INHIBITORY = (
        "inhibitory",
        ArrowStyle("inhibitory: no weight above zero", "#d1495b", "#f2788a", ArrowHead.BAR),
    )
    LEARNING = "learning", ArrowStyle("learning", "#8a5cc2", "#b18ae0", weight=3)
    # Error signals run back to the rule, so they weigh least.
    TEACHING = (
        "teaching",
        ArrowStyle(
            "what a learning rule learns from",
            "#8a5cc2",
            "#b18ae0",
            head=ArrowHead.RING,
            dashes="2 4",
            weight=1,
        ),
    )


@dataclass(frozen=True)
class Box:
    """An object of a network, or several alike that are drawn as one.

    Args:
        kind: Kind of its object; ``MIXED`` is a heap of different objects on a level that has too
            many.
        label: Its name, or an empty string.
        parent: Index of the box around it; None for the outermost.
        children: Indices of the boxes inside, in the order of their making.
        copies: Number of siblings that it stands for inside its parent.
        size: Text below the name: ``50 neurons, 2-D``.
        neurons: Number of neurons in it, over all of its copies.
        facts: Pairs of a word and what it is, for the first of its copies.
        probes: Number of probes of it.
        objects: The Nengo objects that it stands for, over all copies of its parents.
    """

    kind: BoxKind
    label: str
    parent: int | None
    children: tuple[int, ...] = ()
    copies: int = 1
    size: str = ""
    neurons: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    probes: int = 0
    objects: tuple[Any, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True)
class Arrow:
    """Connections that run between the same two boxes.

    Args:
        source: Index of the box that gives.
        target: Index of the box that takes; the same one for a recurrent connection.
        kind: Kind of its signal.
        count: Number of connections that it stands for.
        size: Number of dimensions of each of them.
        facts: Pairs of a word and what it is, for the first of them.
        objects: The connections.
    """

    source: int
    target: int
    kind: ArrowKind
    count: int
    size: int
    facts: tuple[tuple[str, str], ...] = ()
    objects: tuple[Any, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True)
class Diagram:
    """A network as boxes and arrows.

    Args:
        boxes: The boxes; the first one is the network itself, and a parent comes before its
            children.
        arrows: The arrows, between boxes without children.
        outside: Number of connections left out, as one of their ends is not in the network.
        cut: Number of objects left out, as the network has too many different ones.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    outside: int = 0
    cut: int = 0
