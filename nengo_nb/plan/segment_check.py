"""Checks segments: slices are within their tensors, and elements of states are written once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from .graph import Graph, size_of
from .program import Gather, Place, Segment, Source, Stage, State

ALWAYS = {Place(Source.ZERO): 1, Place(Source.STEP): 1, Place(Source.TIME): 1}
"""Numbers of elements of the tensors that every segment has."""


def state_problems(stage: Stage, name: str) -> Iterator[str]:
    """Check that each element of a stage's state tensors belongs to one state."""
    owners: dict[int, int] = {}
    for i, state in enumerate(stage.states):
        for start in state.members:
            if start in owners:
                yield f"{name} keeps state {start} in tensors {owners[start]} and {i}"
            owners[start] = i
        positions = list(state.members.values())
        yield from _position_problems(positions, state.initial.size, f"tensor {i} of {name}")


def _position_problems(positions: Sequence[np.ndarray], size: int, name: str) -> Iterator[str]:
    """Check that positions fill a tensor, each element once."""
    flat = np.concatenate([np.zeros(0, int), *positions])
    if flat.size and (flat.min() < 0 or flat.max() >= size):
        yield f"{name} holds elements beyond its {size}"
    elif (np.bincount(flat, minlength=size) > 1).any():
        yield f"{name} holds two elements in the same place"
    elif flat.size != size:
        yield f"{name} leaves {size - flat.size} of its elements to nobody"


def segment_problems(
    graph: Graph, segment: Segment, states: Sequence[State], name: str
) -> Iterator[str]:
    """Check that arguments fill their shapes with slices of tensors computed before.

    Args:
        graph: The dataflow of a step.
        segment: The segment to check.
        states: The states of its stage.
        name: Its name in problems.
    """
    sizes = _sizes(graph, segment, states)
    for g, group in enumerate(segment.groups):
        for k, gather in enumerate(group.arguments):
            argument = f"argument {k} of group {g} of {name}"
            yield from _gather_problems(gather, sizes, argument)
            if group.parametric[k] and any(
                s.place.source is not Source.PARAMETER for s in gather.spans
            ):
                yield f"{argument} is constant, and made of what changes"
        # Results are added behind the arguments, so that a group which reads a later one is found.
        if len(group.result_shapes) != len(group.operations[0].outputs):
            yield f"group {g} of {name} has other results than its operations"
        sizes.update(
            {Place(Source.RESULT, g, p): size_of(s) for p, s in enumerate(group.result_shapes)}
        )
    for value, gather in zip(segment.gives, segment.outputs, strict=True):
        yield from _gather_problems(gather, sizes, f"value {value} of {name}")
        if gather.size != graph.values[value].size:
            yield (
                f"{name} gives {gather.size} elements for value {value} of "
                f"{graph.values[value].size}"
            )
    for i, gather in segment.next_states:
        yield from _gather_problems(gather, sizes, f"the next state {i} of {name}")
        if gather.shape != states[i].initial.shape:
            yield (
                f"state {i} of {name} has shape {states[i].initial.shape} and becomes "
                f"{gather.shape}"
            )


def _sizes(graph: Graph, segment: Segment, states: Sequence[State]) -> dict[Place, int]:
    """Return the numbers of elements of the tensors before the first group, batch axis aside."""
    sizes = dict(ALWAYS)
    sizes[Place(Source.INPUT)] = sum(graph.values[value].size for value in segment.inputs)
    sizes.update({Place(Source.STATE, i): state.initial.size for i, state in enumerate(states)})
    sizes.update(
        {Place(Source.PARAMETER, i): p.array.size for i, p in enumerate(segment.parameters)}
    )
    return sizes


def _gather_problems(gather: Gather, sizes: Mapping[Place, int], name: str) -> Iterator[str]:
    """Check that the slices of an argument are within their tensors, and fill it."""
    for span in gather.spans:
        if span.place not in sizes:
            yield f"{name} reads {span.place}, which is not there yet"
            continue
        size, last = sizes[span.place], span.start + span.step * (span.length - 1)
        if span.length < 1 or not (0 <= span.start < size and 0 <= last < size):
            yield f"{name} reads {span} of a tensor of {size} elements"
    total = sum(span.length for span in gather.spans)
    if total != gather.size:
        yield f"{name} has {total} elements and shape {gather.shape}"
