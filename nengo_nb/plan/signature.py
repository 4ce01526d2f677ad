"""A signature: how one Nengo operator takes part in the dataflow of a time step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from nengo.builder import Operator, Signal


class Mode(Enum):
    """What a write does to a signal, in the order in which Nengo does it within a step."""

    SET = "set"
    INC = "inc"
    UPDATE = "update"


class Layout(Enum):
    """How sibling operators are laid side by side when they are merged.

    ``ELEMENTWISE``: all signals of one operator have the same last axis of length ``n``, and element ``i`` of a
    result depends on element ``i`` of the arguments alone. Siblings of any size are concatenated along that axis:
    tensors are ``(batch, ..., N)`` with ``N`` the sum of the sizes.

    ``STACKED``: siblings have equal shapes and are stacked on a new axis: tensors are ``(batch, G, *shape)``.
    """

    ELEMENTWISE = "elementwise"
    STACKED = "stacked"


@dataclass(frozen=True)
class Signature:
    """What an operator reads and writes, and with which operators it may be merged.

    Args:
        kind: Operators of one kind are computed by one rule and may be merged (shapes are compared separately).
        layout: How siblings are laid side by side.
        reads: Signals whose value in this step is read.
        carried: Signals whose value *before* this operator writes them is read (its own state).
        writes: Signals written, with their mode, in the order in which the rule returns them.
        postponed: What is written is read one step later, and is zero where all reads are: so it can as well be
            computed then, from what the reads were. That keeps two vectors instead of their outer product.
    """

    kind: tuple[Any, ...]
    layout: Layout
    reads: tuple[Signal, ...]
    carried: tuple[Signal, ...]
    writes: tuple[tuple[Signal, Mode], ...]
    postponed: bool = False


def default_writes(op: Operator) -> tuple[tuple[Signal, Mode], ...]:
    """All signals an operator writes: its sets, then its increments, then its updates."""
    return (
        tuple((signal, Mode.SET) for signal in op.sets)
        + tuple((signal, Mode.INC) for signal in op.incs)
        + tuple((signal, Mode.UPDATE) for signal in op.updates)
    )
