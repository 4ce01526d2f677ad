"""Errors of decoders: how well an ensemble can compute what its connections ask of it."""

from __future__ import annotations

from collections.abc import Iterator

import nengo
import numpy as np
from nengo.builder import Model
from nengo.builder.connection import get_targets
from nengo.builder.ensemble import get_activities

from .health import Finding, Problem

LARGE = 0.6
"""Error relative to the spread of the function from which it is worth a finding. Decoders of fifty
neurons have 0.02 for a line and 0.1 for a square; those that are meant to be rough, such as the
steps of an associative memory, up to 0.5.
"""


def is_decoded(conn: nengo.Connection) -> bool:
    """Whether a connection has decoders that were solved for, and that do not learn.

    Full weights, with the encoders of another ensemble in them, are none.
    """
    pre = conn.pre_obj
    return (
        isinstance(pre, nengo.Ensemble)
        and not isinstance(pre.neuron_type, nengo.Direct)
        and not isinstance(conn.solver, nengo.solvers.NoSolver)
        and not conn.solver.weights
        and not conn.learning_rule_type
    )


def check_decoders(model: Model, conn: nengo.Connection, name: str) -> Iterator[Finding]:
    """Yield a finding if the decoders of a connection have a large error.

    Args:
        model: The built model.
        conn: A connection with decoders.
        name: Its name.
    """
    built = model.params[conn]
    rmses = (built.solver_info or {}).get("rmses")
    if rmses is None:
        return
    points = built.eval_points
    active = get_activities(model.params[conn.pre_obj], conn.pre_obj, points).any(axis=1)
    if not active.any():
        return
    targets = np.asarray(get_targets(conn, points))
    # Where no neuron fires, nothing is meant to be decoded: so ensembles rectify, as those of the
    # basal ganglia do. There the decoded value is zero, and the target is the error.
    squares = len(points) * np.square(rmses).sum() - np.square(targets[~active]).sum()
    targets = targets[active]
    spread = float(np.sqrt(targets.var(axis=0).mean()))
    if spread == 0:
        # A constant has no spread to compare with; its own size is what is left.
        spread = float(np.abs(targets).max(initial=0.0))
    if spread == 0:
        return
    error = float(np.sqrt(max(squares, 0.0) / targets.size)) / spread
    if error >= LARGE:
        yield Finding(
            conn,
            name,
            Problem.DECODING_ERROR,
            error,
            f"The error of its decoders is {error:.0%} of the spread of the function that they "
            "decode.",
            "Give its ensemble more neurons, tuning curves that fit the function, or more "
            "eval_points.",
        )
