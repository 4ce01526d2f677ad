"""A packing: which states of a segment a loop carries in packed form; see ``ops.rules.Packed``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nengo_nb.ops.rules import Group, Packed
from nengo_nb.plan.graph import size_of
from nengo_nb.plan.program import Gather, OperationGroup, Place, Segment, Source

from .rule_of import rule_of

Tensor = Any


@dataclass(frozen=True)
class Packing:
    """The states of one group, packed.

    Args:
        form: How they are packed.
        states: The states, in the order in which the group carries them.
        ports: For each of them, which result of the group it becomes.
    """

    form: Packed
    states: tuple[int, ...]
    ports: tuple[int, ...]


@dataclass(frozen=True)
class Carried:
    """What a loop carries from step to step.

    Args:
        plain: States as they are, by number.
        packed: The packed form of groups, by group.
    """

    plain: dict[int, Tensor]
    packed: dict[int, list[Tensor]]


def pack(states: Sequence[Tensor], packings: Mapping[int, Packing]) -> Carried:
    """What a loop carries for given states."""
    hidden = {s for packing in packings.values() for s in packing.states}
    packed = {g: list(p.form.pack(*(states[s] for s in p.states))) for g, p in packings.items()}
    return Carried({s: tensor for s, tensor in enumerate(states) if s not in hidden}, packed)


def unpack(carried: Carried, packings: Mapping[int, Packing]) -> list[Tensor]:
    """The states that a loop has reached."""
    states = dict(carried.plain)
    for g, packing in packings.items():
        results = packing.form.results(*carried.packed[g])
        states.update({s: results[port] for s, port in zip(packing.states, packing.ports, strict=True)})
    return [states[s] for s in range(len(states))]


def find_packings(segment: Segment, groups: dict[int, Group]) -> dict[int, Packing]:
    """The groups of a segment that a loop can carry in packed form.

    Args:
        segment: What to compute.
        groups: Its groups, as rules get them.

    Returns:
        By group.
    """
    following = dict(segment.next_states)
    found = {}
    for g, group in groups.items():
        rule = rule_of(segment.groups[g])
        form = None if rule is None else rule.packed(group)
        if form is None:
            continue
        states = _whole_states(segment.groups[g])
        ports = [_whole_result(following[s], g, segment) if s in following else None for s in states or ()]
        if states is None or None in ports:
            continue
        packing = Packing(form, states, tuple(port for port in ports if port is not None))
        if not _is_seen(segment, g, packing):
            found[g] = packing
    return found


def _whole_states(group: OperationGroup) -> tuple[int, ...] | None:
    """The states a group carries, if each is a tensor of its own."""
    carried = group.arguments[group.n_reads :]
    places = [sole_place(gather) for gather in carried]
    if not all(place is not None and place.source is Source.STATE for place in places):
        return None
    return tuple(place.number for place in places if place is not None)


def _whole_result(gather: Gather, g: int, segment: Segment) -> int | None:
    """The result of group ``g`` that a state becomes whole."""
    place = sole_place(gather)
    if place is None or place.source is not Source.RESULT or place.number != g:
        return None
    return place.port if segment.groups[g].result_shapes[place.port] == gather.shape else None


def sole_place(gather: Gather) -> Place | None:
    """The tensor that an argument is, from its first element on, if it is one."""
    if len(gather.spans) != 1:
        return None
    (span,) = gather.spans
    in_order = span.step == 1 or span.length == 1
    return span.place if in_order and span.start == 0 and span.length == size_of(gather.shape) else None


def _is_seen(segment: Segment, g: int, packing: Packing) -> bool:
    """Whether anybody else looks at what the packed form does not keep."""
    states = {packing.states[k] for k in packing.form.hidden}
    ports = {packing.ports[k] for k in packing.form.hidden}
    hidden = {Place(Source.STATE, s) for s in states} | {Place(Source.RESULT, g, port) for port in ports}
    return any(span.place in hidden for gather in _others(segment, g, states) for span in gather.spans)


def _others(segment: Segment, g: int, states: set[int]) -> Iterator[Gather]:
    """Everything a segment reads, but what group ``g`` carries and what the given states become."""
    for k, group in enumerate(segment.groups):
        yield from group.arguments[: group.n_reads] if k == g else group.arguments
    yield from segment.outputs
    yield from (gather for s, gather in segment.next_states if s not in states)
