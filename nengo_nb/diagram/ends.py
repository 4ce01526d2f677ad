"""Ends and kind of a connection, with the learning rule as an end of its own."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np

from .parts import ArrowKind


def joins(connection: nengo.Connection) -> list[tuple[Any, Any, ArrowKind]]:
    """Return the ends of a connection: two objects, or each of them with the learning rule in
    between.

    Returns:
        Source, target and kind; the learning rule is given as the connection that it belongs to.
    """
    pre, post = base_of(connection.pre), base_of(connection.post)
    if connection.learning_rule_type is not None:
        return [(pre, connection, ArrowKind.LEARNING), (connection, post, ArrowKind.LEARNING)]
    if isinstance(post, nengo.connection.LearningRule):
        return [(pre, post, ArrowKind.TEACHING)]
    return [
        (pre, post, ArrowKind.INHIBITORY if is_negative(connection.transform) else ArrowKind.PLAIN)
    ]


def base_of(end: Any) -> Any:
    """Return the object of an end that may be a view of it.

    ``pre_obj`` and ``post_obj`` are the same, and read the connection twice, which is felt where
    there are ten thousands of them.
    """
    return end.obj if isinstance(end, nengo.base.ObjView) else end


def is_negative(transform: Any) -> bool:
    """Whether no weight is above zero and some are below, as far as is known before the
    network is built.
    """
    if isinstance(transform, nengo.transforms.NoTransform):
        return False
    # A distribution is sampled when the network is built: its sign is not known before.
    init = getattr(transform, "init", None)
    weights = getattr(init, "data", init) if not isinstance(init, np.ndarray) else init
    if not isinstance(weights, np.ndarray) or weights.size == 0:
        return False
    return bool(weights.max() <= 0 and weights.min() < 0)
