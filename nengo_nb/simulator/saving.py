"""Parameters back in networks that other simulators run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import ValidationError
from nengo.solvers import NoSolver
from nengo.transforms import Convolution, ConvolutionTranspose, Dense

from .parameters import Parameter

Values = Mapping[Parameter, np.ndarray]


def nengo_parameters(obj: Any, model: Model, values: Values) -> dict[str, Any]:
    """The arguments that build an object with the parameters it has now.

    Args:
        obj: An ensemble or a connection.
        model: The built model.
        values: The parameters as they are now.

    Raises:
        ValidationError: The object has no parameters.
    """
    now = {(parameter.obj, parameter.attribute): array.astype(float) for parameter, array in values.items()}
    if isinstance(obj, nengo.Ensemble):
        if isinstance(obj.neuron_type, nengo.Direct):
            raise ValidationError("a Direct ensemble has no parameters", attr="neuron_type", obj=obj)
        built = model.params[obj]
        scale = (built.gain / obj.radius)[:, np.newaxis]
        return {
            "encoders": now.get((obj, "encoders"), built.scaled_encoders) / scale,
            "normalize_encoders": False,
            "gain": now.get((obj, "gain"), built.gain),
            "bias": now.get((obj, "bias"), built.bias),
            "max_rates": nengo.Ensemble.max_rates.default,
            "intercepts": nengo.Ensemble.intercepts.default,
        }
    if isinstance(obj, nengo.Connection):
        found = _connection_parameters(obj, now.get((obj, "weights"), model.params[obj].weights))
        tau = now.get((obj, "tau"))
        return found if tau is None else {**found, "synapse": type(obj.synapse)(float(tau))}
    raise ValidationError(f"{obj} has no parameters; ensembles and connections have", attr="obj")


def _connection_parameters(conn: nengo.Connection, weights: np.ndarray | None) -> dict[str, Any]:
    if weights is None:
        return {}
    if isinstance(conn.pre_obj, nengo.Ensemble) and not isinstance(conn.pre_obj.neuron_type, nengo.Direct):
        if conn.solver.weights:
            return {
                "solver": NoSolver(weights.T, weights=True),
                "function": lambda _: np.zeros(conn.size_mid),
            }
        size = weights.shape[0]
        return {
            "solver": NoSolver(weights.T),
            "function": lambda _: np.zeros(size),
            "transform": Dense((conn.size_out, size), init=np.eye(conn.size_out, size)),
        }
    if isinstance(conn.transform, Convolution | ConvolutionTranspose):
        frozen = ("n_filters", "input_shape", "kernel_size", "strides", "padding", "channels_last")
        kept = {name: getattr(conn.transform, name) for name in frozen}
        return {"transform": type(conn.transform)(init=weights, **kept)}
    return {"transform": Dense(conn.transform.shape, init=weights)}


def freeze(objs: Sequence[Any], model: Model, values: Values) -> None:
    """Write parameters back into a network, so that any simulator builds it as it is now.

    Args:
        objs: Networks, ensembles and connections.
        model: The built model.
        values: The parameters as they are now.
    """
    flat: list[Any] = []
    for obj in objs:
        flat += [*obj.all_ensembles, *obj.all_connections] if isinstance(obj, nengo.Network) else [obj]
    flat = [
        o for o in flat if not (isinstance(o, nengo.Ensemble) and isinstance(o.neuron_type, nengo.Direct))
    ]
    for obj, arguments in [(obj, nengo_parameters(obj, model, values)) for obj in flat]:
        for name, value in arguments.items():
            setattr(obj, name, value)
