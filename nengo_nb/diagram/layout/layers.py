"""Layer assignment: the column of each box, so that nearly all arrows point to the right.

References:
    Eades, Lin, Smyth: A fast and effective heuristic for the feedback arc set problem. Inf. Proc.
    Letters, 1993.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Pair = tuple[int, int]


def ranks_of(sides: Sequence[int], pairs: Sequence[Pair], weights: Sequence[int]) -> list[int]:
    """Return a column for each node; two different nodes that are joined never share one.

    Args:
        sides: For each node: -1 if it must be in the first column, 1 if in the last, 0 if in
            neither.
        pairs: The nodes that an arrow joins, source first.
        weights: Weight of each arrow's pointing to the right.
    """
    edges: dict[Pair, int] = {}
    for pair, weight in zip(pairs, weights, strict=True):
        edges[pair] = edges.get(pair, 0) + weight
    line = _line(sides, edges)
    turn = [0] * len(sides)
    for place, node in enumerate(line):
        turn[node] = place
    before: list[list[int]] = [[] for _ in sides]
    after: list[list[int]] = [[] for _ in sides]
    for a, b in edges:
        # An arrow against the line is turned round, so what follows is an acyclic graph.
        first, second = (a, b) if turn[a] < turn[b] else (b, a)
        before[second].append(first)
        after[first].append(second)
    # The first column is that of ports alone, where there are some.
    ranks = [0 if side < 0 or -1 not in sides else 1 for side in sides]
    for node in line:
        # Longest path from a source, in topological order.
        ranks[node] = max([ranks[node], *(ranks[earlier] + 1 for earlier in before[node])])
    # Ports on the right are behind everything else.
    last = max([rank + 1 for rank, side in zip(ranks, sides, strict=True) if side <= 0], default=0)
    ranks = [last if side > 0 else rank for rank, side in zip(ranks, sides, strict=True)]
    for node in reversed(line):
        # Sources move next to their first target, which shortens their arrows.
        if sides[node] == 0 and after[node] and not before[node]:
            ranks[node] = min(ranks[later] for later in after[node]) - 1
    return ranks


def _line(sides: Sequence[int], edges: Mapping[Pair, int]) -> list[int]:
    """Return a linear order with few arrows pointing back (greedy): sources first, sinks last."""
    gives, takes = [0] * len(sides), [0] * len(sides)
    for (a, b), weight in edges.items():
        gives[a] += weight
        takes[b] += weight

    def remove(node: int) -> None:
        for (a, b), weight in edges.items():
            if a == node:
                takes[b] -= weight
            if b == node:
                gives[a] -= weight

    head = [node for node, side in enumerate(sides) if side < 0]
    tail = [node for node, side in enumerate(sides) if side > 0]
    waiting = [node for node, side in enumerate(sides) if side == 0]
    for node in head + tail:
        remove(node)
    while waiting:
        # Ties go to the first in the list: the order must be that of the TypeScript twin.
        chosen = max(
            waiting,
            key=lambda node: (takes[node] == 0, gives[node] == 0, gives[node] - takes[node]),
        )
        waiting.remove(chosen)
        remove(chosen)
        if takes[chosen] == 0 or gives[chosen]:
            head.append(chosen)
        else:
            tail.insert(0, chosen)
    return head + tail
