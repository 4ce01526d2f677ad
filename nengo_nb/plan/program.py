"""Data classes of a plan: groups of operations, their arguments as spans of tensors, and states.

A plan is a tuple of stages, run one after the other for each chunk of time steps. These are plain
values: they hold arrays and Nengo's operators, and know nothing of TensorFlow.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from nengo.base import NengoObject
from nengo.builder import Operator

from .cost import CostModel
from .graph import Graph, Operation, Shape, size_of
from .refs import Ref
from .signature import Layout, OperatorRule
from .stages import StageKind


class Source(Enum):
    """Kind of a tensor inside a segment's program."""

    ZERO = "zero"
    PARAMETER = "parameter"
    STATE = "state"
    INPUT = "input"
    RESULT = "result"
    STEP = "step"
    TIME = "time"


class Place(NamedTuple):
    """Tensor of a program: parameter or state ``number``, or result ``port`` of that group."""

    source: Source
    number: int = 0
    port: int = 0


class Span(NamedTuple):
    """Elements ``start, start + step, ...`` of a tensor, flattened but for the batch axis."""

    place: Place
    start: int
    step: int
    length: int


def joined(spans: Iterable[Span]) -> list[Span]:
    """Join spans that follow one another in a tensor without a gap."""
    joint: list[Span] = []
    for span in spans:
        before = joint[-1] if joint else None
        if before is not None and _goes_on(before, span):
            joint[-1] = before._replace(length=before.length + span.length)
        else:
            joint.append(span)
    return joint


def _goes_on(before: Span, span: Span) -> bool:
    """Whether a span begins with the element behind another one."""
    in_order = before.step == span.step == 1 and before.place == span.place
    return in_order and span.start == before.start + before.length


@dataclass(frozen=True)
class Gather:
    """Argument made of spans of tensors end to end, in a shape without the batch axis."""

    spans: tuple[Span, ...]
    shape: Shape

    @property
    def size(self) -> int:
        """Number of elements."""
        return size_of(self.shape)

    def reads(self, places: Container[Place]) -> bool:
        """Whether it has elements of any of the tensors."""
        return any(span.place in places for span in self.spans)


@dataclass(frozen=True)
class Parameter:
    """Array that stays the same over a run; it has no batch axis.

    Args:
        name: Name of the operation that reads it.
        array: Its values, as built.
        ref: The signals that hold it, element by element.
    """

    name: str
    array: np.ndarray
    ref: Ref


@dataclass(frozen=True)
class State:
    """Tensor carried from step to step.

    Args:
        name: The signals it holds.
        initial: Its initial value, without batch axis.
        members: For each ``STATE`` value it holds, the flat positions of its elements.
    """

    name: str
    initial: np.ndarray
    members: dict[int, np.ndarray]


@dataclass(frozen=True)
class OperationGroup:
    """Sibling operations, computed as one.

    Args:
        operations: The siblings, in order.
        layout: Side by side along the last axis, or stacked.
        sizes: Length of each sibling's last axis.
        arguments: The inputs of all siblings, then the states they carry.
        parametric: For each argument, whether it is constant over the run (no batch axis).
        n_reads: Number of arguments that are reads; the others are carried.
        result_shapes: Shapes of the results, without the batch axis.
    """

    operations: tuple[Operation, ...]
    layout: Layout
    sizes: tuple[int, ...]
    arguments: tuple[Gather, ...]
    parametric: tuple[bool, ...]
    n_reads: int
    result_shapes: tuple[Shape, ...]

    @property
    def rule(self) -> OperatorRule | None:
        """The rule that computes the siblings; None for sums."""
        return self.operations[0].rule

    @property
    def ops(self) -> tuple[Operator, ...]:
        """The Nengo operators (empty for sums)."""
        return tuple(o.op for o in self.operations if o.op is not None)


@dataclass(frozen=True)
class Segment:
    """Compiled part of a stage.

    Args:
        groups: The groups, in order of evaluation.
        parameters: Constant arrays the groups read.
        inputs: The values in its input vector, in order.
        outputs: The parts of its output vector, in order.
        gives: The values they are.
        next_states: For each state of the stage it moves on, its index and its next value.
    """

    groups: tuple[OperationGroup, ...]
    parameters: tuple[Parameter, ...]
    inputs: tuple[int, ...]
    outputs: tuple[Gather, ...]
    gives: tuple[int, ...]
    next_states: tuple[tuple[int, Gather], ...]

    @property
    def gathers(self) -> list[Gather]:
        """The arguments of all groups, then the outputs."""
        gathers: list[Gather] = []
        for group in self.groups:
            gathers.extend(group.arguments)
        gathers.extend(self.outputs)
        return gathers


@dataclass(frozen=True)
class PythonPart:
    """Part of a stage that runs in Python, one step after the other.

    Args:
        operations: The operations, in Nengo's order.
        inputs: Values it reads each step.
        gives: Values it hands on each step.
    """

    operations: tuple[Operation, ...]
    inputs: tuple[int, ...]
    gives: tuple[int, ...]


@dataclass(frozen=True)
class Stage:
    """Part of a plan that runs for all steps of a chunk before the next one starts.

    Args:
        kind: Compiled scan, Python, or both in alternation within each step.
        parts: The compiled and Python parts; scans and Python stages have one.
        states: The states it owns.
        gives: The values it hands on to later stages and to probes.
    """

    kind: StageKind
    parts: tuple[Segment | PythonPart, ...]
    states: tuple[State, ...]
    gives: tuple[int, ...]

    @property
    def segments(self) -> list[Segment]:
        """Its compiled parts, in order."""
        return [part for part in self.parts if isinstance(part, Segment)]

    @property
    def python_parts(self) -> list[PythonPart]:
        """Its parts that run in Python, in order."""
        return [part for part in self.parts if isinstance(part, PythonPart)]

    @property
    def python_operations(self) -> list[Operation]:
        """Its operations that run in Python, in order."""
        operations: list[Operation] = []
        for part in self.python_parts:
            operations.extend(part.operations)
        return operations


@dataclass(frozen=True)
class Plan:
    """Plan that a simulator runs for each chunk of time steps.

    Args:
        graph: The dataflow of one step.
        stages: The stages, in order.
        probes: For each probe, the elements it records.
        held: The nodes with a constant output, by value.
        cost: The cost model by which it was planned, and is run.
    """

    graph: Graph
    stages: tuple[Stage, ...]
    probes: dict[NengoObject, Ref]
    held: tuple[int, ...]
    cost: CostModel

    @property
    def segments(self) -> list[Segment]:
        """The compiled parts of all stages, in order."""
        segments: list[Segment] = []
        for stage in self.stages:
            segments.extend(stage.segments)
        return segments

    @property
    def python_parts(self) -> list[PythonPart]:
        """The parts of all stages that run in Python, in order."""
        parts: list[PythonPart] = []
        for stage in self.stages:
            parts.extend(stage.python_parts)
        return parts

    @property
    def python_operations(self) -> list[Operation]:
        """The operations of all stages that run in Python, in order."""
        operations: list[Operation] = []
        for stage in self.stages:
            operations.extend(stage.python_operations)
        return operations

    def __str__(self) -> str:
        return describe(self)


def describe(plan: Plan, names: Mapping[Operator, str] | None = None) -> str:
    """Return the stages of a plan as a table.

    Args:
        plan: The plan.
        names: Names of operators that run in Python; by default Nengo's.
    """
    given_names = names or {}
    lines = ["stage   runs as   what"]
    for i, stage in enumerate(plan.stages):
        head = f"{i:>5}   {stage.kind.value:<8}"
        lines += [f"{head}  {_describe_part(part, given_names)}" for part in stage.parts]
    return "\n".join(lines)


def _describe_part(part: Segment | PythonPart, known: Mapping[Operator, str]) -> str:
    """Return one part of a stage, in a line."""
    if isinstance(part, PythonPart):
        called = [known.get(o.op, o.name) if o.op is not None else o.name for o in part.operations]
        return f"{len(called)} in Python: {', '.join(called)}"
    names: dict[str, list[int]] = {}
    for group in part.groups:
        names.setdefault(group_name(group), []).append(len(group.operations))
    total = sum(len(g.operations) for g in part.groups)
    listed = ", ".join(f"{name} x{'+'.join(map(str, counts))}" for name, counts in names.items())
    return f"{total} operations in {len(part.groups)} groups: {listed}"


def group_name(group: OperationGroup) -> str:
    """Return the name of a group's neuron type, process type or operator type."""
    op = group.operations[0].op
    if op is None:
        return "Sum"
    subject = getattr(op, "neurons", None) or getattr(op, "process", None)
    return type(op if subject is None else subject).__name__
