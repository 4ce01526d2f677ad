"""Order the operators of a step in groups, each of one kind and free of dependencies within."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from nengo.builder import Operator, Signal

from .kinds import IDLE, Kind, Kinds
from .operator_positions import target_positions


@dataclass(frozen=True)
class Group:
    """Operators that are computed at once.

    Args:
        kind: Their kind; None for a single operator that is computed by itself.
        ops: The operators.
    """

    kind: Kind | None
    ops: list[Operator]


def group_operators(
    order: Sequence[Operator], kinds: Kinds, in_python: Collection[Operator]
) -> list[Group]:
    """Return the groups of a step, in an order that computes what the given order computes.

    Args:
        order: The operators in an order that is possible.
        kinds: Finds the kinds of operators.
        in_python: Operators that call functions of the user, which keep their order.
    """
    levels = _levels(order, in_python)
    by_place: dict[tuple[int, Kind | int, int], Group] = {}
    taken: dict[tuple[int, Kind], list[_Targets]] = defaultdict(list)
    for number, op in enumerate(order):
        kind = None if op in in_python else kinds.of(op)
        if kind == IDLE:
            continue
        if kind is None:
            by_place[levels[op], number, 0] = Group(None, [op])
            continue
        # Two increments of one element cannot be one assignment.
        sets = taken[levels[op], kind]
        place = next((k for k, targets in enumerate(sets) if targets.add(op)), len(sets))
        if place == len(sets):
            sets.append(_Targets())
            sets[place].add(op)
        group = by_place.setdefault((levels[op], kind, place), Group(kind, []))
        group.ops.append(op)
    # Stable: within a level in the order in which they were met.
    return [by_place[place] for place in sorted(by_place, key=lambda place: place[0])]


@dataclass
class _Targets:
    """Elements that the operators of a group write."""

    masks: dict[Signal, np.ndarray] = field(default_factory=dict)

    def add(self, op: Operator) -> bool:
        """Add those of an operator, unless one of them is there; return whether they were added."""
        parts = [(base, positions) for base, positions in target_positions(op)]
        for base, positions in parts:
            mask = self.masks.get(base)
            if mask is not None and mask[positions].any():
                return False
        for base, positions in parts:
            self.masks.setdefault(base, np.zeros(base.size, bool))[positions] = True
        return True


def _levels(order: Sequence[Operator], in_python: Collection[Operator]) -> dict[Operator, int]:
    """Return a level for each operator, above the levels of all that it depends on.

    Within a step a signal is set, then incremented, then read, then updated.
    """
    late = _late(order, in_python)
    levels: dict[Operator, int] = {}
    written: dict[Signal, int] = defaultdict(int)
    incremented: dict[Signal, int] = defaultdict(int)
    used: dict[Signal, int] = defaultdict(int)
    last_call = top = 0
    # Updates for the next step wait for the end of this one, where more of them are equal.
    for op in [*(o for o in order if o not in late), *(o for o in order if o in late)]:
        level = top + 1 if op in late else 1
        for signal in op.incs:
            level = max(level, written[signal.base] + 1)
        for signal in op.reads:
            base = signal.base
            level = max(level, written[base] + 1, incremented[base] + 1)
        for signal in op.updates:
            base = signal.base
            level = max(level, written[base] + 1, incremented[base] + 1, used[base] + 1)
        if op in in_python:
            level = max(level, last_call + 1)
            last_call = level
        levels[op] = level
        for signal in op.sets:
            written[signal.base] = max(written[signal.base], level)
        for signal in op.incs:
            incremented[signal.base] = max(incremented[signal.base], level)
        for signal in op.reads:
            used[signal.base] = max(used[signal.base], level)
        if op not in late:
            top = max(top, level)
    return levels


def _late(order: Sequence[Operator], in_python: Collection[Operator]) -> set[Operator]:
    """Return the operators that only update, and can do so after all others."""
    late = {op for op in order if op.updates and not (op.sets or op.incs) and op not in in_python}
    while True:
        early: set[Signal] = set()
        for op in order:
            if op not in late:
                early.update(signal.base for signal in op.updates)
        # They have to read what others update before that happens.
        too_late = {op for op in late if not early.isdisjoint(_bases(op.reads))}
        if not too_late:
            return late
        late -= too_late


def _bases(signals: Iterable[Signal]) -> set[Signal]:
    return {signal.base for signal in signals}
