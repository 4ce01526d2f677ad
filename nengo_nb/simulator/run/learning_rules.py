"""Refuse by name the learning rules that Nengo builds but cannot compute, before anything runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from nengo.builder import Model, Operator
from nengo.builder.learning_rules import SimBCM, SimOja, SimPES, SimRLS, SimVoja
from nengo.connection import LearningRule

from nengo_nb.errors import LearningRuleError
from nengo_nb.simulator.params.parameters import object_names

Shapes = tuple[tuple[int, ...], ...]

SHAPES: dict[type[Operator], Callable[..., Shapes]] = {
    SimPES: lambda op: ((op.error.size, op.pre_filtered.size),),
    SimRLS: lambda op: ((op.error.size, op.pre_filtered.size),),
    SimBCM: lambda op: ((op.post_filtered.size, op.pre_filtered.size), (op.theta.size, 1)),
    SimOja: lambda op: ((op.post_filtered.size, op.pre_filtered.size), op.weights.shape),
    SimVoja: lambda op: ((op.post_filtered.size, op.pre_decoded.size), op.scaled_encoders.shape),
}
"""Shapes of the arrays whose sum or product is the weight change, by the operator of a rule."""


def refuse_rules(model: Model) -> None:
    """Check that each rule computes changes of the shape that its connection's weights have.

    Args:
        model: The built model.

    Raises:
        LearningRuleError: One does not: rules take all neurons, also where a connection takes a
            part of them.
    """
    rules = {
        signals["delta"]: obj
        for obj, signals in model.sig.items()
        if isinstance(obj, LearningRule) and "delta" in signals
    }
    for op in model.operators:
        if type(op) not in SHAPES:
            continue
        shapes, wanted = SHAPES[type(op)](op), op.delta.shape
        if not _fit(shapes, wanted):
            raise LearningRuleError(_message(model, rules.get(op.delta), op, shapes, wanted))


def _fit(shapes: Shapes, wanted: tuple[int, ...]) -> bool:
    """Whether arrays of some shapes broadcast to the wanted shape."""
    try:
        return np.broadcast_shapes(*shapes, wanted) == wanted
    except ValueError:
        return False


def _message(
    model: Model, rule: LearningRule | None, op: Operator, shapes: Shapes, wanted: tuple[int, ...]
) -> str:
    name = str(op)
    if rule is not None:
        names = {} if model.toplevel is None else object_names(model.toplevel)
        of = repr(names[rule.connection]) if rule.connection in names else str(rule.connection)
        name = f"{type(rule.learning_rule_type).__name__} of connection {of}"
    return (
        f"{name} can be computed neither by Nengo nor here: it changes weights of shape "
        f"{shapes[0]}, but those of the "
        f"connection have shape {wanted}. A rule takes all neurons or dimensions of what it is "
        "given, also where the "
        "connection takes a part of them. Connect the whole object, with weights of zero for the "
        "rest."
    )
