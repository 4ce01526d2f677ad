"""The rule that computes a group of operations."""

from __future__ import annotations

from nengo_nb.ops.rules import Rule
from nengo_nb.plan.program import OperationGroup


def rule_of(group: OperationGroup) -> Rule | None:
    """The rule that computes a group; None for a sum."""
    if group.operations[0].op is None:
        return None
    return group.operations[0].kind[0]
