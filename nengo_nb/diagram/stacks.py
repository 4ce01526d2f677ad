"""Stacks: siblings of equal structure and equal role, drawn as one box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .parts import ArrowKind, BoxKind
from .tree import Part

FEWEST = 4
"""Smallest number of siblings that make a stack; a user may have thought of each of a few."""

MOST = 80
"""Largest number of boxes on one level. Beyond it siblings are merged by structure alone, and then
by kind.
"""

Joined = set[tuple[Part, Part, ArrowKind]]


@dataclass(frozen=True)
class Stack:
    """Siblings that are drawn as one box; ``alike`` is false for a heap of different things."""

    members: tuple[Part, ...]
    alike: bool = True


def stack(parent: Part, joined: Joined, across: Mapping[Part, set[Hashable]]) -> list[Stack]:
    """Merge the children of a network to few enough boxes, in the order of their first members.

    Args:
        parent: The network.
        joined: The pairs of its children that a connection joins.
        across: For each of its children, the roles of connections across the network's border.
    """
    if parent.kind is BoxKind.ARRAY:
        # An EnsembleArray is drawn as an array whatever its ensembles are joined to.
        stacks = _group(parent.children, lambda part: part.sign, 2)
    else:
        stacks = _by_part(parent.children, joined, across)
    if len(stacks) > MOST:
        stacks = _group(parent.children, lambda part: part.sign, 2)
    return stacks if len(stacks) <= MOST else _by_kind(stacks)


def _group(parts: Sequence[Part], key: Callable[[Part], Hashable], fewest: int) -> list[Stack]:
    """Group parts with equal keys, where there are enough of them."""
    groups: dict[Hashable, list[Part]] = defaultdict(list)
    for part in parts:
        groups[key(part)].append(part)
    stacks: list[Stack] = []
    for part in parts:
        group = groups[key(part)]
        if len(group) < fewest:
            stacks.append(Stack((part,)))
        elif group[0] is part:
            stacks.append(Stack(tuple(group)))
    return stacks


def _by_part(
    parts: Sequence[Part], joined: Joined, across: Mapping[Part, set[Hashable]]
) -> list[Stack]:
    """Group siblings of equal structure and equal neighbours, if they are interchangeable."""
    signs: dict[int, int] = defaultdict(int)
    for part in parts:
        signs[part.sign] += 1
    roles: dict[Part, set[Hashable]] = {part: set(across.get(part, ())) for part in parts}
    for source, target, kind in joined:
        roles[source].add(("to", kind, _neighbour(target, signs)))
        roles[target].add(("from", kind, _neighbour(source, signs)))
    # Roles are those within the parent, by arrows between siblings, and those across its border.
    keys = {part: (part.sign, frozenset(roles[part])) for part in parts}
    pairs: dict[Hashable, dict[ArrowKind, int]] = defaultdict(lambda: defaultdict(int))
    for source, target, kind in joined:
        if source is not target and keys[source] == keys[target]:
            pairs[keys[source]][kind] += 1
    stacks: list[Stack] = []
    for group in _group(parts, keys.__getitem__, FEWEST):
        exchangeable = _are_exchangeable(len(group.members), pairs[keys[group.members[0]]].values())
        stacks += [group] if exchangeable else [Stack((part,)) for part in group.members]
    return stacks


def _are_exchangeable(size: int, pairs: Iterable[int]) -> bool:
    """Whether the members of a stack are interchangeable: nothing runs between them, or everything
    to everything.

    A part that is alone can: what it is alike to, and joined to, were too few for a stack, and stay
    alone as well.

    Args:
        size: Number of members.
        pairs: For each kind of arrow, the number of pairs of parts with the same key that it joins.
    """
    everything = size * (size - 1)
    return size == 1 or all(number == everything for number in pairs)


def _neighbour(part: Part, signs: dict[int, int]) -> Hashable:
    """Return a key for a neighbour: its identity, or its structure where it may become part of a
    stack.
    """
    return ("one of", part.sign) if signs[part.sign] >= FEWEST else id(part)


def _by_kind(stacks: list[Stack]) -> list[Stack]:
    """Merge the stacks of each kind that has too many of them into a heap."""
    kinds: dict[BoxKind, list[Stack]] = defaultdict(list)
    for siblings in stacks:
        kinds[siblings.members[0].kind].append(siblings)
    # So many boxes per kind that all kinds together stay below the limit.
    room = MOST // len(BoxKind)
    few: list[Stack] = []
    for group in kinds.values():
        few += group if len(group) <= room else [_heap(group)]
    return few


def _heap(stacks: Iterable[Stack]) -> Stack:
    """Merge stacks to one of different things."""
    members: list[Part] = []
    for siblings in stacks:
        members.extend(siblings.members)
    return Stack(tuple(members), alike=False)
