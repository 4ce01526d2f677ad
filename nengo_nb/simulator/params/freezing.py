"""Write parameters back into Nengo networks, for any simulator to build."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import ValidationError
from nengo.solvers import NoSolver
from nengo.transforms import Convolution, ConvolutionTranspose, Dense, Sparse, SparseMatrix

Values = Mapping[tuple[Any, str], np.ndarray]
"""Arrays by object and attribute (``"encoders"``, ``"bias"``, ``"gain"``, ``"weights"`` or
``"tau"``).
"""


def nengo_parameters(obj: Any, model: Model, values: Values) -> dict[str, Any]:
    """Return the arguments that build an object with the parameters it has now.

    Args:
        obj: An ensemble or a connection.
        model: The built model.
        values: The parameters as they are now, as far as they may differ from those that were
            built.

    Raises:
        ValidationError: The object has no parameters, or is not in the network.
    """
    if isinstance(obj, nengo.Ensemble | nengo.Connection) and obj not in model.params:
        raise ValidationError(
            f"{obj} is not in the network that this simulator was made for", attr="nengo_objs"
        )
    if isinstance(obj, nengo.Ensemble):
        return _ensemble_parameters(obj, model, values)
    if isinstance(obj, nengo.Connection):
        arguments = _connection_parameters(
            obj, values.get((obj, "weights"), model.params[obj].weights)
        )
        tau = values.get((obj, "tau"))
        return arguments if tau is None else {**arguments, "synapse": type(obj.synapse)(float(tau))}
    raise ValidationError(f"{obj} has no parameters; ensembles and connections have", attr="obj")


def _is_direct(obj: Any) -> bool:
    return isinstance(obj, nengo.Ensemble) and isinstance(obj.neuron_type, nengo.Direct)


def _ensemble_parameters(ens: nengo.Ensemble, model: Model, values: Values) -> dict[str, Any]:
    if _is_direct(ens):
        raise ValidationError(
            f"{ens} has no parameters: nengo.Direct computes its value without neurons",
            attr="nengo_objs",
        )
    built = model.params[ens]
    scale = (built.gain / ens.radius)[:, np.newaxis]
    scaled = values.get((ens, "encoders"), built.scaled_encoders)
    # A neuron with a gain of zero hears nothing, whatever its encoder is.
    encoders = np.divide(scaled, scale, out=np.array(built.encoders, float), where=scale != 0)
    return {
        "encoders": encoders,
        "normalize_encoders": False,
        "gain": values.get((ens, "gain"), built.gain),
        "bias": values.get((ens, "bias"), built.bias),
        "max_rates": nengo.Ensemble.max_rates.default,
        "intercepts": nengo.Ensemble.intercepts.default,
    }


def _connection_parameters(conn: nengo.Connection, weights: Any) -> dict[str, Any]:
    if weights is None:
        return {}
    if isinstance(conn.pre_obj, nengo.Ensemble) and not _is_direct(conn.pre_obj):
        return _decoder_parameters(conn, weights)
    if isinstance(conn.transform, Sparse):
        return {"transform": _sparse(conn.transform, weights)}
    if isinstance(conn.transform, Convolution | ConvolutionTranspose):
        # Its own arguments, whichever of the two it is: channels, strides, groups, the shape of the
        # output.
        names = inspect.signature(type(conn.transform)).parameters.keys() - {"init"}
        kept = {name: getattr(conn.transform, name) for name in names}
        return {"transform": type(conn.transform)(init=weights, **kept)}
    return {"transform": Dense(conn.transform.shape, init=weights)}


def _decoder_parameters(conn: nengo.Connection, weights: np.ndarray) -> dict[str, Any]:
    """Return the arguments of a decoded connection, from weights ``(rows, neurons)``."""
    solver = NoSolver(weights.T, weights=conn.solver.weights)
    if conn.solver.weights and isinstance(conn.post_obj, nengo.Ensemble):
        # Nengo multiplies what a solver returns by transform and encoders, unless the solver's
        # class says that it has solved for all of them. These weights hold both already.
        solver.compositional = False
        return {"solver": solver, "function": _nothing(conn.size_in, conn.size_mid)}
    size = weights.shape[0]
    return {
        "solver": solver,
        "function": _nothing(conn.size_in, size),
        "transform": Dense((size, size), init=np.eye(size)),
    }


def _nothing(size_in: int, size_out: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return a picklable function of the right sizes; its values are not used."""
    return partial(np.dot, np.zeros((size_out, size_in)))


def _sparse(transform: Sparse, weights: Any) -> Sparse:
    """Return a sparse transform with fixed weights, of Nengo's or SciPy's matrix type."""
    if isinstance(weights, SparseMatrix):
        return Sparse(transform.shape, indices=weights.indices, init=np.array(weights.data))
    return Sparse(transform.shape, init=weights.copy())


def freeze(objs: Sequence[Any], model: Model, values: Values) -> None:
    """Write parameters back into a network, so that any simulator builds it as it is now.

    Args:
        objs: Networks, ensembles and connections.
        model: The built model.
        values: The parameters as they are now, as far as they may differ from those that were
            built.

    Raises:
        ValidationError: An object has no parameters, or is not in the network.
    """
    flat: list[Any] = []
    for obj in objs:
        flat += (
            [*obj.all_ensembles, *obj.all_connections] if isinstance(obj, nengo.Network) else [obj]
        )
    # Direct ensembles have no neurons, and so nothing to write back.
    flat = [obj for obj in flat if not (_is_direct(obj) and obj in model.params)]
    # All of them are made before any of them is written, so that an error leaves the network as it
    # was.
    for obj, arguments in [(obj, nengo_parameters(obj, model, values)) for obj in flat]:
        for name, value in arguments.items():
            setattr(obj, name, value)
