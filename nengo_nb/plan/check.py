"""Checks the results of passes: invariants of a graph, of a schedule, and of a plan.

Each function yields a sentence for each thing that is wrong. They run behind every pass where the
environment variable ``NENGO_NB_CHECK_PLANS`` is set, as it is in the tests; otherwise a plan costs
one look at the environment more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from nengo.base import NengoObject

from nengo_nb.errors import InconsistentPlanError

from .assemble import Layer
from .graph import Graph, Operation, Origin, size_of
from .ownership import Schedule, stage_numbers
from .program import Plan, Segment, Stage
from .refs import ZERO, Ref
from .segment_check import segment_problems, state_problems
from .stages import StageKind

VARIABLE = "NENGO_NB_CHECK_PLANS"

MOST_NAMED = 5
"""Number of problems that an error lists; one wrong index tends to make hundreds."""


def is_on() -> bool:
    """Whether plans are checked in this process."""
    return os.environ.get(VARIABLE, "") not in ("", "0", "off")


def refuse(name: str, problems: Iterable[str]) -> None:
    """Refuse the result of a pass that has problems.

    Raises:
        InconsistentPlanError: There are problems.
    """
    first = list(islice(problems, MOST_NAMED))
    if first:
        raise InconsistentPlanError(name, first)


def graph_problems(graph: Graph, probes: Mapping[NengoObject, Ref]) -> Iterator[str]:
    """Check that values are defined once, before they are read, and references stay within.

    Args:
        graph: The dataflow of a step.
        probes: For each probe, the elements it records.
    """
    yield from _definition_problems(graph)
    for operation in graph.operations:
        for ref, shape in zip(operation.inputs, operation.input_shapes, strict=True):
            yield from _ref_problems(graph, ref, f"operation {operation.index} ({operation.name})")
            if ref.size != size_of(shape):
                yield (
                    f"operation {operation.index} reads {ref.size} elements as an array of "
                    f"shape {shape}"
                )
            # Operations are in a valid order, so reading
            # a later one would be a cycle within a step.
            late = [source for source in graph.sources(ref) if source >= operation.index]
            if late:
                yield (
                    f"operation {operation.index} reads results of {late}, which come no "
                    "earlier than it does"
                )
    for start, ref in graph.next_value.items():
        yield from _ref_problems(graph, ref, f"the next value of state {start}")
        if ref.size != graph.values[start].size:
            yield f"state {start} of {graph.values[start].size} elements is followed by {ref.size}"
    for signal, ref in graph.final.items():
        yield from _ref_problems(graph, ref, f"the final value of {signal.name}")
        if ref.size != signal.size:
            yield f"{signal.name} has {signal.size} elements and ends a step with {ref.size}"
    for probe, ref in probes.items():
        yield from _ref_problems(graph, ref, f"{probe}")


def _definition_problems(graph: Graph) -> Iterator[str]:
    """Check that each operation is at its index, and its results are values of its own."""
    definers: dict[int, int] = {}
    for i, operation in enumerate(graph.operations):
        if operation.index != i:
            yield f"operation {operation.index} is at position {i}"
        ports = zip(operation.outputs, operation.output_shapes, strict=True)
        for port, (value, shape) in enumerate(ports):
            defined = graph.values[value]
            # Single assignment: nothing in a plan would say which of two writes comes last.
            if value in definers:
                yield f"value {value} is written by operations {definers[value]} and {i}"
            definers[value] = i
            if (defined.origin, defined.operation, defined.port) != (Origin.OPERATION, i, port):
                yield (
                    f"result {port} of operation {i} is value {value}, which is not known as "
                    "its result"
                )
            if defined.size != size_of(shape):
                yield (
                    f"value {value} has {defined.size} elements, and its operation gives shape "
                    f"{shape}"
                )
    for value, defined in enumerate(graph.values):
        if defined.origin is Origin.OPERATION and value not in definers:
            yield f"value {value} is written by no operation"


def _ref_problems(graph: Graph, ref: Ref, reader: str) -> Iterator[str]:
    """Check that a reference reads existing elements of values that are defined."""
    for piece in ref.pieces:
        if piece.value == ZERO:
            continue
        if not 0 < piece.value < len(graph.values):
            yield f"{reader} reads value {piece.value}, and there is no such value"
            continue
        value = graph.values[piece.value]
        # Steps may be negative or zero, so both ends are checked.
        last = piece.start + piece.step * (piece.length - 1)
        if piece.length < 1 or not (0 <= piece.start < value.size and 0 <= last < value.size):
            yield f"{reader} reads {piece} of a value of {value.size} elements"
        if value.origin is Origin.STATE and piece.value not in graph.next_value:
            yield f"{reader} reads state {piece.value}, which has no next value"


def live_problems(
    graph: Graph, probes: Mapping[NengoObject, Ref], live: Sequence[Operation]
) -> Iterator[str]:
    """Check that all that live operations and probes read is live, also through states."""
    kept = {operation.index for operation in live}
    readers: list[tuple[str, Ref]] = []
    for operation in live:
        readers += [(f"operation {operation.index}", ref) for ref in operation.inputs]
    readers += [(f"{probe}", ref) for probe, ref in probes.items()]
    seen: set[int] = set()
    # A state that is read keeps alive what its next value is computed from.
    while readers:
        reader, ref = readers.pop()
        dropped = [source for source in graph.sources(ref) if source not in kept]
        if dropped:
            yield f"{reader} reads results of operations {dropped}, which were dropped"
        for start in set(graph.starts(ref)) - seen:
            seen.add(start)
            readers.append((f"state {start}", graph.next_value[start]))


def schedule_problems(
    graph: Graph, live: Sequence[Operation], shared: Iterable[frozenset[int]], schedule: Schedule
) -> Iterator[str]:
    """Check that each live operation runs once, behind its inputs, in a stage that can run it."""
    yield from _sort_problems(schedule)
    stage_of = stage_numbers(schedule)
    n_scheduled = sum(len(members) for _, members in schedule)
    if n_scheduled != len(stage_of):
        yield f"{n_scheduled - len(stage_of)} operations are scheduled twice"
    for operation in live:
        if operation.index not in stage_of:
            yield f"operation {operation.index} is in no stage"
            continue
        s = stage_of[operation.index]
        for ref in operation.inputs:
            # The order within a stage is that of its layers, see ``layer_problems``.
            late = [source for source in graph.sources(ref) if stage_of.get(source, s) > s]
            if late:
                yield (
                    f"operation {operation.index} in stage {s} reads results of {late}, from "
                    "later stages"
                )
    for group in shared:
        if len({stage_of.get(index) for index in group}) > 1:
            yield (
                f"operations {sorted(group)} may share state in Python, and are in different stages"
            )


def _sort_problems(schedule: Schedule) -> Iterator[str]:
    """Check that Python runs in stages of Python, and nothing else does."""
    for s, (kind, members) in enumerate(schedule):
        for operation in members:
            if operation.in_python and kind not in (StageKind.PYTHON, StageKind.MIXED):
                yield f"operation {operation.index} runs in Python, in stage {s} ({kind.value})"
            if not operation.in_python and kind is StageKind.PYTHON:
                yield f"operation {operation.index} is compiled, in stage {s} ({kind.value})"


def layer_problems(
    graph: Graph, schedule: Schedule, layers: Sequence[Sequence[Layer]]
) -> Iterator[str]:
    """Check that groups hold the operations of their stage, each once, behind its inputs."""
    for s, (_, members) in enumerate(schedule):
        if _indices(layer.operations for layer in layers[s]) != _indices([members]):
            yield f"the layers of stage {s} hold other operations than the stage"
        done: set[int] = set()
        inside = set(_indices(layer.operations for layer in layers[s]))
        for layer in layers[s]:
            units = (
                layer.groups if layer.groups is not None else tuple((o,) for o in layer.operations)
            )
            if _indices(units) != _indices([layer.operations]):
                yield f"the groups of a layer of stage {s} hold other operations than the layer"
            for unit in units:
                for operation in unit:
                    read = graph.all_sources(operation.inputs)
                    if (read & inside) - done:
                        yield f"operation {operation.index} comes before what it reads in stage {s}"
                # Only after the whole unit: members of a group are
                # computed at once, and must not read each other.
                done.update(operation.index for operation in unit)


def _indices(groups: Iterable[Iterable[Operation]]) -> list[int]:
    """Return the indices of the operations of all groups, sorted."""
    indices: list[int] = []
    for group in groups:
        indices.extend(operation.index for operation in group)
    return sorted(indices)


def plan_problems(plan: Plan) -> Iterator[str]:
    """Check that each value is given by one stage, before it is read, and stages are sound."""
    giver: dict[int, int] = {}
    for s, stage in enumerate(plan.stages):
        yield from state_problems(stage, f"stage {s}")
        yield from _stage_problems(plan.graph, stage, f"stage {s}", giver)
        for value in stage.gives:
            if value in giver:
                yield f"value {value} is given by stages {giver[value]} and {s}"
            giver[value] = s
    for probe, ref in plan.probes.items():
        moving = [
            v
            for v in ref.values()
            if plan.graph.values[v].origin in (Origin.OPERATION, Origin.STATE)
        ]
        missing = [value for value in moving if value not in giver]
        if missing:
            yield f"{probe} records values {missing}, which no stage gives"


def _stage_problems(
    graph: Graph, stage: Stage, name: str, giver: Mapping[int, int]
) -> Iterator[str]:
    """Check that the parts of a stage get what they read, and write each value once."""
    readable = set(giver)
    for state in stage.states:
        readable.update(state.members)
    written: set[int] = set()
    for p, part in enumerate(stage.parts):
        where = f"part {p} of {name}"
        unknown = [
            v
            for v in part.inputs
            if v not in readable | written and graph.values[v].origin is not Origin.CONSTANT_INPUT
        ]
        if unknown:
            yield f"{where} reads values {unknown}, which nothing gives before it"
        if isinstance(part, Segment):
            yield from segment_problems(graph, part, stage.states, where)
        twice = written.intersection(part.gives)
        if twice:
            yield f"{where} writes values {sorted(twice)}, which an earlier part has written"
        written.update(part.gives)
    missing = set(stage.gives) - written - readable
    if missing:
        yield f"{name} should give values {sorted(missing)}, which none of its parts writes"
    moved: list[int] = []
    for segment in stage.segments:
        moved.extend(i for i, _ in segment.next_states)
    expected = list(range(len(stage.states))) if stage.segments else []
    if sorted(moved) != expected:
        yield f"{name} moves on states {sorted(moved)} of {expected}"
