"""Finds learned weights that can be updated once in a block of steps; see ``blocks.py``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nengo.builder.operator import DotInc

from nengo_nb.engine.packing import sole_place
from nengo_nb.engine.rule_of import rule_of
from nengo_nb.plan.program import Gather, Place, Segment, Source

FORESEEN = (Source.INPUT, Source.PARAMETER, Source.ZERO)
"""Sources of values that are known for all steps of a chunk before its first."""


@dataclass(frozen=True)
class Learned:
    """Weights ``(G, m, n)`` that outer products change, and only matrix-vector products read.

    Args:
        state: The state that holds them.
        change: The group that computes how they change.
        total: The group that adds the change to them.
        products: The groups that multiply them with vectors.
    """

    state: int
    change: int
    total: int
    products: tuple[int, ...]


def find_learned(segment: Segment) -> tuple[Learned, ...]:
    """Find the weights of a segment that may be updated once in a block."""
    rules = {g: rule_of(group) for g, group in enumerate(segment.groups)}
    changes = [g for g, rule in rules.items() if rule is not None and rule.outer is not None]
    candidates = (
        _learned(segment, g) for g in changes if _is_foreseen(segment.groups[g].arguments[0])
    )
    return tuple(learned for learned in candidates if learned is not None)


def _learned(segment: Segment, change: int) -> Learned | None:
    """Return the weights that a group changes; None if they or their change are read otherwise."""
    groups, others = _readers(segment, Place(Source.RESULT, change))
    # The change goes into one sum and nowhere else ...
    if len(groups) != 1 or others or rule_of(segment.groups[groups[0]]) is not None:
        return None
    (total,) = groups
    places = [sole_place(gather) for gather in segment.groups[total].arguments]
    states = [
        place.number for place in places if place is not None and place.source is Source.STATE
    ]
    # ... which adds it, whole, to one state ...
    if len(places) != 2 or len(states) != 1 or Place(Source.RESULT, change) not in places:
        return None
    (state,) = states
    next_values = [gather for s, gather in segment.next_states if s == state]
    # ... and is the next value of that state ...
    if [sole_place(gather) for gather in next_values] != [Place(Source.RESULT, total)]:
        return None
    products, others = _readers(segment, Place(Source.RESULT, total), becomes=state)
    # ... which nothing else reads, neither before nor behind the sum, but products with vectors.
    if others or _readers(segment, Place(Source.STATE, state)) != ([total], False):
        return None
    return (
        Learned(state, change, total, tuple(products))
        if all(_multiplies(segment, k, change, total) for k in products)
        else None
    )


def _is_foreseen(gather: Gather) -> bool:
    """Whether an argument is known for all steps of a chunk before its first."""
    return all(span.place.source in FORESEEN for span in gather.spans)


def _multiplies(segment: Segment, g: int, change: int, total: int) -> bool:
    """Whether a group multiplies the whole weights with vectors that are known before the block."""
    group = segment.groups[g]
    op = group.operations[0].op
    if not isinstance(op, DotInc) or op.A.ndim != 2 or op.X.ndim != 1:
        return False
    weights, vectors = group.arguments
    is_whole = weights.shape == segment.groups[change].result_shapes[0]
    return is_whole and sole_place(weights) == Place(Source.RESULT, total) and _is_foreseen(vectors)


def _readers(segment: Segment, place: Place, becomes: int | None = None) -> tuple[list[int], bool]:
    """Return the groups that read a tensor, and whether outputs or states (not ``becomes``) do."""
    groups = [g for g, group in enumerate(segment.groups) if _any_reads(group.arguments, place)]
    others = [*segment.outputs, *(gather for s, gather in segment.next_states if s != becomes)]
    return groups, _any_reads(others, place)


def _any_reads(gathers: Iterable[Gather], place: Place) -> bool:
    """Whether any of the arguments reads elements of a tensor."""
    return any(gather.reads((place,)) for gather in gathers)
