"""Connections from nodes and ensembles, and between neurons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder import Model, Signal
from nengo.builder import connection as nengo_connection
from nengo.builder.connection import BuiltConnection, slice_signal
from nengo.builder.operator import Copy, SimPyFunc
from nengo.ensemble import Neurons
from nengo.transforms import Dense, NoTransform

if TYPE_CHECKING:
    from .workspace import Workspace


def build_connection(workspace: Workspace, model: Model, conn: nengo.Connection) -> None:
    """Build a connection, as Nengo's function of that name.

    Left to that function are connections that learn, end at neurons, solve for weights or cannot
    be built.
    """
    pre, post = conn.pre_obj, conn.post_obj
    source, target = _signal(model, pre, "out"), _signal(model, post, "in")
    decoded = isinstance(pre, nengo.Ensemble) and not isinstance(pre.neuron_type, nengo.Direct)
    plain = (
        source is not None
        and target is not None
        and not isinstance(post, Neurons)
        and conn.learning_rule is None
        and not conn.solver.weights
        and (decoded or not isinstance(conn.function, np.ndarray))
    )
    if not plain:
        nengo_connection.build_connection(model, conn)
        return
    name, signals = str(conn), model.sig[conn]
    signals["in"], signals["out"] = source, target
    rng = _generator(workspace, model, conn)
    built: tuple[Any, Any, Any] = None, None, None
    function = conn.function
    if decoded:
        built = model.build(conn.solver, conn, rng)
    else:
        source = slice_signal(model, source, conn.pre_slice)
        if function is not None and not isinstance(pre, Neurons):
            computed = workspace.zeros(conn.size_mid, f"{name}.func")
            workspace.add_op(SimPyFunc(computed, function, None, source))
            source = computed
    eval_points, decoders, solver_info = built
    weighted, weights = model.build(
        conn.transform, source, decoders=decoders, encoders=None, rng=rng
    )
    signals["weights"] = weights
    if conn.synapse is not None:
        weighted = model.build(conn.synapse, weighted, mode="update")
    signals["weighted"] = weighted
    workspace.add_op(Copy(weighted, target, dst_slice=conn.post_slice, inc=True, tag=name))
    model.params[conn] = BuiltConnection(
        eval_points=eval_points,
        solver_info=solver_info,
        transform=conn.transform,
        weights=getattr(weights, "initial_value", None),
    )


def _signal(model: Model, obj: Any, key: str) -> Signal | None:
    """Return a signal of an object that has been built; None where it has none, or an empty one."""
    if obj not in model.sig:
        return None
    signal = model.sig[obj].get(key)
    return signal if signal is not None and signal.size else None


def _generator(workspace: Workspace, model: Model, conn: nengo.Connection) -> np.random.RandomState:
    """Return a connection's generator: a new one where code of others might keep it."""
    solver, transform = conn.solver, conn.transform
    # Whatever is handed the generator: all of it draws at once, and keeps nothing.
    receivers = [solver, getattr(solver, "solver", None), transform]
    receivers += [conn.eval_points, getattr(transform, "init", None)]
    shared = type(transform) in (Dense, NoTransform) and all(
        receiver is None or isinstance(receiver, np.ndarray) or workspace.is_nengos(receiver)
        for receiver in receivers
    )
    seed = model.seeds[conn]
    return workspace.seeded(seed) if shared else np.random.RandomState(seed)
