"""Crossing reduction: the vertical order of the items in each column (barycenter heuristic).

An arrow has a dummy item in each column that it passes. An arrow that points back has one in the
columns of its own ends, too: that is where it turns.

References:
    Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures. IEEE
    SMC, 1981.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

from .layers import Pair

ROUNDS = 12


@dataclass(frozen=True)
class Columns:
    """Items in columns; the first items are the nodes, the others the dummies of passing arrows.

    Args:
        columns: For each column its items from top to bottom.
        ranks: For each item its column.
        chains: For each arrow the items it runs through, source first.
    """

    columns: list[list[int]]
    ranks: list[int]
    chains: list[list[int]]


def arrange(ranks: Sequence[int], pairs: Sequence[Pair]) -> Columns:
    """Order nodes and dummies in their columns, by as few crossings as some sweeps find."""
    all_ranks, chains = _chains(ranks, pairs)
    columns: list[list[int]] = [[] for _ in range(max(all_ranks, default=-1) + 1)]
    for item, rank in enumerate(all_ranks):
        columns[rank].append(item)
    left: list[list[int]] = [[] for _ in all_ranks]
    right: list[list[int]] = [[] for _ in all_ranks]
    beside: list[list[int]] = [[] for _ in all_ranks]
    for chain in chains:
        for a, b in itertools.pairwise(chain):
            if all_ranks[a] == all_ranks[b]:
                # Two items of one arrow in one column: a node, and the dummy at which it turns.
                beside[max(a, b)].append(min(a, b))
            else:
                first, second = (a, b) if all_ranks[a] < all_ranks[b] else (b, a)
                right[first].append(second)
                left[second].append(first)
    # A sweep may add crossings, so the best order is kept, and not the last.
    best, fewest = columns, _crossings(columns, right)
    for number in range(ROUNDS):
        columns = _sweep(
            columns, left if number % 2 == 0 else right, beside, backwards=number % 2 == 1
        )
        crossings = _crossings(columns, right)
        if crossings < fewest:
            best, fewest = columns, crossings
    return Columns(best, all_ranks, chains)


def _chains(ranks: Sequence[int], pairs: Sequence[Pair]) -> tuple[list[int], list[list[int]]]:
    """Return the column of every item, and the items that each arrow runs through."""
    all_ranks, chains = list(ranks), []
    for a, b in pairs:
        start, end = ranks[a], ranks[b]
        passed = range(0)  # of an arrow from an item to itself
        if start < end:
            passed = range(start + 1, end)
        elif a != b:
            # Pointing back it passes the columns of both ends, too.
            passed = range(start, end - 1, -1)
        chains.append([a, *range(len(all_ranks), len(all_ranks) + len(passed)), b])
        all_ranks += passed
    return all_ranks, chains


def _sweep(
    columns: list[list[int]], towards: list[list[int]], beside: list[list[int]], *, backwards: bool
) -> list[list[int]]:
    """Sort each column by the mean height of its neighbours in the column before."""
    swept = [list(column) for column in columns]
    height = [0.0] * len(towards)
    for column in reversed(swept) if backwards else swept:
        for place, item in enumerate(column):
            height[item] = (place + 0.5) / len(column)
        # Relative heights, so that columns of different lengths can be compared.
        keys = {item: _mean(towards[item], height, height[item]) for item in column}
        for item in column:
            if beside[item] and not towards[item]:
                # A dummy without neighbours on this side stands
                # with the node at which its arrow turns.
                keys[item] = keys[beside[item][0]]
        # Ties by index: the TypeScript twin must come to the same order.
        column.sort(key=lambda item: (keys[item], item))
        for place, item in enumerate(column):
            height[item] = (place + 0.5) / len(column)
    return swept


def _mean(items: list[int], height: list[float], otherwise: float) -> float:
    """Return the mean height of some items (the barycenter), or ``otherwise`` for none."""
    # Not sum(): since Python 3.12 it compensates rounding errors, and the TypeScript twin does not.
    total = 0.0
    for item in items:
        total += height[item]
    return total / len(items) if items else otherwise


def _crossings(columns: list[list[int]], right: list[list[int]]) -> int:
    """Count the crossings of arrows between neighbouring columns."""
    place = [0] * len(right)
    for column in columns:
        for index, item in enumerate(column):
            place[item] = index
    crossings = 0
    for column in columns:
        ends: list[int] = []
        for item in column:
            here = sorted(place[other] for other in right[item])
            # Inversions, counted by bisection. Arrows from one
            # item do not cross, so they are added afterwards.
            crossings += sum(len(ends) - bisect_right(ends, end) for end in here)
            for end in here:
                insort(ends, end)
    return crossings
