"""The operators of one step, grouped: what does not depend on the arrays of a simulation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nengo.builder import Operator, Signal

from .grouping import group_operators
from .kinds import Kinds, pooled_signals
from .layout import lay_out


class StepGroups:
    """Groups of the operators of a step, and the signals that share one piece of memory.

    Args:
        order: The operators, in the order of Nengo's own step.
        inputs: Signals that no operator writes and that may change between runs.
        in_python: Operators that call functions of the user.
        dt: Length of a step, in seconds.

    Attributes:
        groups: The groups, in an order in which they can be computed.
        kinds: Finds the kinds of operators.
        pooled: Base signals in the common memory, in its order.
    """

    def __init__(
        self,
        order: Sequence[Operator],
        inputs: Collection[Signal],
        in_python: Collection[Operator],
        dt: float,
    ) -> None:
        pooled = pooled_signals(order, inputs)
        self.kinds = Kinds(order, inputs, pooled, dt)
        self.groups = group_operators(order, self.kinds, in_python)
        self.pooled = lay_out(self.groups, pooled)
