"""The tree of a network: what lies inside what, and which connections run where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nengo

from .ends import joins
from .names import label_of, rule_of
from .parts import ArrowKind, BoxKind


@dataclass(eq=False, slots=True)
class Part:
    """One thing of a network while its diagram is made; a learning rule is a thing of its own.

    Args:
        obj: The network, ensemble or node, or the connection that learns.
        kind: What it is.
        parent: The network around it; None for the outermost.
        place: Its place among the children of its parent.
        depth: How many networks are around it.
        children: What is inside, in the order of its making.
        sign: Equal for parts that are made alike, down to their own children and connections.
        roles: What crosses the border of its parent: direction, kind, and the sign of the far end.
        neurons: How many neurons are inside.
        probes: How many probes look at it.
    """

    obj: Any
    kind: BoxKind
    parent: Part | None
    place: int = 0
    depth: int = 0
    children: list[Part] = field(default_factory=list)
    sign: int = 0
    roles: set[Hashable] = field(default_factory=set)
    neurons: int = 0
    probes: int = 0


@dataclass(frozen=True)
class Link:
    """One connection, or one half of a connection that learns."""

    source: Part
    target: Part
    kind: ArrowKind
    connection: nengo.Connection


@dataclass
class Tree:
    """A network with all that is inside.

    Args:
        root: The network.
        parts: All parts, parents before their children.
        links: All connections of which both ends are inside.
        outside: How many connections have an end that is not.
        within: For each network, the pairs of its children that something runs between.
    """

    root: Part
    parts: list[Part]
    links: list[Link]
    outside: int
    within: dict[Part, set[tuple[Part, Part, ArrowKind]]]


def grow(network: nengo.Network) -> Tree:
    """The tree of a network; what two networks share belongs to the one that is nearer to
    the root.
    """
    parts, found = _walk(network)
    links, outside = _links(parts, found)
    for probe in (probe for part in parts for probe in getattr(part.obj, "probes", ())):
        if id(target_of(probe.obj)) in found:
            found[id(target_of(probe.obj))].probes += 1
    _sign(parts, links)
    return Tree(parts[0], parts, links, outside, _lift(links))


def target_of(end: Any) -> Any:
    """The thing that has a part of its own: an ensemble for its neurons, a connection for
    its rule.
    """
    if isinstance(end, nengo.ensemble.Neurons):
        return end.ensemble
    return end.connection if isinstance(end, nengo.connection.LearningRule) else end


def _walk(network: nengo.Network) -> tuple[list[Part], dict[int, Part]]:
    """All parts, level by level, and where to find each by the identity of its object."""
    root = Part(network, kind_of(network), None)
    parts, found = [root], {id(network): root}
    for parent in parts:
        for obj in _inside(parent.obj):
            if id(obj) in found:
                continue
            kind = kind_of(obj)
            part = Part(obj, kind, parent, len(parent.children), parent.depth + 1)
            found[id(obj)] = part
            parent.children.append(part)
            parts.append(part)
    for part in reversed(parts):
        if part.kind is BoxKind.ENSEMBLE:
            part.neurons = part.obj.n_neurons
        if part.parent is not None:
            part.parent.neurons += part.neurons
    return parts, found


def _inside(obj: Any) -> Iterator[Any]:
    """What is drawn inside a network, and nothing for anything else."""
    if isinstance(obj, nengo.Network):
        yield from obj.nodes
        yield from obj.ensembles
        yield from obj.networks
        yield from (
            connection
            for connection in obj.connections
            if connection.learning_rule_type is not None
        )


def kind_of(obj: Any) -> BoxKind:
    """What kind of box an object gets."""
    if isinstance(obj, nengo.Ensemble):
        return BoxKind.ENSEMBLE
    if isinstance(obj, nengo.Node):
        return BoxKind.PASSTHROUGH if obj.output is None else BoxKind.NODE
    if isinstance(obj, nengo.Connection):
        return BoxKind.RULE
    return BoxKind.ARRAY if isinstance(obj, nengo.networks.EnsembleArray) else BoxKind.NETWORK


def _links(parts: list[Part], found: dict[int, Part]) -> tuple[list[Link], int]:
    """Every connection between two parts, in halves where a learning rule sits on it."""
    links, outside = [], 0
    for part in parts:
        for connection in getattr(part.obj, "connections", ()):
            for source, target, kind in joins(connection):
                ends = found.get(id(target_of(source))), found.get(id(target_of(target)))
                if ends[0] is None or ends[1] is None:
                    outside += 1
                else:
                    links.append(Link(ends[0], ends[1], kind, connection))
    return links, outside


def _sign(parts: list[Part], links: list[Link]) -> None:
    """Give the same number to parts that are made alike, from the innermost to the outermost."""
    known: dict[Hashable, int] = {}
    wiring: dict[Part, list[Hashable]] = defaultdict(list)
    for link in links:
        for source, target, level in _levels(link):
            if level is not None:
                wiring[level].append((source and source.place, target and target.place, link.kind))
    for part in reversed(parts):
        inside = tuple(child.sign for child in part.children), tuple(wiring.get(part, ()))
        part.sign = known.setdefault((_look(part), inside), len(known))


def _levels(link: Link) -> Iterator[tuple[Part | None, Part | None, Part | None]]:
    """Where a link shows: on the level of both ends, and in every network that it leaves or
    enters on its way.
    """
    source, target = link.source, link.target
    while source.parent is not target.parent:
        if source.depth >= target.depth:
            yield source, None, source.parent
            source = source.parent or source
        else:
            yield None, target, target.parent
            target = target.parent or target
    yield source, target, source.parent


def _look(part: Part) -> Hashable:
    """What a part looks like from outside: kind, size, and label without its numbers."""
    obj = part.obj
    if part.kind is BoxKind.RULE:
        return part.kind, rule_of(obj)
    label = _without_numbers(own_label(part))
    if part.kind is BoxKind.ENSEMBLE:
        return part.kind, label, obj.n_neurons, obj.dimensions, obj.neuron_type
    if isinstance(obj, nengo.Node):
        output = getattr(obj.output, "__qualname__", type(obj.output).__name__)
        return part.kind, label, obj.size_in, obj.size_out, output
    return part.kind, label, type(obj).__name__


def own_label(part: Part) -> str:
    """The label of a part without that of the network around it: ``a`` where both are held
    by ``columns[2].a``.
    """
    label = label_of(part.obj)
    return label if part.parent is None else label.removeprefix(f"{label_of(part.parent.obj)}.")


@lru_cache
def _without_numbers(label: str) -> str:
    return re.sub(r"\d+", "#", label)


def _lift(links: list[Link]) -> dict[Part, set[tuple[Part, Part, ArrowKind]]]:
    """Which children of each network are joined; what crosses a border becomes a role of
    the child it ends in.
    """
    within: dict[Part, set[tuple[Part, Part, ArrowKind]]] = defaultdict(set)
    for link in links:
        for source, target, level in _levels(link):
            if source is not None and target is not None and level is not None:
                within[level].add((source, target, link.kind))
            elif source is not None:
                source.roles.add(("out", link.kind, link.target.sign))
            elif target is not None:
                target.roles.add(("in", link.kind, link.source.sign))
    return within
