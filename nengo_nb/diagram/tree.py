"""Tree of a network's objects, with their connections, structural hashes and roles."""

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
    """Node of the tree: a network, ensemble, node or learning rule.

    Args:
        obj: The network, ensemble or node, or the connection that learns.
        kind: Kind of its box.
        parent: The network around it; None for the outermost.
        place: Its place among the children of its parent.
        depth: Number of networks around it.
        children: The parts inside, in the order of their making.
        sign: Structural hash, equal for parts that are alike down to their children and
            connections.
        roles: Connections across the border of its parent: direction, kind, and the sign of the far
            end.
        neurons: Number of neurons inside.
        probes: Number of probes of it.
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
    """Connection, or one half of a connection with a learning rule."""

    source: Part
    target: Part
    kind: ArrowKind
    connection: nengo.Connection


@dataclass
class Tree:
    """A network with everything inside.

    Args:
        root: The network.
        parts: All parts, parents before their children.
        links: All connections of which both ends are inside.
        outside: Number of connections with an end that is not.
        within: For each network, the pairs of its children that a connection joins, with its kind.
    """

    root: Part
    parts: list[Part]
    links: list[Link]
    outside: int
    within: dict[Part, set[tuple[Part, Part, ArrowKind]]]


def grow(network: nengo.Network) -> Tree:
    """Build the tree of a network; a shared object belongs to the network nearest to the root."""
    parts, part_by_id = _walk(network)
    links, outside = _links(parts, part_by_id)
    for part in parts:
        for probe in getattr(part.obj, "probes", ()):
            target = id(target_of(probe.obj))
            if target in part_by_id:
                part_by_id[target].probes += 1
    _sign(parts, links)
    return Tree(parts[0], parts, links, outside, _lift(links))


def target_of(end: Any) -> Any:
    """Return the object with a part of its own: an ensemble for its neurons, a connection for its
    rule.
    """
    if isinstance(end, nengo.ensemble.Neurons):
        return end.ensemble
    return end.connection if isinstance(end, nengo.connection.LearningRule) else end


def _walk(network: nengo.Network) -> tuple[list[Part], dict[int, Part]]:
    """Return all parts, breadth first, and the part of each object by the object's ``id``."""
    root = Part(network, kind_of(network), None)
    parts, part_by_id = [root], {id(network): root}
    # The list grows while it is walked: breadth first,
    # so a shared object belongs to its nearest network.
    for parent in parts:
        for obj in _inside(parent.obj):
            if id(obj) in part_by_id:
                continue
            kind = kind_of(obj)
            part = Part(obj, kind, parent, len(parent.children), parent.depth + 1)
            part_by_id[id(obj)] = part
            parent.children.append(part)
            parts.append(part)
    # Children come behind their parents, so backwards is from the inside out.
    for part in reversed(parts):
        if part.kind is BoxKind.ENSEMBLE:
            part.neurons = part.obj.n_neurons
        if part.parent is not None:
            part.parent.neurons += part.neurons
    return parts, part_by_id


def _inside(obj: Any) -> Iterator[Any]:
    """Yield the objects drawn inside a network; none for anything else."""
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
    """Return the kind of box of an object."""
    if isinstance(obj, nengo.Ensemble):
        return BoxKind.ENSEMBLE
    if isinstance(obj, nengo.Node):
        return BoxKind.PASSTHROUGH if obj.output is None else BoxKind.NODE
    if isinstance(obj, nengo.Connection):
        return BoxKind.RULE
    return BoxKind.ARRAY if isinstance(obj, nengo.networks.EnsembleArray) else BoxKind.NETWORK


def _links(parts: list[Part], found: dict[int, Part]) -> tuple[list[Link], int]:
    """Return the connections between parts, in halves where they learn, and count the rest."""
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
    """Set the structural hash of every part, from the innermost to the outermost."""
    signs: dict[Hashable, int] = {}
    wiring: dict[Part, list[Hashable]] = defaultdict(list)
    for link in links:
        for source, target, level in _levels(link):
            if level is not None:
                wiring[level].append((source and source.place, target and target.place, link.kind))
    for part in reversed(parts):
        inside = tuple(child.sign for child in part.children), tuple(wiring.get(part, ()))
        # Structural hashing: children are known by their
        # numbers, so equal subtrees compare in one step.
        part.sign = signs.setdefault((_look(part), inside), len(signs))


def _levels(link: Link) -> Iterator[tuple[Part | None, Part | None, Part | None]]:
    """Yield a link's ends on each level: each network that it leaves or enters, and the one of both
    ends.
    """
    source, target = link.source, link.target
    while source.parent is not target.parent:
        # The deeper end climbs first, until both are in the same network.
        if source.depth >= target.depth:
            yield source, None, source.parent
            source = source.parent or source
        else:
            yield None, target, target.parent
            target = target.parent or target
    yield source, target, source.parent


def _look(part: Part) -> Hashable:
    """Return a part's own part of the hash: kind, size, and label without its numbers."""
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
    """Return a part's label without that of the network around it: ``a`` for ``columns[2].a``."""
    label = label_of(part.obj)
    return label if part.parent is None else label.removeprefix(f"{label_of(part.parent.obj)}.")


@lru_cache
def _without_numbers(label: str) -> str:
    return re.sub(r"\d+", "#", label)


def _lift(links: list[Link]) -> dict[Part, set[tuple[Part, Part, ArrowKind]]]:
    """Lift links to pairs of children of each network; one across a border becomes a role of the
    child.
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
