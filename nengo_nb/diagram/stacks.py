"""Stacks: siblings that are made alike and play the same part are drawn as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from .parts import ArrowKind, BoxKind
from .tree import Part

FEWEST = 4
"""Fewer siblings than this are drawn one by one, as somebody may have thought of each of them."""

MOST = 80
"""More boxes than this on one level cannot be read: likeness alone is then enough, and
after that the kind.
"""

Joined = set[tuple[Part, Part, ArrowKind]]


@dataclass(frozen=True)
class Stack:
    """Siblings that are drawn as one box; ``alike`` is false for a heap of different things."""

    members: tuple[Part, ...]
    alike: bool = True


def stack(parent: Part, joined: Joined) -> list[Stack]:
    """The children of a network as few enough boxes, in the order of their first members."""
    if parent.kind is BoxKind.ARRAY:
        stacks = _group(parent.children, lambda part: part.sign, 2)
    else:
        stacks = _by_part(parent.children, joined)
    if len(stacks) > MOST:
        stacks = _group(parent.children, lambda part: part.sign, 2)
    return stacks if len(stacks) <= MOST else _by_kind(stacks)


def _group(parts: list[Part], key: Callable[[Part], Hashable], fewest: int) -> list[Stack]:
    """Parts with equal keys together, where there are enough of them."""
    groups: dict[Hashable, list[Part]] = defaultdict(list)
    for part in parts:
        groups[key(part)].append(part)
    big = {name for name, group in groups.items() if len(group) >= fewest}
    return [
        Stack(tuple(groups[name])) if name in big else Stack((part,))
        for part, name in ((part, key(part)) for part in parts)
        if name not in big or groups[name][0] is part
    ]


def _by_part(parts: list[Part], joined: Joined) -> list[Stack]:
    """Group what is made alike and joined to the same neighbours, if its members can be
    exchanged.
    """
    signs: dict[int, int] = defaultdict(int)
    for part in parts:
        signs[part.sign] += 1
    roles: dict[Part, set[Hashable]] = {part: set(part.roles) for part in parts}
    for source, target, kind in joined:
        roles[source].add(("to", kind, _neighbour(target, signs)))
        roles[target].add(("from", kind, _neighbour(source, signs)))
    keys = {part: (part.sign, frozenset(roles[part])) for part in parts}
    pairs: dict[Hashable, dict[ArrowKind, int]] = defaultdict(lambda: defaultdict(int))
    for source, target, kind in joined:
        if source is not target and keys[source] == keys[target]:
            pairs[keys[source]][kind] += 1
    stacks: list[Stack] = []
    for found in _group(parts, keys.__getitem__, FEWEST):
        exchangeable = _are_exchangeable(len(found.members), pairs[keys[found.members[0]]].values())
        stacks += [found] if exchangeable else [Stack((part,)) for part in found.members]
    return stacks


def _are_exchangeable(size: int, pairs: Iterable[int]) -> bool:
    """Whether members of a stack can change places: nothing runs between them, or everything to
    everything.

    A part that is alone can: what it is alike to, and joined to, were too few for a stack, and stay
    alone as well.

    Args:
        size: How many members there are.
        pairs: For each kind of arrow, between how many pairs of parts with the same key it runs.
    """
    everything = size * (size - 1)
    return size == 1 or all(number == everything for number in pairs)


def _neighbour(part: Part, signs: dict[int, int]) -> Hashable:
    """A neighbour: itself, or any of its kind where it may become part of a stack."""
    return ("one of", part.sign) if signs[part.sign] >= FEWEST else id(part)


def _by_kind(stacks: list[Stack]) -> list[Stack]:
    """Heap up what there is too much of."""
    kinds: dict[BoxKind, list[Stack]] = defaultdict(list)
    for found in stacks:
        kinds[found.members[0].kind].append(found)
    room = MOST // len(BoxKind)
    few: list[Stack] = []
    for group in kinds.values():
        members = tuple(part for found in group for part in found.members)
        few += group if len(group) <= room else [Stack(members, alike=False)]
    return few
