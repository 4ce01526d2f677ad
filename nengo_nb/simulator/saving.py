"""Parameters in files, and back into networks that other simulators run."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.exceptions import SimulationError, ValidationError
from nengo.solvers import NoSolver
from nengo.transforms import Convolution, ConvolutionTranspose, Dense

from .parameters import Parameter

Values = Mapping[Parameter, np.ndarray]


def save(path: str | Path, arrays: Mapping[str, Any]) -> Path:
    """Write parameters to one ``.npz`` file, by name.

    Args:
        path: Where to; ``.npz`` is added where it is missing.
        arrays: All parameters, by name.

    Returns:
        The file.
    """
    target = Path(path)
    if target.suffix != ".npz":
        target = target.with_name(target.name + ".npz")
    with target.open("wb") as file:
        np.savez(file, **arrays)
    return target


def load(path: str | Path, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Read parameters from a file; nothing in it is ever unpickled.

    Args:
        path: The file.
        arrays: The parameters of the network they are for, by name.

    Returns:
        What the file holds, by name.

    Raises:
        SimulationError: The file is damaged, or is of another network; the message lists what differs.
    """
    target = Path(path)
    if not target.exists() and target.suffix != ".npz":
        target = target.with_name(target.name + ".npz")
    try:
        with target.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise SimulationError(f"{target} holds no parameters that can be read: {error}") from error
    differing = [f"{name} is missing" for name in arrays.keys() - found.keys()]
    differing += [f"{name} is not in this network" for name in found.keys() - arrays.keys()]
    for name in arrays.keys() & found.keys():
        here, there = arrays[name].shape, found[name].shape
        if here != there:
            differing.append(f"{name} has shape {there}, not {here}")
        elif found[name].dtype.kind not in "fiu" or not np.isfinite(found[name]).all():
            differing.append(f"{name} holds values that are no finite numbers")
    if differing:
        raise SimulationError(f"{target} was saved from another network: {'; '.join(sorted(differing))}.")
    return found


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
