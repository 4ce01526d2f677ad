"""Ownership of states and values: which stage moves them on, defines, reads or hands them on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nengo.base import NengoObject

from .graph import Graph, Operation, Origin, all_inputs, all_outputs
from .refs import Ref, all_values
from .stages import StageKind

Schedule = Sequence[tuple[StageKind, Sequence[Operation]]]
"""For each stage, how it runs, and its operations in order of evaluation."""


def stage_numbers(schedule: Schedule) -> dict[int, int]:
    """Return the number of the stage of each operation, by the operation's index."""
    numbers: dict[int, int] = {}
    for s, (_, members) in enumerate(schedule):
        numbers.update({operation.index: s for operation in members})
    return numbers


@dataclass(frozen=True)
class Ownership:
    """Values by stage; each tuple has one entry for each stage.

    Args:
        states: The ``STATE`` values a stage owns: those that it moves on.
        reads: The values it reads that change during a run, including its own results and states.
        defined: The values it defines: its results and the states it owns.
        wanted: The values it defines that later stages or probes need.
    """

    states: tuple[tuple[int, ...], ...]
    reads: tuple[tuple[int, ...], ...]
    defined: tuple[frozenset[int], ...]
    wanted: tuple[tuple[int, ...], ...]

    def inputs(self, s: int) -> tuple[int, ...]:
        """Return the values that a stage gets from others, in the order in which it reads them."""
        return tuple(value for value in self.reads[s] if value not in self.defined[s])


def assign_values(graph: Graph, schedule: Schedule, probes: Mapping[NengoObject, Ref]) -> Ownership:
    """Decide which stage owns which states and hands on which values.

    Args:
        graph: The dataflow of a step.
        schedule: The stages.
        probes: For each probe, the elements it records.
    """
    probed = all_values(probes.values())
    owned = _owners(graph, schedule, probed)
    numbers = range(len(schedule))
    reads, defined = [], []
    for s in numbers:
        _, operations = schedule[s]
        refs = all_inputs(operations)
        refs += [graph.next_value[start] for start in owned[s]]
        reads.append(tuple(moving_values(graph, refs)))
        defined.append(frozenset(all_outputs(operations)).union(owned[s]))
    needed = set(probed)
    for s in numbers:
        needed |= set(reads[s]) - defined[s]
    wanted = tuple(tuple(sorted(defined[s] & needed)) for s in numbers)
    return Ownership(tuple(tuple(owned[s]) for s in numbers), tuple(reads), tuple(defined), wanted)


def _owners(graph: Graph, schedule: Schedule, probed: set[int]) -> defaultdict[int, list[int]]:
    """Return the states each stage owns.

    A state lives in the last stage that computes a part of its next value, as only there the whole
    of it is known. One that nothing computes (it follows another state) lives where it is read.
    """
    home = stage_numbers(schedule)
    readers: dict[int, int] = {}
    pending: deque[tuple[int, int]] = deque()
    for s, (_, members) in enumerate(schedule):
        for ref in all_inputs(members):
            pending.extend((start, s) for start in graph.starts(ref))
    last = len(schedule) - 1
    pending.extend((value, last) for value in probed if graph.values[value].origin is Origin.STATE)
    owned: defaultdict[int, list[int]] = defaultdict(list)
    while pending:
        start, reader = pending.popleft()
        if start in readers:
            continue
        next_value = graph.next_value[start]
        sources = [home[o] for o in graph.sources(next_value)]
        # A state that follows another one reads it, as a reader in this stage.
        owner = readers[start] = max(sources, default=reader)
        owned[owner].append(start)
        pending.extend((other, owner) for other in graph.starts(next_value))
    return owned


def moving_values(graph: Graph, refs: Iterable[Ref]) -> list[int]:
    """Return the values in references that can change during a run, in order of appearance."""
    origins = (Origin.OPERATION, Origin.STATE, Origin.CONSTANT_INPUT)
    in_order: dict[int, None] = {}
    for ref in refs:
        in_order.update(dict.fromkeys(piece.value for piece in ref.pieces))
    return [value for value in in_order if graph.values[value].origin in origins]
