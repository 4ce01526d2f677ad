"""Ownership of states and values: which stage moves them on, defines, reads or hands them on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nengo.base import NengoObject

from .graph import Graph, Operation, Origin
from .refs import Ref
from .stages import StageKind

Schedule = Sequence[tuple[StageKind, Sequence[Operation]]]
"""For each stage, how it runs, and its operations in order of evaluation."""


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
    probed = {value for ref in probes.values() for value in ref.values()}
    owned = _owners(graph, schedule, probed)
    numbers = range(len(schedule))
    reads, defined = [], []
    for s in numbers:
        refs = [ref for o in schedule[s][1] for ref in o.inputs]
        refs += [graph.next_value[start] for start in owned[s]]
        reads.append(tuple(moving_values(graph, refs)))
        results = {value for o in schedule[s][1] for value in o.outputs}
        defined.append(frozenset(results.union(owned[s])))
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
    home = {o.index: s for s, (_, members) in enumerate(schedule) for o in members}
    readers: dict[int, int] = {}
    pending = deque(
        (start, s)
        for s, (_, members) in enumerate(schedule)
        for o in members
        for ref in o.inputs
        for start in graph.starts(ref)
    )
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
    values = [piece.value for ref in refs for piece in ref.pieces]
    return [value for value in dict.fromkeys(values) if graph.values[value].origin in origins]
