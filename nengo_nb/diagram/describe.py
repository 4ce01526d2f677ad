"""Description of a network as a diagram of nested boxes and arrows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import takewhile
from string import digits
from typing import Any

import nengo

from .facts import Facts, count, facts_of
from .names import rule_of
from .parts import Arrow, ArrowKind, Box, BoxKind, Diagram
from .stacks import Stack, stack
from .tree import Link, Part, Tree, grow, own_label

LARGEST = 4000
"""Largest number of boxes of a diagram; networks whose boxes would exceed it stay closed."""


def describe(network: nengo.Network) -> Diagram:
    """Describe a network as nested boxes and the arrows between them.

    Siblings of equal structure and equal role are one box with a number of copies, so a diagram
    grows with the variety of a network, not with its size.

    Raises:
        TypeError: The argument is no network.
    """
    if not isinstance(network, nengo.Network):
        raise TypeError(f"a diagram shows a nengo.Network, and this is a {type(network).__name__}")
    tree = grow(network)
    plan = _plan(tree)
    return Diagram(tuple(plan.boxes), _arrows(tree.links, plan.index), tree.outside, plan.cut)


@dataclass
class Plan:
    """Boxes so far, the index of each part's box, and the number of parts that have none of their
    own.
    """

    boxes: list[Box]
    index: dict[Part, int]
    cut: int = 0


def _plan(tree: Tree) -> Plan:
    """Make the boxes from the outermost to the innermost; a stack is described by its first
    member.
    """
    plan = Plan([_box(Stack((tree.root,)), None, [tree.root])], {tree.root: 0})
    waiting = [(0, [tree.root])]
    # The list grows while it is walked: breadth first, so that parents come before their children.
    for box, members in waiting:
        first = members[0]
        joined = tree.within.get(first, set())
        stacks = stack(first, joined, tree.roles) if first.children else []
        if len(plan.boxes) + len(stacks) > LARGEST:
            plan.cut += len(stacks) * len(members)
            continue
        children = range(len(plan.boxes), len(plan.boxes) + len(stacks))
        plan.boxes[box] = replace(plan.boxes[box], children=tuple(children))
        for child, siblings in zip(children, stacks, strict=True):
            inside: list[Part] = []
            for member in members:
                # Members are made alike, so a child's counterparts have its place in them.
                inside += [member.children[part.place] for part in siblings.members]
            plan.boxes.append(_box(siblings, box, inside))
            plan.index.update(dict.fromkeys(inside, child))
            # A heap of different things has no inside that stands for all of them.
            if siblings.alike:
                waiting.append((child, inside))
    return plan


def _box(found: Stack, parent: int | None, inside: list[Part]) -> Box:
    """Make the box of a stack; ``inside`` are its members over all copies of its parents."""
    first, copies = found.members[0], len(found.members)
    return Box(
        kind=first.kind if found.alike else BoxKind.MIXED,
        label=_label(found),
        parent=parent,
        copies=copies,
        size=_size(first)
        if found.alike
        else f"{sum(part.neurons for part in found.members):,} neurons",
        neurons=sum(part.neurons for part in found.members),
        facts=_facts(first) if found.alike else (),
        probes=sum(part.probes for part in found.members),
        objects=tuple(part.obj for part in inside),
    )


def _label(found: Stack) -> str:
    """Return the label, or the first and the last one, or number and kind of a heap."""
    first, last = found.members[0], found.members[-1]
    if not found.alike:
        return f"{len(found.members):,} different {first.kind.value}s"
    if first.kind is BoxKind.RULE:
        return rule_of(first.obj)
    labels = [own_label(part) for part in (first, last)]
    if not labels[0] and isinstance(first.obj, nengo.Network):
        return "" if type(first.obj) is nengo.Network else type(first.obj).__name__
    return labels[0] if labels[0] == labels[1] else _span(*labels)


def _span(first: str, last: str) -> str:
    """Join two names, with common parts written once and numbers whole: ``layers[0 … 12]``."""
    start = _same(first, last)
    rests = first[start:], last[start:]
    end = _same(rests[0][::-1], rests[1][::-1])
    # A common end must not begin within a word or a number.
    end = end if end and not rests[0][-end].isalnum() else 0
    middles = [rest[: len(rest) - end] for rest in rests]
    return f"{first[:start]}{' … '.join(middles)}{first[len(first) - end :]}"


def _same(first: str, last: str) -> int:
    """Return the length of the common prefix, without digits at its end."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    # Digits before the difference belong to the numbers that differ: 10 and 12.
    return len("".join(letter for letter, _ in pairs).rstrip(digits))


def _size(part: Part) -> str:
    """Return the line below the name of a box: its size."""
    obj = part.obj
    if part.kind is BoxKind.ENSEMBLE:
        return f"{count(obj.n_neurons, 'neuron')}, {obj.dimensions}-D"
    if part.kind is BoxKind.ARRAY and len(obj.ea_ensembles) > 0:
        return f"{len(obj.ea_ensembles)} × {count(obj.ea_ensembles[0].n_neurons, 'neuron')}"
    if isinstance(obj, nengo.Network):
        if part.neurons:
            return count(part.neurons, "neuron")
        return "no neurons" if part.children else "empty"
    if isinstance(obj, nengo.Node):
        return (
            f"{obj.size_in} → {obj.size_out}"
            if 0 != obj.size_in != obj.size_out
            else f"{obj.size_out}-D"
        )
    return ""


def _facts(part: Part) -> Facts:
    """Return the facts about a part."""
    obj = part.obj
    if not isinstance(obj, nengo.Network):
        return facts_of(obj)
    kinds: dict[BoxKind, int] = defaultdict(int)
    for child in part.children:
        kinds[child.kind] += 1
    inside = ", ".join(count(number, NOUNS[kind]) for kind, number in kinds.items())
    return (
        ("type", type(obj).__name__),
        ("inside", inside or "nothing"),
        ("neurons", f"{part.neurons:,}"),
        ("connections", f"{len(obj.connections):,}"),
        ("seed", "none" if obj.seed is None else str(obj.seed)),
    )


NOUNS = {
    BoxKind.NETWORK: "network",
    BoxKind.ARRAY: "ensemble array",
    BoxKind.ENSEMBLE: "ensemble",
    BoxKind.NODE: "node",
    BoxKind.PASSTHROUGH: "passthrough node",
    BoxKind.RULE: "learning rule",
}


def _arrows(links: list[Link], index: dict[Part, int]) -> tuple[Arrow, ...]:
    """Make one arrow for all connections of a kind that run between the same two boxes."""
    bundles: dict[tuple[int, int, ArrowKind], list[Any]] = defaultdict(list)
    for link in links:
        bundles[_index(link.source, index), _index(link.target, index), link.kind].append(
            link.connection
        )
    return tuple(
        Arrow(
            source, target, kind, len(bundle), _width(bundle[0]), facts_of(bundle[0]), tuple(bundle)
        )
        for (source, target, kind), bundle in bundles.items()
    )


def _index(part: Part, index: dict[Part, int]) -> int:
    """Return the box of a part, or of the nearest network around it that has one."""
    while part not in index and part.parent is not None:
        part = part.parent
    return index[part]


def _width(connection: nengo.Connection) -> int:
    """Return the number of dimensions that a connection carries."""
    return int(connection.size_out)
