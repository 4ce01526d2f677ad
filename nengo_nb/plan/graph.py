"""Dataflow graph of one time step: values in single assignment, and the operations between them.

There are no memory cells here. A value is defined once in a step; an operation reads values and
defines new ones; ``next_value`` says which value a state has one step later.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from math import prod
from typing import Any

from nengo.base import NengoObject
from nengo.builder import Operator, Signal

from .refs import Ref
from .signature import Layout, OperatorRule

Shape = tuple[int, ...]


class Origin(Enum):
    """Origin of a value.

    A ``STATE`` value is a state at the start of the step; a ``CONSTANT_INPUT`` value is the output
    of a constant node, which ``data=`` may replace.
    """

    ZERO = "zero"
    CONSTANT = "constant"
    PARAMETER = "parameter"
    CONSTANT_INPUT = "held"
    STATE = "state"
    STEP = "step"
    TIME = "time"
    OPERATION = "operation"


@dataclass(frozen=True)
class Value:
    """Flat vector of numbers, defined once per step.

    Args:
        origin: Its origin.
        size: Number of elements.
        signal: The Nengo signal it is the value of (parameters, held nodes, states).
        operation: Index of the operation that computes it.
        port: Number of the operation's result that it is.
        number: The number of all its elements (constants).
    """

    origin: Origin
    size: int
    signal: Signal | None = None
    operation: int = -1
    port: int = 0
    number: float = 0.0


@dataclass(frozen=True)
class Operation:
    """Computation that runs once per step.

    Args:
        index: Position in ``Graph.operations``, which is a valid order of evaluation.
        rule: The rule that computes it; None for a sum, and for what runs in Python.
        kind: Key that it must share with operations it is merged with, beside the rule.
        op: The Nengo operator; None for a sum of contributions.
        layout: How siblings are laid side by side.
        inputs: The values it reads, then the states it carries.
        input_shapes: Shape of each input.
        n_reads: Number of inputs that are reads; the others are carried.
        outputs: The values it defines.
        output_shapes: Shape of each output.
        in_python: Whether it runs in Python, one step after the other.
    """

    index: int
    rule: OperatorRule | None
    kind: Hashable
    op: Operator | None
    layout: Layout
    inputs: tuple[Ref, ...]
    input_shapes: tuple[Shape, ...]
    n_reads: int
    outputs: tuple[int, ...]
    output_shapes: tuple[Shape, ...]
    in_python: bool = False

    @property
    def name(self) -> str:
        """Name of this operation in reports."""
        if self.op is None:
            return "Sum"
        return self.op.tag or str(self.op)


@dataclass
class Graph:
    """Dataflow of one time step.

    Args:
        values: All values, by number. Value 0 is zero.
        operations: All operations, in a valid order.
        final: The elements of each signal at the end of the step, which probes record.
        next_value: For each state, by its ``STATE`` value, its elements one step later.
        feedable: For each input node, the value that ``data=`` may replace.
        dt: Length of a step, in seconds.
        order: Nengo's operators, in the order in which its own simulator runs them.
        changed: Values of parameters that replace those that were built, by signal: trained, or
            written by the user.
    """

    values: list[Value] = field(default_factory=lambda: [Value(Origin.ZERO, 0)])
    operations: list[Operation] = field(default_factory=list)
    final: dict[Signal, Ref] = field(default_factory=dict)
    next_value: dict[int, Ref] = field(default_factory=dict)
    feedable: dict[NengoObject, int] = field(default_factory=dict)
    dt: float = 0.001
    order: list[Operator] = field(default_factory=list)
    changed: dict[Signal, Any] = field(default_factory=dict)

    def add(self, value: Value) -> int:
        """Add a value, and return its number."""
        self.values.append(value)
        return len(self.values) - 1

    def signal(self, value: int) -> Signal:
        """Return the signal of a parameter, a held node or a state."""
        signal = self.values[value].signal
        if signal is None:
            raise ValueError(
                f"value {value} ({self.values[value].origin.value}) belongs to no signal"
            )
        return signal

    def is_fixed(self, ref: Ref) -> bool:
        """Whether a reference reads only values that never change during a run."""
        fixed = (Origin.ZERO, Origin.PARAMETER, Origin.CONSTANT)
        return all(self.values[piece.value].origin in fixed for piece in ref.pieces)

    def sources(self, ref: Ref) -> Iterator[int]:
        """Yield the operations whose results a reference reads."""
        for value in ref.values():
            if self.values[value].origin is Origin.OPERATION:
                yield self.values[value].operation

    def starts(self, ref: Ref) -> Iterator[int]:
        """Yield the states whose value at the start of the step a reference reads."""
        for value in ref.values():
            if self.values[value].origin is Origin.STATE:
                yield value

    def all_sources(self, refs: Iterable[Ref]) -> set[int]:
        """Return the operations whose results any of the references reads."""
        operations: set[int] = set()
        for ref in refs:
            operations.update(self.sources(ref))
        return operations

    def all_starts(self, refs: Iterable[Ref]) -> set[int]:
        """Return the states whose value at the start of the step any of the references reads."""
        states: set[int] = set()
        for ref in refs:
            states.update(self.starts(ref))
        return states


def all_inputs(operations: Iterable[Operation]) -> list[Ref]:
    """Return the inputs of operations, one operation after the other."""
    refs: list[Ref] = []
    for operation in operations:
        refs.extend(operation.inputs)
    return refs


def all_outputs(operations: Iterable[Operation]) -> list[int]:
    """Return the values that operations define, one operation after the other."""
    values: list[int] = []
    for operation in operations:
        values.extend(operation.outputs)
    return values


def size_of(shape: Shape) -> int:
    """Return the number of elements of a shape."""
    return prod(shape)
