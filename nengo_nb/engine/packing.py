"""Packing: which states of a segment its loop carries in packed form; see ``ops.rules.Packed``.

XLA's CPU backend computes a producer again in each fusion that reads it, so that LIF neurons with
separate outputs for voltage and refractory time would do their arithmetic two or three times in
each step.
"""

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
    """Packed form of the states of one group.

    Args:
        form: The rule's packed form.
        states: The states, in the order in which the group carries them.
        ports: For each of them, the number of the group's result that is its next value.
    """

    form: Packed
    states: tuple[int, ...]
    ports: tuple[int, ...]


@dataclass(frozen=True)
class Carried:
    """Loop variables that hold the states of a segment.

    Args:
        plain: States that are not packed, by number.
        packed: Packed tensors, by number of the group.
    """

    plain: dict[int, Tensor]
    packed: dict[int, list[Tensor]]


def pack(states: Sequence[Tensor], packings: Mapping[int, Packing]) -> Carried:
    """Make a loop's variables from states, ``(batch, *shape)`` each."""
    in_packings: set[int] = set()
    packed = {}
    for g, packing in packings.items():
        in_packings.update(packing.states)
        packed[g] = list(packing.form.pack(*(states[s] for s in packing.states)))
    return Carried({s: tensor for s, tensor in enumerate(states) if s not in in_packings}, packed)


def unpack(carried: Carried, packings: Mapping[int, Packing]) -> list[Tensor]:
    """Return all states, in order, from a loop's variables."""
    states = dict(carried.plain)
    for g, packing in packings.items():
        # A group's results are also its next states, so the packed form gives the states by port.
        results = packing.form.results(*carried.packed[g])
        states.update(
            {s: results[port] for s, port in zip(packing.states, packing.ports, strict=True)}
        )
    return [states[s] for s in range(len(states))]


def find_packings(segment: Segment, groups: dict[int, Group]) -> dict[int, Packing]:
    """Find the groups of a segment that its loop can carry in packed form.

    Args:
        segment: The segment.
        groups: Its groups, by number, as rules get them.

    Returns:
        Packings, by number of the group.
    """
    next_states = dict(segment.next_states)
    packings = {}
    for g, group in groups.items():
        rule = rule_of(segment.groups[g])
        form = None if rule is None else rule.packed(group)
        if form is None:
            continue
        # The packed form takes the place of all states of the group, so each must be a tensor of
        # its own that the group alone moves on. Others may read them: ``unpack`` restores them.
        states = _whole_states(segment.groups[g])
        ports = [
            _whole_result(next_states[s], g, segment) if s in next_states else None
            for s in states or ()
        ]
        if states is None or None in ports:
            continue
        packing = Packing(form, states, tuple(port for port in ports if port is not None))
        if not _is_seen(segment, g, packing):
            packings[g] = packing
    return packings


def _whole_states(group: OperationGroup) -> tuple[int, ...] | None:
    """Return the states a group carries, by number, if each is a tensor of its own, or None."""
    carried = group.arguments[group.n_reads :]
    places = [sole_place(gather) for gather in carried]
    if not all(place is not None and place.source is Source.STATE for place in places):
        return None
    return tuple(place.number for place in places if place is not None)


def _whole_result(gather: Gather, g: int, segment: Segment) -> int | None:
    """Return the port of group ``g`` whose whole result is the next state, or None."""
    place = sole_place(gather)
    if place is None or place.source is not Source.RESULT or place.number != g:
        return None
    return place.port if segment.groups[g].result_shapes[place.port] == gather.shape else None


def sole_place(gather: Gather) -> Place | None:
    """Return the tensor whose first elements, in order, are an argument, or None."""
    if len(gather.spans) != 1:
        return None
    (span,) = gather.spans
    in_order = span.step == 1 or span.length == 1
    return (
        span.place
        if in_order and span.start == 0 and span.length == size_of(gather.shape)
        else None
    )


def _is_seen(segment: Segment, g: int, packing: Packing) -> bool:
    """Whether anything but the group itself reads what its packed form does not keep exactly."""
    # Of LIF neurons that is a refractory time that is over: it comes back as zero, which acts
    # alike. What reads it would see another number than Nengo's, so such a group stays unpacked.
    states = {packing.states[k] for k in packing.form.hidden}
    ports = {packing.ports[k] for k in packing.form.hidden}
    hidden = {Place(Source.STATE, s) for s in states} | {
        Place(Source.RESULT, g, port) for port in ports
    }
    return any(gather.reads(hidden) for gather in _others(segment, g, states))


def _others(segment: Segment, g: int, states: set[int]) -> Iterator[Gather]:
    """Yield all reads of a segment but what group ``g`` carries and next values of ``states``."""
    for k, group in enumerate(segment.groups):
        yield from group.arguments[: group.n_reads] if k == g else group.arguments
    yield from segment.outputs
    yield from (gather for s, gather in segment.next_states if s not in states)
