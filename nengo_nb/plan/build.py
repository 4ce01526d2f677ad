"""From a built Nengo model to a plan: dataflow, stages, groups, places."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from nengo.base import NengoObject
from nengo.builder import Model

from nengo_nb.errors import SparseProbeError

from .dataflow import SignatureOf, make_graph
from .graph import Graph, Operation, Origin
from .lower import Lowering, make_states
from .merge import merge
from .program import Plan, PythonPart, Segment, Stage, State
from .refs import Ref, view_index
from .stages import Sort, assign_stages, live_operations

ShareGroups = Callable[[Sequence[Operation]], Iterable[frozenset[int]]]
"""Which Python operations (by position in the sequence) may share mutable state."""


def make_plan(
    model: Model,
    signature_of: SignatureOf,
    share_groups: ShareGroups,
    at_once: Callable[[Operation], bool] = lambda _: False,
    learned_from: Callable[[Operation], Ref | None] = lambda _: None,
    probes: Iterable[NengoObject] | None = None,
) -> Plan:
    """Plan the simulation of a built model.

    Args:
        model: What Nengo's builder made of a network. It is only read.
        signature_of: The signature of an operator's rule, or None where it runs in Python.
        share_groups: Tells which Python operations may share mutable state.
        at_once: Tells which operations to compute for all steps of a chunk at once, where no circle forbids it.
        learned_from: Tells of an operation that changes many weights what it multiplies the error with.
        probes: The probes that are wanted; then Python runs only where they need it. By default all, and all Python.
    """
    graph = make_graph(model, signature_of)
    recorded = {probe: probed(graph, model, probe) for probe in (model.probes if probes is None else probes)}
    live = live_operations(graph, recorded.values(), with_effects=probes is None)
    in_python = [o for o in live if o.in_python]
    shared = [frozenset(in_python[i].index for i in group) for group in share_groups(in_python)]
    stages = assign_stages(graph, live, shared, at_once, learned_from, recorded.values())
    return Plan(graph, _Assembly(graph, stages, recorded).stages(), recorded, _held(graph))


def probed(graph: Graph, model: Model, probe: NengoObject) -> Ref:
    """The elements a probe records: what its signal holds at the end of a step."""
    signal = model.sig[probe]["in"]
    if signal.sparse:
        raise SparseProbeError(str(probe), str(probe.obj))
    ref = graph.final[signal.base]
    if not signal.is_view:
        return ref
    index = view_index(signal)
    return ref.cut(signal.elemoffset, signal.elemoffset + signal.size) if index is None else ref.take(index)


def _held(graph: Graph) -> tuple[int, ...]:
    """Values of nodes with a constant output."""
    return tuple(v for v in graph.feedable.values() if graph.values[v].origin is Origin.HELD)


class _Assembly:
    """Decides which stage owns and hands on what."""

    def __init__(
        self,
        graph: Graph,
        stages: Sequence[tuple[Sort, list[Operation]]],
        probes: dict[NengoObject, Ref],
    ) -> None:
        self.graph = graph
        self.plain = stages
        self.home = {o.index: s for s, (_, members) in enumerate(stages) for o in members}
        self.probed = {value for ref in probes.values() for value in ref.values()}
        self.owned = self._owners()
        self.own = [self._own(s) for s in range(len(stages))]
        self.wanted = self._wanted()

    def stages(self) -> tuple[Stage, ...]:
        """All stages, finished."""
        return tuple(self._stage(s, sort, members) for s, (sort, members) in enumerate(self.plain))

    def _owners(self) -> dict[int, list[int]]:
        """The states each stage owns: those it moves on, and reads or others read."""
        graph = self.graph
        readers: dict[int, int] = {}
        pending = deque(
            (start, s)
            for s, (_, members) in enumerate(self.plain)
            for o in members
            for ref in o.inputs
            for start in graph.starts(ref)
        )
        pending.extend((start, len(self.plain) - 1) for start in self.probed if self._is_start(start))
        owned: dict[int, list[int]] = defaultdict(list)
        while pending:
            start, reader = pending.popleft()
            if start in readers:
                continue
            following = graph.following[start]
            sources = [self.home[o] for o in graph.sources(following)]
            owner = readers[start] = max(sources, default=reader)
            owned[owner].append(start)
            pending.extend((other, owner) for other in graph.starts(following))
        return owned

    def _is_start(self, value: int) -> bool:
        return self.graph.values[value].origin is Origin.START

    def _needs(self, s: int) -> list[int]:
        """Values a stage reads, its own results and states included."""
        refs = [ref for o in self.plain[s][1] for ref in o.inputs]
        refs += [self.graph.following[start] for start in self.owned[s]]
        return _moving(self.graph, refs)

    def _own(self, s: int) -> set[int]:
        """Values a stage defines: its results and the states it owns."""
        return {value for o in self.plain[s][1] for value in o.outputs} | set(self.owned[s])

    def _wanted(self) -> list[tuple[int, ...]]:
        """For each stage, the values it must hand on."""
        needed = set(self.probed)
        for s in range(len(self.plain)):
            needed |= set(self._needs(s)) - self.own[s]
        return [tuple(sorted(self.own[s] & needed)) for s in range(len(self.plain))]

    def _stage(self, s: int, sort: Sort, members: list[Operation]) -> Stage:
        if sort is Sort.PYTHON:
            return self._python_stage(s, members)
        if sort is Sort.MIXED:
            return self._mixed_stage(s, members)
        return self._compiled_stage(s, sort, members)

    def _python_stage(self, s: int, members: list[Operation]) -> Stage:
        graph = self.graph
        states = tuple(_python_state(graph, start) for start in self.owned[s])
        inputs = tuple(v for v in self._needs(s) if v not in self.own[s])
        part = PythonPart(tuple(members), inputs, self.wanted[s])
        return Stage(Sort.PYTHON, (part,), states, self.wanted[s])

    def _compiled_stage(self, s: int, sort: Sort, members: list[Operation]) -> Stage:
        groups = merge(self.graph, members)
        states = make_states(self.graph, [groups], self.owned[s])
        inputs = tuple(v for v in self._needs(s) if v not in self.own[s])
        lowering = Lowering(self.graph, groups, states, _held_last(self.graph, inputs))
        segment = lowering.segment(self.wanted[s], range(len(states)))
        return Stage(sort, (segment,), tuple(states), self.wanted[s])

    def _mixed_stage(self, s: int, members: list[Operation]) -> Stage:
        """Compiled and Python parts in alternation; Python reads the states themselves."""
        graph = self.graph
        layers = _alternate(graph, members)
        merged = [None if layer[0].in_python else merge(graph, layer) for layer in layers]
        states = make_states(graph, [groups for groups in merged if groups], self.owned[s])
        made_in = {value: i for i, layer in enumerate(layers) for o in layer for value in o.outputs}
        movers = _movers(graph, states, made_in, merged)
        if len(layers) in movers:
            layers, merged = [*layers, []], [*merged, []]
        reads = [_moving(graph, [ref for o in layer for ref in o.inputs]) for layer in layers]
        for i, at in enumerate(movers):
            reads[at] += _moving(graph, [graph.following[start] for start in states[i].members])
        owned, wanted = set(self.owned[s]), set(self.wanted[s])
        reading = Counter(v for read in reads for v in set(read))
        parts: list[Segment | PythonPart] = []
        for i, layer in enumerate(layers):
            here = set(reads[i])
            gives = tuple(v for o in layer for v in o.outputs if v in wanted or reading[v] > (v in here))
            inputs = tuple(dict.fromkeys(v for v in reads[i] if made_in.get(v) != i))
            groups = merged[i]
            if groups is None:
                parts.append(PythonPart(tuple(layer), inputs, gives))
                continue
            outside = _held_last(graph, [v for v in inputs if v not in owned])
            lowering = Lowering(graph, groups, states, outside)
            parts.append(lowering.segment(gives, [k for k, at in enumerate(movers) if at == i]))
        return Stage(Sort.MIXED, tuple(parts), tuple(states), self.wanted[s])


def _python_state(graph: Graph, start: int) -> State:
    """A state that a Python stage carries."""
    signal = graph.signal(start)
    flat = signal.initial_value.reshape(-1)
    return State(signal.name, flat, {start: np.arange(flat.size)})


def _moving(graph: Graph, refs: Iterable[Ref]) -> list[int]:
    """The values that references read and that can change during a run, in order of appearance."""
    origins = (Origin.OPERATION, Origin.START, Origin.HELD)
    found = {v: None for ref in refs for v in _ordered_values(ref) if graph.values[v].origin in origins}
    return list(found)


def _held_last(graph: Graph, values: Iterable[int]) -> tuple[int, ...]:
    """Values with the held ones at the end: they are the same at every step, unless they are fed."""
    return tuple(sorted(values, key=lambda v: graph.values[v].origin is Origin.HELD))


def _ordered_values(ref: Ref) -> list[int]:
    return list(dict.fromkeys(piece.value for piece in ref.pieces))


def _movers(
    graph: Graph, states: Sequence[State], made_in: dict[int, int], merged: Sequence[object | None]
) -> list[int]:
    """For each state of a mixed stage, the first compiled part that knows its next value."""
    found = []
    for state in states:
        values = [v for start in state.members for v in graph.following[start].values()]
        at = max((made_in.get(v, 0) for v in values), default=0)
        while at < len(merged) and merged[at] is None:
            at += 1
        found.append(at)
    return found


def _alternate(graph: Graph, members: Sequence[Operation]) -> list[list[Operation]]:
    """The operations of a mixed stage as compiled and Python layers in alternation."""
    level: dict[int, int] = {}
    inside = {o.index for o in members}
    for operation in members:
        sources = {s for ref in operation.inputs for s in graph.sources(ref)} & inside
        lowest = 1 if operation.in_python else 0
        for source in sources:
            changes = graph.operations[source].in_python != operation.in_python
            lowest = max(lowest, level[source] + changes)
        level[operation.index] = lowest
    layers: dict[int, list[Operation]] = defaultdict(list)
    for operation in members:
        layers[level[operation.index]].append(operation)
    return [layers[i] for i in sorted(layers)]
