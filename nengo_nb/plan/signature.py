"""Signature of a Nengo operator: how it takes part in the dataflow of a time step."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from nengo.builder import Operator, Signal


class Mode(Enum):
    """Kind of a write to a signal, in the order in which Nengo does them within a step."""

    SET = "set"
    INC = "inc"
    UPDATE = "update"


class Layout(Enum):
    """Layout of sibling operators when they are merged.

    ``ELEMENTWISE``: all signals of one operator have the same last axis of length ``n``, and
        element ``i`` of a
    result depends on element ``i`` of the arguments alone. Siblings of any size are concatenated
    along that axis: tensors are ``(batch, ..., N)`` with ``N`` the sum of the sizes.

    ``STACKED``: siblings have equal shapes and are stacked on a new axis: tensors are
        ``(batch, G, *shape)``.
    """

    ELEMENTWISE = "elementwise"
    STACKED = "stacked"


class OperatorRule(Protocol):
    """Rule as the plan sees it, an identity; ``ops.rules.Rule`` computes its operators."""

    @property
    def name(self) -> str:
        """Name of the rule in reports."""

    @property
    def uses_counter(self) -> bool:
        """Whether the results depend on the number of the step."""


@dataclass(frozen=True)
class Signature:
    """Reads and writes of an operator, and the key by which it may be merged with others.

    Args:
        kind: Key on which operators of one rule must agree to be merged (shapes are compared
            separately).
        layout: How siblings are laid side by side.
        reads: Signals whose value in this step is read.
        carried: Signals whose value *before* this operator writes them is read (its own state).
        writes: Signals written, with their mode, in the order in which the rule returns them.
        postponed: Whether the written signal is read one step later, and is zero where all reads
            are, so that it can as well be computed then, from the earlier reads. That keeps two
            vectors instead of their outer product.
        rule: The rule that computes it; None for a sum, and for what runs in Python.
    """

    kind: Hashable
    layout: Layout
    reads: tuple[Signal, ...]
    carried: tuple[Signal, ...]
    writes: tuple[tuple[Signal, Mode], ...]
    postponed: bool = False
    rule: OperatorRule | None = None


def default_writes(op: Operator) -> tuple[tuple[Signal, Mode], ...]:
    """Return all signals an operator writes: its sets, then its increments, then its updates."""
    return (
        tuple((signal, Mode.SET) for signal in op.sets)
        + tuple((signal, Mode.INC) for signal in op.incs)
        + tuple((signal, Mode.UPDATE) for signal in op.updates)
    )
