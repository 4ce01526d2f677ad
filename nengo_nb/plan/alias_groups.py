"""Alias analysis of Python functions: which may share mutable state, so that order matters.

Two nodes that share nothing can be evaluated at different times with the same results: one for a
whole chunk of time steps at once, the other step by step. Two nodes that append to the same list
cannot. The analysis is conservative: functions are only told apart when nothing that one of them
can change is within the other's reach (see ``effects.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from .effects import Reach, reach


def share_groups(functions: Sequence[Callable[..., Any]]) -> list[frozenset[int]]:
    """Divide functions into groups so that no state is shared between groups.

    Args:
        functions: The functions of nodes and connections. One function may occur several times.

    Returns:
        Index sets, ordered by their smallest index, that together hold every index once.
    """
    reaches = [reach(function) for function in functions]
    if any(reached.everything for reached in reaches):
        return [frozenset(range(len(functions)))]
    parents = list(range(len(functions)))
    for first, second in _links(reaches):
        parents[_leader(parents, second)] = _leader(parents, first)
    members: dict[int, list[int]] = {}
    for index in range(len(functions)):
        members.setdefault(_leader(parents, index), []).append(index)
    return sorted((frozenset(group) for group in members.values()), key=min)


def is_isolated(function: Callable[..., Any]) -> bool:
    """Whether calls of a function touch no state, so that it shares none with any other."""
    reached = reach(function)
    return not (reached.shared or reached.written or reached.everything)


def _leader(parents: list[int], index: int) -> int:
    """Find the representative of an index in a union-find forest, with path halving."""
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _links(reaches: Sequence[Reach]) -> Iterator[tuple[int, int]]:
    """Yield pairs of functions with state in common, enough to connect each group."""
    written: frozenset[Hashable] = frozenset().union(*(reached.written for reached in reaches))
    # An object links all functions that reach it. A variable that they only read, such as a
    # global constant, links none, unless one of the functions may bind it anew.
    first_with: dict[Hashable, int] = {}
    for index, reached in enumerate(reaches):
        for key in reached.shared | reached.written | (reached.read & written):
            first = first_with.setdefault(key, index)
            if first != index:
                yield first, index
