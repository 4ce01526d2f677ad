"""Which operations run together, and which have to wait for Python.

Operations that depend on each other in a circle, within a step or from one step to the next, form a
strongly connected component and must advance together, step by step. All else can be ordered: first
everything up to the first Python call, for a whole chunk of steps, then Python for these steps,
then what follows. Python functions that may share mutable state (``sharing.py``) count as depending
on each other, so that they are called in Nengo's order.

Weights that learn are in a circle: what they give decides about the error, by which they change.
Where what they are multiplied with is not, it is known for many steps before, and such a circle
becomes a stage of its own, whose weights change once in a block of steps (``engine/blocks.py``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from .graph import Graph, Operation
from .refs import Ref


class Sort(Enum):
    """How a stage runs."""

    PYTHON = "python"
    PARALLEL = "parallel"
    SCAN = "scan"
    BLOCKS = "blocks"
    MIXED = "mixed"


def live_operations(
    graph: Graph, probed: Iterable[Ref], with_effects: bool = True
) -> list[Operation]:
    """The operations that a probe can notice, or a Python function, if these run for their
    effects too.
    """
    effects = [o for o in graph.operations if o.in_python and with_effects]
    wanted = list(probed) + [ref for o in effects for ref in o.inputs]
    found = {o.index for o in effects}
    seen_starts: set[int] = set()
    while wanted:
        ref = wanted.pop()
        for start in graph.starts(ref):
            if start not in seen_starts:
                seen_starts.add(start)
                wanted.append(graph.following[start])
        for index in graph.sources(ref):
            if index not in found:
                found.add(index)
                wanted.extend(graph.operations[index].inputs)
    return [o for o in graph.operations if o.index in found]


def assign_stages(
    graph: Graph,
    live: Sequence[Operation],
    shared: Iterable[frozenset[int]],
    at_once: Callable[[Operation], bool] = lambda _: False,
    learned_from: Callable[[Operation], Ref | None] = lambda _: None,
    probed: Iterable[Ref] = (),
) -> list[tuple[Sort, list[Operation]]]:
    """The stages of a chunk, in order.

    Args:
        graph: The dataflow of a step.
        live: The operations to run.
        shared: Groups of Python operations (by index) that may share mutable state.
        at_once: Which operations should be computed for all steps at once, where no circle forbids
            it.
        learned_from: Of an operation that changes many weights, what it multiplies the error with.
        probed: What is recorded at each step.

    Returns:
        How each stage runs, and its operations in order of evaluation.
    """
    edges = dependencies(graph, live)
    for group in shared:
        ring = sorted(group)
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            if a != b:
                edges[a].add(b)
    components = strongly_connected({o.index for o in live}, edges)
    sorts = _Sorts(graph, edges, at_once, learned_from, probed)
    return _rounds(graph, components, edges, [sorts.of(members) for members in components])


def dependencies(graph: Graph, live: Sequence[Operation]) -> dict[int, set[int]]:
    """From each operation to those that need it, in the same step or in the next."""
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
        for source in _movers(graph, start):
            if source in alive:
                edges[source].update(reading)
    return edges


def _movers(graph: Graph, start: int) -> set[int]:
    """The operations a state follows, also where it follows another state, steps later."""
    found: set[int] = set()
    seen, pending = {start}, [start]
    while pending:
        following = graph.following[pending.pop()]
        found.update(graph.sources(following))
        new = set(graph.starts(following)) - seen
        seen |= new
        pending.extend(new)
    return found


def strongly_connected(nodes: set[int], edges: dict[int, set[int]]) -> list[list[int]]:
    """Strongly connected components, those that others depend on first.

    References:
        Kosaraju's algorithm, as in Sharir (1981), A strong-connectivity algorithm and its
        applications in data flow analysis. Computers & Mathematics with Applications 7(1).
    """
    backward = _reversed(edges)
    done: set[int] = set()
    last_first = [node for root in sorted(nodes) for node in _finished(root, edges, done)][::-1]
    done = set()
    components = [_finished(root, backward, done) for root in last_first]
    return [component for component in components if component]


def _finished(root: int, edges: Mapping[int, Iterable[int]], done: set[int]) -> list[int]:
    """What can be reached from a root and is not done yet, in the order in which a
    depth-first search leaves it.
    """
    if root in done:
        return []
    done.add(root)
    found = []
    path = [(root, iter(sorted(edges.get(root, ()))))]
    while path:
        node, successors = path[-1]
        following = next((s for s in successors if s not in done), None)
        if following is None:
            found.append(node)
            path.pop()
        else:
            done.add(following)
            path.append((following, iter(sorted(edges.get(following, ())))))
    return found


def _rounds(
    graph: Graph,
    components: Sequence[Sequence[int]],
    edges: dict[int, set[int]],
    sorts: Sequence[Sort],
) -> list[tuple[Sort, list[Operation]]]:
    """In turns, all components of one sort that wait for nothing of another sort make a stage."""
    home = {index: c for c, members in enumerate(components) for index in members}
    before: dict[int, set[int]] = defaultdict(set)
    for c, members in enumerate(components):
        for reader in {home[reader] for index in members for reader in edges.get(index, ())} - {c}:
            before[reader].add(c)
    return [
        (
            sort,
            [graph.operations[i] for i in sorted(index for c in chosen for index in components[c])],
        )
        for sort, chosen in _in_turns(sorts, before)
    ]


def _in_turns(
    sorts: Sequence[Sort], before: Mapping[int, Iterable[int]]
) -> Iterator[tuple[Sort, list[int]]]:
    """Sort after sort, whatever of it waits for nothing but its own and what went before."""
    after = _reversed(before)
    waits = Counter(later for others in after.values() for later in others)
    ready: dict[Sort, list[int]] = {sort: [] for sort in Sort}
    for c, sort in enumerate(sorts):
        if not waits[c]:
            ready[sort].append(c)
    while any(ready.values()):
        for sort in Sort:
            chosen = []
            while ready[sort]:
                chosen.append(ready[sort].pop())
                for later in after[chosen[-1]]:
                    waits[later] -= 1
                    if not waits[later]:
                        ready[sorts[later]].append(later)
            if chosen:
                yield sort, chosen


def _reversed(edges: Mapping[int, Iterable[int]]) -> dict[int, list[int]]:
    """The edges, from where they led to where they came from."""
    found: dict[int, list[int]] = defaultdict(list)
    for node, others in edges.items():
        for other in others:
            found[other].append(node)
    return found


class _Sorts:
    """How components run; the arguments are those of ``assign_stages``."""

    def __init__(
        self,
        graph: Graph,
        edges: Mapping[int, Iterable[int]],
        at_once: Callable[[Operation], bool],
        learned_from: Callable[[Operation], Ref | None],
        probed: Iterable[Ref],
    ) -> None:
        self.graph = graph
        self.edges = edges
        self.at_once = at_once
        self.learned_from = learned_from
        self.moving = {source for ref in graph.following.values() for source in graph.sources(ref)}
        self.probed = {source for ref in probed for source in self._behind(ref)}

    def of(self, members: Sequence[int]) -> Sort:
        """How one component runs."""
        operations = [self.graph.operations[i] for i in members]
        in_python = [o.in_python for o in operations]
        if all(in_python):
            return Sort.PYTHON
        if any(in_python):
            return Sort.MIXED
        (first, *others) = members
        if others or first in self.edges.get(first, ()):
            return Sort.BLOCKS if self._learn_ahead(operations) else Sort.SCAN
        alone = first not in self.moving and self.at_once(operations[0])
        return Sort.PARALLEL if alone else Sort.SCAN

    def _learn_ahead(self, operations: Sequence[Operation]) -> bool:
        """Whether any of them changes weights that nobody looks at by something that is
        known before them all.
        """
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
        """The operations that decide what is read, in the same step or, of states, before."""
        before = {
            source for start in self.graph.starts(ref) for source in _movers(self.graph, start)
        }
        return before | set(self.graph.sources(ref))
