"""Tree of a network's objects, with their connections, structural hashes and roles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
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
        neurons: Number of neurons inside.
        probes: Number of probes of it.
    """

    obj: Any
    kind: BoxKind
    parent: Part | None
    place: int = 0
    depth: int = 0
    children: Sequence[Part] = ()
    sign: int = 0
    neurons: int = 0
    probes: int = 0


@dataclass(eq=False, slots=True)
class Link:
    """Connection, or one half of a connection with a learning rule."""

    source: Part
    target: Part
    kind: ArrowKind
    connection: nengo.Connection


@dataclass
class Levels:
    """Links as the networks see them that they run through.

    Args:
        within: For each network, the pairs of its children that a link joins, with its kind.
        wiring: For each network, the places of these children, once for each link; None is an end
            further out.
        crossings: Links across the border of a part's network: the part, whether the link goes in
            or out, its kind, and the part at its far end.
    """

    within: dict[Part, set[tuple[Part, Part, ArrowKind]]]
    wiring: dict[Part, list[tuple[int | None, int | None, ArrowKind]]]
    crossings: list[tuple[Part, str, ArrowKind, Part]]


@dataclass
class Tree:
    """A network with everything inside.

    Args:
        root: The network.
        parts: All parts, parents before their children.
        links: All connections of which both ends are inside.
        outside: Number of connections with an end that is not.
        within: For each network, the pairs of its children that a connection joins, with its kind.
        roles: Connections across the border of a part's parent: direction, kind, and the sign of
            the far end.
    """

    root: Part
    parts: list[Part]
    links: list[Link]
    outside: int
    within: dict[Part, set[tuple[Part, Part, ArrowKind]]]
    roles: dict[Part, set[Hashable]]


def grow(network: nengo.Network) -> Tree:
    """Build the tree of a network; a shared object belongs to the network nearest to the root."""
    parts, part_by_id = _walk(network)
    links, outside = _links(parts, part_by_id)
    for part in parts:
        if isinstance(part.obj, nengo.Network):
            for probe in part.obj.probes:
                target = id(target_of(probe.obj))
                if target in part_by_id:
                    part_by_id[target].probes += 1
    levels = _lift(links)
    _sign(parts, levels.wiring)
    roles: dict[Part, set[Hashable]] = defaultdict(set)
    for part, direction, kind, far in levels.crossings:
        roles[part].add((direction, kind, far.sign))
    return Tree(parts[0], parts, links, outside, levels.within, roles)


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
        if not isinstance(parent.obj, nengo.Network):
            continue
        children: list[Part] = []
        for obj in _inside(parent.obj):
            if id(obj) not in part_by_id:
                part = Part(obj, kind_of(obj), parent, len(children), parent.depth + 1)
                part_by_id[id(obj)] = part
                children.append(part)
        parent.children = children
        parts += children
    # Children come behind their parents, so backwards is from the inside out.
    for part in reversed(parts):
        if part.kind is BoxKind.ENSEMBLE:
            part.neurons = part.obj.n_neurons
        if part.parent is not None:
            part.parent.neurons += part.neurons
    return parts, part_by_id


def _inside(network: nengo.Network) -> Iterator[Any]:
    """Yield the objects drawn inside a network."""
    yield from network.nodes
    yield from network.ensembles
    yield from network.networks
    for connection in network.connections:
        if connection.learning_rule_type is not None:
            yield connection


def kind_of(obj: Any) -> BoxKind:
    """Return the kind of box of an object."""
    if isinstance(obj, nengo.Ensemble):
        return BoxKind.ENSEMBLE
    if isinstance(obj, nengo.Node):
        return BoxKind.PASSTHROUGH if obj.output is None else BoxKind.NODE
    if isinstance(obj, nengo.Connection):
        return BoxKind.RULE
    return BoxKind.ARRAY if isinstance(obj, nengo.networks.EnsembleArray) else BoxKind.NETWORK


def _links(parts: list[Part], part_by_id: dict[int, Part]) -> tuple[list[Link], int]:
    """Return the connections between parts, in halves where they learn, and count the rest."""
    links, outside = [], 0
    for part in parts:
        if not isinstance(part.obj, nengo.Network):
            continue
        for connection in part.obj.connections:
            for pre, post, kind in joins(connection):
                source = part_by_id.get(id(target_of(pre)))
                target = part_by_id.get(id(target_of(post)))
                if source is None or target is None:
                    outside += 1
                else:
                    links.append(Link(source, target, kind, connection))
    return links, outside


def _lift(links: list[Link]) -> Levels:
    """Lift links to the children of each network that they run through."""
    levels = Levels(defaultdict(set), defaultdict(list), [])
    for link in links:
        for source, target, network in _levels(link):
            if network is not None:
                source_place = None if source is None else source.place
                target_place = None if target is None else target.place
                levels.wiring[network].append((source_place, target_place, link.kind))
            if source is None or target is None:
                if source is not None:
                    levels.crossings.append((source, "out", link.kind, link.target))
                elif target is not None:
                    levels.crossings.append((target, "in", link.kind, link.source))
            elif network is not None:
                levels.within[network].add((source, target, link.kind))
    return levels


def _sign(
    parts: list[Part], wiring: dict[Part, list[tuple[int | None, int | None, ArrowKind]]]
) -> None:
    """Set the structural hash of every part, from the innermost to the outermost."""
    signs: dict[Hashable, int] = {}
    types = NeuronTypes()
    for part in reversed(parts):
        inside = tuple(child.sign for child in part.children), tuple(wiring.get(part, ()))
        # Structural hashing: children are known by their
        # numbers, so equal subtrees compare in one step.
        part.sign = signs.setdefault((_look(part, types), inside), len(signs))


class NeuronTypes:
    """Numbers of neuron types, equal for equal types.

    Nengo hashes all parameters of a type each time; ten thousands of ensembles share a few.
    """

    def __init__(self) -> None:
        self._numbers: dict[nengo.neurons.NeuronType, int] = {}
        self._number_by_id: dict[int, int] = {}

    def number_of(self, neuron_type: nengo.neurons.NeuronType) -> int:
        """Return the number of a type, which the caller keeps alive."""
        number = self._number_by_id.get(id(neuron_type))
        if number is None:
            number = self._numbers.setdefault(neuron_type, len(self._numbers))
            self._number_by_id[id(neuron_type)] = number
        return number


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


def _look(part: Part, types: NeuronTypes) -> Hashable:
    """Return a part's own part of the hash: kind, size, and label without its numbers."""
    obj = part.obj
    if part.kind is BoxKind.RULE:
        return part.kind, rule_of(obj)
    label = _without_numbers(own_label(part))
    if part.kind is BoxKind.ENSEMBLE:
        number = types.number_of(obj.neuron_type)
        return part.kind, label, part.neurons, obj.dimensions, number
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
