"""From a network to its diagram."""

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
"""Boxes in a diagram. What lies deeper in a network of more different things than this
stays closed.
"""


def describe(network: nengo.Network) -> Diagram:
    """A network as nested boxes and the arrows between them.

    What is made alike and plays the same part is one box with a number of copies, so a diagram is
    as large as the network is varied, not as large as the network.

    Raises:
        TypeError: This is no network.
    """
    if not isinstance(network, nengo.Network):
        raise TypeError(f"a diagram shows a nengo.Network, and this is a {type(network).__name__}")
    tree = grow(network)
    plan = _plan(tree)
    return Diagram(tuple(plan.boxes), _arrows(tree.links, plan.index), tree.outside, plan.cut)


@dataclass
class Plan:
    """The boxes so far, which of them each part has, and how many parts have none of their own."""

    boxes: list[Box]
    index: dict[Part, int]
    cut: int = 0


def _plan(tree: Tree) -> Plan:
    """Make the boxes from the outermost to the innermost; a stack is described by its first
    member.
    """
    plan = Plan([_box(Stack((tree.root,)), None, [tree.root])], {tree.root: 0})
    waiting = [(0, [tree.root])]
    for box, members in waiting:
        first = members[0]
        stacks = stack(first, tree.within.get(first, set())) if first.children else []
        if len(plan.boxes) + len(stacks) > LARGEST:
            plan.cut += len(stacks) * len(members)
            continue
        children = range(len(plan.boxes), len(plan.boxes) + len(stacks))
        plan.boxes[box] = replace(plan.boxes[box], children=tuple(children))
        for child, found in zip(children, stacks, strict=True):
            places = [part.place for part in found.members]
            inside = [member.children[place] for member in members for place in places]
            plan.boxes.append(_box(found, box, inside))
            plan.index.update(dict.fromkeys(inside, child))
            if found.alike:
                waiting.append((child, inside))
    return plan


def _box(found: Stack, parent: int | None, inside: list[Part]) -> Box:
    """The box of a stack; ``inside`` are its members over all copies of its parents."""
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
    """The label, or the first and the last one, or for a heap what it is a heap of."""
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
    """Two names as one, with what they share written once and numbers whole: ``layers[0 … 12]``."""
    start = _same(first, last)
    rests = first[start:], last[start:]
    end = _same(rests[0][::-1], rests[1][::-1])
    end = end if end and not rests[0][-end].isalnum() else 0
    middles = [rest[: len(rest) - end] for rest in rests]
    return f"{first[:start]}{' … '.join(middles)}{first[len(first) - end :]}"


def _same(first: str, last: str) -> int:
    """Number of letters with which both begin, without the digits at the end of them."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return len("".join(letter for letter, _ in pairs).rstrip(digits))


def _size(part: Part) -> str:
    """What is written below the name of a box."""
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
    """What there is to tell about a part."""
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
    """One arrow for all connections of a kind that run between the same two boxes."""
    bundles: dict[tuple[int, int, ArrowKind], list[Any]] = defaultdict(list)
    for link in links:
        bundles[_index(link.source, index), _index(link.target, index), link.kind].append(
            link.connection
        )
    return tuple(
        Arrow(source, target, kind, len(found), _width(found[0]), facts_of(found[0]), tuple(found))
        for (source, target, kind), found in bundles.items()
    )


def _index(part: Part, index: dict[Part, int]) -> int:
    """The box of a part, or of the nearest network around it that has one."""
    while part not in index and part.parent is not None:
        part = part.parent
    return index[part]


def _width(connection: nengo.Connection) -> int:
    """How many numbers a connection carries."""
    return int(connection.size_out)
