"""Looks up the rule that computes a group of operations."""

from __future__ import annotations

from nengo_nb.ops.rules import Rule
from nengo_nb.plan.program import OperationGroup


def rule_of(group: OperationGroup) -> Rule | None:
    """Return the rule that computes a group, or None for a sum.

    Raises:
        TypeError: The group was planned with something else than a rule of ``ops/``.
    """
    rule = group.rule
    if rule is not None and not isinstance(rule, Rule):
        raise TypeError(
            f"{group.operations[0].name} was planned with {rule!r}, which cannot compute it."
        )
    return rule
