"""A graph: what one time step computes, as values and the operations between them.

There are no memory cells here. A value is what it is for the whole step; an operation reads values
and defines new ones; ``following`` says which value a state has one step later.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
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
    """Where a value comes from."""

    ZERO = "zero"
    CONSTANT = "constant"
    PARAMETER = "parameter"
    HELD = "held"
    START = "start"
    STEP = "step"
    TIME = "time"
    OPERATION = "operation"


@dataclass(frozen=True)
class Value:
    """A flat vector of numbers, defined once per step.

    Args:
        origin: Where it comes from.
        size: Number of elements.
        signal: The Nengo signal it is the value of (parameters, held nodes, states).
        operation: Index of the operation that computes it.
        port: Which of the operation's results it is.
        number: The number itself (constants).
    """

    origin: Origin
    size: int
    signal: Signal | None = None
    operation: int = -1
    port: int = 0
    number: float = 0.0


@dataclass(frozen=True)
class Operation:
    """Something computed once per step.

    Args:
        index: Position in ``Graph.operations``, which is a valid order of evaluation.
        rule: The rule that computes it; None for a sum, and for what runs in Python.
        kind: What it must have in common with operations it is computed together with, beside the
            rule.
        op: The Nengo operator; None for a sum of contributions.
        layout: How siblings are laid side by side.
        inputs: What it reads, then what it carries.
        input_shapes: Shape of each input.
        n_reads: How many of the inputs are reads; the others are carried.
        outputs: The values it defines.
        output_shapes: Shape of each output.
        in_python: It runs in Python, one step after the other.
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
        """What this operation is called in reports."""
        if self.op is None:
            return "Sum"
        return self.op.tag or str(self.op)


@dataclass
class Graph:
    """The dataflow of one time step.

    Args:
        values: All values, by number. Value 0 is zero.
        operations: All operations, in a valid order.
        final: What each signal holds at the end of the step (what probes see).
        following: For each state, by its ``START`` value, what it holds one step later.
        feedable: For each input node, the value that ``data=`` may replace.
        dt: Length of a step, in seconds.
        changed: The parameters that are not what they were built with, by signal: trained, or
            written by the user.
    """

    values: list[Value] = field(default_factory=lambda: [Value(Origin.ZERO, 0)])
    operations: list[Operation] = field(default_factory=list)
    final: dict[Signal, Ref] = field(default_factory=dict)
    following: dict[int, Ref] = field(default_factory=dict)
    feedable: dict[NengoObject, int] = field(default_factory=dict)
    dt: float = 0.001
    changed: dict[Signal, Any] = field(default_factory=dict)

    def add(self, value: Value) -> int:
        """A new value; returns its number."""
        self.values.append(value)
        return len(self.values) - 1

    def signal(self, value: int) -> Signal:
        """The signal of a parameter, a held node or a state."""
        signal = self.values[value].signal
        if signal is None:
            raise ValueError(
                f"value {value} ({self.values[value].origin.value}) belongs to no signal"
            )
        return signal

    def is_fixed(self, ref: Ref) -> bool:
        """Whether a reference reads only what never changes during a run."""
        fixed = (Origin.ZERO, Origin.PARAMETER, Origin.CONSTANT)
        return all(self.values[piece.value].origin in fixed for piece in ref.pieces)

    def sources(self, ref: Ref) -> Iterator[int]:
        """The operations whose results a reference reads."""
        for value in ref.values():
            if self.values[value].origin is Origin.OPERATION:
                yield self.values[value].operation

    def starts(self, ref: Ref) -> Iterator[int]:
        """The states whose value at the start of the step a reference reads."""
        for value in ref.values():
            if self.values[value].origin is Origin.START:
                yield value


def size_of(shape: Shape) -> int:
    """Number of elements of a shape."""
    return prod(shape)
