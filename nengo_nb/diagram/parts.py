"""The parts of a diagram: boxes, arrows, and the diagram that they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class BoxKind(Enum):
    """What a box stands for."""

    NETWORK = "network"
    ARRAY = "array"
    ENSEMBLE = "ensemble"
    NODE = "node"
    PASSTHROUGH = "passthrough"
    RULE = "rule"
    MIXED = "mixed"


class ArrowKind(Enum):
    """What an arrow carries."""

    PLAIN = "plain"
    INHIBITORY = "inhibitory"
    LEARNING = "learning"
    TEACHING = "teaching"


@dataclass(frozen=True)
class Box:
    """An object of a network, or several alike that are drawn as one.

    Args:
        kind: What it stands for; ``MIXED`` is a heap of different things on a level that holds too
            many.
        label: Its name, or an empty text.
        parent: Index of the box around it; None for the outermost.
        children: Indices of the boxes inside, in the order of their making.
        copies: How many siblings this box stands for inside its parent.
        size: What is written below the name: ``50 neurons, 2-D``.
        neurons: How many neurons are in it, over all of its copies.
        facts: Pairs of a word and what it is, for the first of its copies.
        probes: How many probes look at it.
        objects: What it stands for: Nengo's objects, over all copies of its parents.
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
        kind: What it carries.
        count: How many connections it stands for.
        size: How many numbers each of them carries.
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
        outside: How many connections were left out because an end of theirs is not in the network.
        cut: How many objects were left out because the network holds too many different ones.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    outside: int = 0
    cut: int = 0
