"""Assembles stages from layers of groups: each becomes a segment or a Python part."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .graph import Graph, Operation, Origin, all_inputs, all_outputs
from .lower import Lowering, make_states
from .merge import merge
from .ownership import Ownership, moving_values
from .program import PythonPart, Segment, Stage, State
from .refs import all_values
from .stages import StageKind


@dataclass(frozen=True)
class Layer:
    """Part of a stage before it is lowered.

    Args:
        operations: Its operations, in order of evaluation.
        groups: The operations as groups of siblings; None where they run in Python.
    """

    operations: tuple[Operation, ...]
    groups: tuple[tuple[Operation, ...], ...] | None


def make_layers(graph: Graph, kind: StageKind, members: Sequence[Operation]) -> tuple[Layer, ...]:
    """Make the layers of a stage: one, or compiled and Python ones in alternation."""
    layers = _alternate(graph, members) if kind is StageKind.MIXED else [list(members)]
    finished = []
    for layer in layers:
        groups = None if layer[0].in_python else tuple(merge(graph, layer))
        finished.append(Layer(tuple(layer), groups))
    return tuple(finished)


def assemble_stage(
    graph: Graph, ownership: Ownership, s: int, kind: StageKind, layers: tuple[Layer, ...]
) -> Stage:
    """Lower one stage.

    Args:
        graph: The dataflow of a step.
        ownership: Which stage owns which states and hands on which values.
        s: The number of the stage.
        kind: How it runs.
        layers: Its layers.
    """
    if kind is StageKind.PYTHON:
        return _python_stage(graph, ownership, s, layers[0])
    if kind is StageKind.MIXED:
        return _mixed_stage(graph, ownership, s, layers)
    return _compiled_stage(graph, ownership, s, kind, layers[0])


def _python_stage(graph: Graph, ownership: Ownership, s: int, layer: Layer) -> Stage:
    states = tuple(_python_state(graph, start) for start in ownership.states[s])
    part = PythonPart(layer.operations, ownership.inputs(s), ownership.wanted[s])
    return Stage(StageKind.PYTHON, (part,), states, ownership.wanted[s])


def _compiled_stage(
    graph: Graph, ownership: Ownership, s: int, kind: StageKind, layer: Layer
) -> Stage:
    groups = layer.groups or ()
    states = make_states(graph, [groups], ownership.states[s])
    lowering = Lowering(graph, groups, states, _held_last(graph, ownership.inputs(s)))
    segment = lowering.segment(ownership.wanted[s], range(len(states)))
    return Stage(kind, (segment,), tuple(states), ownership.wanted[s])


def _mixed_stage(graph: Graph, ownership: Ownership, s: int, layers: tuple[Layer, ...]) -> Stage:
    """Lower compiled and Python layers in alternation; Python reads the states themselves."""
    states = make_states(
        graph, [layer.groups for layer in layers if layer.groups], ownership.states[s]
    )
    made_in: dict[int, int] = {}
    for i, layer in enumerate(layers):
        made_in.update(dict.fromkeys(all_outputs(layer.operations), i))
    writers = _writers(graph, states, made_in, layers)
    if len(layers) in writers:
        # What Python computes last is known to no compiled layer, so an empty one behind it moves
        # the states on.
        layers = (*layers, Layer((), ()))
    reads = [moving_values(graph, all_inputs(layer.operations)) for layer in layers]
    for i, at in enumerate(writers):
        reads[at] += moving_values(graph, [graph.next_value[start] for start in states[i].members])
    owned, wanted = set(ownership.states[s]), set(ownership.wanted[s])
    # A layer hands on what a layer other than itself reads: all readers, less itself if it is one.
    reading: Counter[int] = Counter()
    for read in reads:
        reading.update(set(read))
    parts: list[Segment | PythonPart] = []
    for i, layer in enumerate(layers):
        here = set(reads[i])
        outputs = all_outputs(layer.operations)
        gives = tuple(v for v in outputs if v in wanted or reading[v] > (v in here))
        inputs = tuple(dict.fromkeys(v for v in reads[i] if made_in.get(v) != i))
        if layer.groups is None:
            parts.append(PythonPart(layer.operations, inputs, gives))
            continue
        outside = _held_last(graph, [v for v in inputs if v not in owned])
        lowering = Lowering(graph, layer.groups, states, outside)
        parts.append(lowering.segment(gives, [k for k, at in enumerate(writers) if at == i]))
    return Stage(StageKind.MIXED, tuple(parts), tuple(states), ownership.wanted[s])


def _python_state(graph: Graph, start: int) -> State:
    """Make a state that a Python stage carries."""
    signal = graph.signal(start)
    flat = signal.initial_value.reshape(-1)
    return State(signal.name, flat, {start: np.arange(flat.size)})


def _held_last(graph: Graph, values: Iterable[int]) -> tuple[int, ...]:
    """Return values with the held ones last, where ``CompiledSegment`` expects them."""
    return tuple(sorted(values, key=lambda v: graph.values[v].origin is Origin.CONSTANT_INPUT))


def _writers(
    graph: Graph, states: Sequence[State], made_in: dict[int, int], layers: Sequence[Layer]
) -> list[int]:
    """Return, for each state of a mixed stage, the first compiled layer that has its next value."""
    first_layers = []
    for state in states:
        values = all_values(graph.next_value[start] for start in state.members)
        at = max((made_in.get(v, 0) for v in values), default=0)
        # Python layers move no states on; behind the last
        # one this is the number of a layer to be added.
        while at < len(layers) and layers[at].groups is None:
            at += 1
        first_layers.append(at)
    return first_layers


def _alternate(graph: Graph, members: Sequence[Operation]) -> list[list[Operation]]:
    """Divide the operations of a mixed stage into compiled and Python layers, in alternation.

    Compiled layers have even levels and Python layers odd ones; an operation is one level above
    what it reads of the other kind, and on the same level as what it reads of its own.
    """
    level: dict[int, int] = {}
    inside = {o.index for o in members}
    for operation in members:
        sources = graph.all_sources(operation.inputs) & inside
        lowest = 1 if operation.in_python else 0
        for source in sources:
            changes = graph.operations[source].in_python != operation.in_python
            lowest = max(lowest, level[source] + changes)
        level[operation.index] = lowest
    layers: dict[int, list[Operation]] = defaultdict(list)
    for operation in members:
        layers[level[operation.index]].append(operation)
    return [layers[i] for i in sorted(layers)]
