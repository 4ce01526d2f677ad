"""Schedules operations into stages: which run together, and which have to wait for Python.

Operations that depend on each other in a circle, within a step or from one step to the next, form a
strongly connected component and must advance together, step by step. All else can be ordered: first
everything up to the first Python call, for a whole chunk of steps, then Python for these steps,
then what follows. Python functions that may share mutable state (``alias_groups.py``) count as
depending on each other, so that they are called in Nengo's order.

Learned weights are in a cycle: their products decide about the error, by which they change. Where
the vectors they are multiplied with are in no cycle with them, these are known for many steps
ahead, and such a cycle becomes a stage of its own, whose weights change once in a block of steps
(``engine/chunkwise_learning``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from .graph import Graph, Operation, all_inputs
from .refs import Ref


class StageKind(Enum):
    """Kind of a stage, in the order in which kinds have their turns.

    ``PYTHON`` steps Python functions; ``PARALLEL`` computes all steps at once; ``SCAN`` loops over
    steps; ``BLOCKS`` does so with weights that are updated once in a block of steps; ``MIXED``
    alternates Python and compiled parts within each step.
    """

    PYTHON = "python"
    PARALLEL = "parallel"
    SCAN = "scan"
    BLOCKS = "blocks"
    MIXED = "mixed"


def live_operations(
    graph: Graph, probed: Iterable[Ref], with_effects: bool = True
) -> list[Operation]:
    """Return the operations that probes need, or Python functions that run for their effects.

    Args:
        graph: The dataflow of a step.
        probed: The references that probes record.
        with_effects: Whether all Python functions run, or only those that a probe needs.
    """
    effects = [o for o in graph.operations if o.in_python and with_effects]
    wanted = [*probed, *all_inputs(effects)]
    needed = {o.index for o in effects}
    seen_starts: set[int] = set()
    while wanted:
        ref = wanted.pop()
        for start in graph.starts(ref):
            if start not in seen_starts:
                seen_starts.add(start)
                wanted.append(graph.next_value[start])
        for index in graph.sources(ref):
            if index not in needed:
                needed.add(index)
                wanted.extend(graph.operations[index].inputs)
    return [o for o in graph.operations if o.index in needed]


def assign_stages(
    graph: Graph,
    live: Sequence[Operation],
    shared: Iterable[frozenset[int]],
    over_time: Callable[[Operation], bool] = lambda _: False,
    learned_from: Callable[[Operation], Ref | None] = lambda _: None,
    probed: Iterable[Ref] = (),
) -> list[tuple[StageKind, list[Operation]]]:
    """Divide operations into the stages of a chunk, in order.

    Args:
        graph: The dataflow of a step.
        live: The operations to run.
        shared: Groups of Python operations (by index) that may share mutable state.
        over_time: Which operations should be computed for all steps at once, where no circle
            forbids it.
        learned_from: For an operation that changes many weights by an outer product, the
            presynaptic activities.
        probed: The references that probes record at each step.

    Returns:
        How each stage runs, and its operations in order of evaluation.
    """
    edges = dependencies(graph, live)
    # A ring through all functions that may share state makes them one component, which is called
    # step by step in Nengo's order.
    for group in shared:
        ring = sorted(group)
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            if a != b:
                edges[a].add(b)
    components = strongly_connected({o.index for o in live}, edges)
    kinds = _Classifier(graph, edges, over_time, learned_from, probed)
    return _rounds(graph, components, edges, [kinds.of(members) for members in components])


def dependencies(graph: Graph, live: Sequence[Operation]) -> dict[int, set[int]]:
    """Return edges from each operation to those that need it, in the same step or in the next."""
    edges: dict[int, set[int]] = defaultdict(set)
    readers: dict[int, list[int]] = defaultdict(list)
    for operation in live:
        for ref in operation.inputs:
            for source in graph.sources(ref):
                edges[source].add(operation.index)
            for start in graph.starts(ref):
                readers[start].append(operation.index)
    alive = {o.index for o in live}
    for start, reading in readers.items():
        for source in _writers(graph, start):
            if source in alive:
                edges[source].update(reading)
    return edges


def _writers(graph: Graph, start: int) -> set[int]:
    """Return the operations that compute a state's next value, also by way of other states."""
    writers: set[int] = set()
    seen, pending = {start}, [start]
    while pending:
        next_value = graph.next_value[pending.pop()]
        writers.update(graph.sources(next_value))
        new = set(graph.starts(next_value)) - seen
        seen |= new
        pending.extend(new)
    return writers


def strongly_connected(nodes: set[int], edges: dict[int, set[int]]) -> list[list[int]]:
    """Return the strongly connected components, those that others depend on first.

    References:
        Kosaraju's algorithm, as in Sharir (1981), A strong-connectivity algorithm and its
        applications in data flow analysis. Computers & Mathematics with Applications 7(1).
    """
    backward = _reversed(edges)
    done: set[int] = set()
    # Each pass marks what it has reached in ``done``, so a root that an earlier one has reached
    # gives an empty list, and no component.
    postorder: list[int] = []
    for root in sorted(nodes):
        postorder.extend(_finished(root, edges, done))
    done = set()
    components = [_finished(root, backward, done) for root in reversed(postorder)]
    return [component for component in components if component]


def _finished(root: int, edges: Mapping[int, Iterable[int]], done: set[int]) -> list[int]:
    """Return the nodes reached from a root and not done, in postorder of a depth-first search."""
    if root in done:
        return []
    done.add(root)
    # With a path of its own: a chain of operations may be longer than Python's stack is deep.
    postorder = []
    path = [(root, iter(sorted(edges.get(root, ()))))]
    while path:
        node, successors = path[-1]
        successor = next((s for s in successors if s not in done), None)
        if successor is None:
            postorder.append(node)
            path.pop()
        else:
            done.add(successor)
            path.append((successor, iter(sorted(edges.get(successor, ())))))
    return postorder


def _rounds(
    graph: Graph,
    components: Sequence[Sequence[int]],
    edges: dict[int, set[int]],
    kinds: Sequence[StageKind],
) -> list[tuple[StageKind, list[Operation]]]:
    """Make a stage of all components of one kind that wait for none of another kind, in turns."""
    home: dict[int, int] = {}
    for c, members in enumerate(components):
        home.update(dict.fromkeys(members, c))
    before: dict[int, set[int]] = defaultdict(set)
    for c, members in enumerate(components):
        for index in members:
            for reader in edges.get(index, ()):
                if home[reader] != c:
                    before[home[reader]].add(c)
    stages = []
    for kind, chosen in _in_turns(kinds, before):
        indices: list[int] = []
        for c in chosen:
            indices.extend(components[c])
        stages.append((kind, [graph.operations[i] for i in sorted(indices)]))
    return stages


def _in_turns(
    kinds: Sequence[StageKind], before: Mapping[int, Iterable[int]]
) -> Iterator[tuple[StageKind, list[int]]]:
    """Yield, kind after kind, the components that wait only for their own kind and earlier turns.

    This is topological sorting with one list of ready components per kind. Each component and edge
    is looked at once.
    """
    after = _reversed(before)
    waits: Counter[int] = Counter()
    for others in after.values():
        waits.update(others)
    ready: dict[StageKind, list[int]] = {kind: [] for kind in StageKind}
    for c, kind in enumerate(kinds):
        if not waits[c]:
            ready[kind].append(c)
    while any(ready.values()):
        # Python first, in the order of the enumeration: then one
        # turn of Python serves all stages that read its outputs.
        for kind in StageKind:
            chosen = []
            # Components that become ready while their own kind has its turn still belong to it.
            while ready[kind]:
                chosen.append(ready[kind].pop())
                for later in after[chosen[-1]]:
                    waits[later] -= 1
                    if not waits[later]:
                        ready[kinds[later]].append(later)
            if chosen:
                yield kind, chosen


def _reversed(edges: Mapping[int, Iterable[int]]) -> dict[int, list[int]]:
    """Return the edges in the opposite direction."""
    backward: dict[int, list[int]] = defaultdict(list)
    for node, others in edges.items():
        for other in others:
            backward[other].append(node)
    return backward


class _Classifier:
    """Decides how components run; the arguments are those of ``assign_stages``."""

    def __init__(
        self,
        graph: Graph,
        edges: Mapping[int, Iterable[int]],
        over_time: Callable[[Operation], bool],
        learned_from: Callable[[Operation], Ref | None],
        probed: Iterable[Ref],
    ) -> None:
        self.graph = graph
        self.edges = edges
        self.over_time = over_time
        self.learned_from = learned_from
        self.moving = graph.all_sources(graph.next_value.values())
        self.probed: set[int] = set()
        for ref in probed:
            self.probed |= self._behind(ref)

    def of(self, members: Sequence[int]) -> StageKind:
        """Return how one component runs."""
        operations = [self.graph.operations[i] for i in members]
        in_python = [o.in_python for o in operations]
        if all(in_python):
            return StageKind.PYTHON
        if any(in_python):
            return StageKind.MIXED
        # A component of one operation is a cycle only if
        # it depends on itself, as neurons with a state do.
        (first, *others) = members
        if others or first in self.edges.get(first, ()):
            return StageKind.BLOCKS if self._learn_ahead(operations) else StageKind.SCAN
        # A parallel stage has no states, so what computes the next value of one is left to a scan.
        alone = first not in self.moving and self.over_time(operations[0])
        return StageKind.PARALLEL if alone else StageKind.SCAN

    def _learn_ahead(self, operations: Sequence[Operation]) -> bool:
        """Whether one operation changes weights that no probe records by vectors known before."""
        indices = {o.index for o in operations}
        for operation in operations:
            learned_from = self.learned_from(operation)
            if learned_from is None or self.probed.intersection(
                self.edges.get(operation.index, ())
            ):
                continue
            if not indices & self._behind(learned_from):
                return True
        return False

    def _behind(self, ref: Ref) -> set[int]:
        """Return the operations that compute a reference, or the states in it one step before."""
        behind = set(self.graph.sources(ref))
        for start in self.graph.starts(ref):
            behind |= _writers(self.graph, start)
        return behind
