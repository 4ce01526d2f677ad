"""Merges sibling operations into groups: an EnsembleArray of 128 is one operation, not 128.

The time a user waits for the first curve grows with the number of operations that are compiled, so
operations of one kind that do not depend on each other are computed side by side. Groups are formed
by greedy list scheduling: of all kinds that have operations ready, the one of which the largest
share is ready goes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

from .graph import Graph, Operation
from .signature import Layout


def merge(graph: Graph, operations: Sequence[Operation]) -> list[tuple[Operation, ...]]:
    """Divide operations into groups, in an order in which they can be computed one after the other.

    Args:
        graph: The dataflow of a step.
        operations: The operations of one compiled part; values from elsewhere count as ready.

    Returns:
        The groups. Within a group operations keep the order of the network, so that groups line up.
    """
    members = {o.index: o for o in operations}
    keys = {o.index: merge_key(graph, o) for o in operations}
    waiting: dict[int, int] = {}
    readers: dict[int, list[int]] = defaultdict(list)
    for operation in operations:
        sources = graph.all_sources(operation.inputs) & members.keys()
        waiting[operation.index] = len(sources)
        for source in sources:
            readers[source].append(operation.index)

    remaining: dict[Hashable, int] = defaultdict(int)
    ready: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in keys.items():
        remaining[key] += 1
        if waiting[index] == 0:
            ready[key].append(index)

    groups = []
    while ready:
        # Waiting for the rest of a kind makes one large group out of what would be several.
        key = max(ready, key=lambda k: (len(ready[k]) / remaining[k], len(ready[k])))
        # In the order of the network, so that a group reads the results of another one in a row, as
        # one slice, and not as many: such seams cost most of the time of compilation.
        chosen = sorted(ready.pop(key))
        remaining[key] -= len(chosen)
        groups.append(tuple(members[index] for index in chosen))
        for index in chosen:
            for reader in readers[index]:
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    ready[keys[reader]].append(reader)
    return groups


def merge_key(graph: Graph, operation: Operation) -> Hashable:
    """Return the key on which two operations must agree to be merged."""
    shapes = operation.input_shapes + operation.output_shapes
    # Elementwise siblings are concatenated along the last axis, so its length may differ.
    if operation.layout is Layout.ELEMENTWISE:
        shapes = tuple(shape[:-1] for shape in shapes)
    fixed = tuple(graph.is_fixed(ref) for ref in operation.inputs)
    return operation.rule, operation.kind, operation.layout, shapes, fixed
