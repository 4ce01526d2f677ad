"""Trainable parameters (encoders, biases, gains, weights, time constants), with readable names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import nengo
import numpy as np
from nengo.base import NengoObject
from nengo.builder import Model, Signal
from nengo.builder.operator import ElementwiseInc
from nengo.ensemble import Neurons

from nengo_nb.on_demand import tf
from nengo_nb.settings import NetworkSettings

Tensor = Any

T = TypeVar("T")

_UNFIT = re.compile(r"[/\\\s\x00-\x1f\x7f\ud800-\udfff]+")

LONGEST_NAME = 500
"""Number of characters of a label that are part of a name."""

LEAST_TAU = 0.1
"""The shortest time constant that training may reach, in time steps."""


@dataclass(frozen=True)
class Parameter:
    """One array of a built object.

    Args:
        owner: Name of the object, unique in the network.
        attribute: ``"encoders"``, ``"bias"``, ``"gain"``, ``"weights"`` or ``"tau"``.
        obj: The ensemble or connection.
        initial: The array as Nengo built it; encoders are scaled by gain and radius.
        signal: The signal that holds the array; None where several are made of it, see
            ``signal_values``.
    """

    owner: str
    attribute: str
    obj: NengoObject
    initial: np.ndarray = field(compare=False, repr=False)
    signal: Signal | None = None

    @property
    def name(self) -> str:
        """Name of the variable, such as ``"hidden/bias"`` or ``"a->b/weights"``."""
        return f"{self.owner}/{self.attribute}"


def find_parameters(model: Model, read: Iterable[Signal]) -> list[Parameter]:
    """Return all arrays of a network that could be trained.

    Args:
        model: The built model.
        read: The constant signals that the network reads while it runs; weights with a learning
            rule are states instead.
    """
    network = model.toplevel
    if network is None:
        return []
    constant = set(read)
    names = object_names(network)
    settings = NetworkSettings(network)
    arrays = [
        Parameter(names[obj], attribute, obj, np.asarray(signal.initial_value), signal)
        for obj, attribute, signal in _arrays(model)
        if signal is not None and signal in constant and not signal.sparse
    ]
    gains = [
        Parameter(names[ens], "gain", ens, np.asarray(model.params[ens].gain))
        for ens in once(network.all_ensembles)
        if settings.get("train_gains", ens) and constant & set(_gain_signals(model, ens))
    ]
    taus = [
        Parameter(names[conn], "tau", conn, np.asarray(signal.initial_value[0]))
        for conn in once(network.all_connections)
        if (signal := model.sig[conn].get("tau")) is not None and signal in constant
    ]
    return arrays + gains + taus


def once(objects: Iterable[T]) -> list[T]:
    """Drop repeated objects: those of nengo.spa's action selection are in two networks."""
    return list(dict.fromkeys(objects))


def _arrays(model: Model) -> Iterator[tuple[NengoObject, str, Signal | None]]:
    for ens in once(model.toplevel.all_ensembles):
        if not isinstance(ens.neuron_type, nengo.Direct):
            yield ens, "encoders", model.sig[ens]["encoders"]
            yield ens, "bias", model.sig[ens.neurons]["bias"]
    for conn in once(model.toplevel.all_connections):
        yield conn, "weights", model.sig[conn].get("weights")


def _gain_signals(model: Model, ens: nengo.Ensemble) -> dict[Signal, np.ndarray | None]:
    """Return the signals that gains are a factor of.

    Scaled encoders map to None, signals that hold gains alone to the indices of their neurons.
    """
    if isinstance(ens.neuron_type, nengo.Direct):
        return {}
    signals: dict[Signal, np.ndarray | None] = {model.sig[ens]["encoders"]: None}
    into = [c for c in model.toplevel.all_connections if isinstance(c.post_obj, Neurons)]
    weighted = {model.sig[c]["weighted"]: c for c in into if c.post_obj.ensemble is ens}
    for op in model.operators:
        # Into neurons, Nengo multiplies a connection's output by their gains in an operator of its
        # own.
        if isinstance(op, ElementwiseInc) and op.X in weighted:
            signals[op.A] = np.arange(ens.n_neurons)[weighted[op.X].post_slice]
    return signals


def signals_of(model: Model, parameter: Parameter) -> list[Signal]:
    """Return the signals whose values depend on a parameter."""
    if parameter.attribute == "gain":
        return list(_gain_signals(model, parameter.obj))
    return [model.sig[parameter.obj]["tau"] if parameter.signal is None else parameter.signal]


def signal_values(model: Model, values: Mapping[Parameter, Tensor]) -> dict[Signal, Tensor]:
    """Return the values of the signals that depend on parameters.

    Args:
        model: The built model.
        values: The values of parameters.
    """
    by_signal = {p.signal: value for p, value in values.items() if p.signal is not None}
    for parameter, value in values.items():
        if parameter.attribute == "gain":
            # A gain of zero made encoders of zero, which a trained gain cannot scale up again.
            built = np.where(parameter.initial == 0, 1, parameter.initial)
            for signal, neurons in _gain_signals(model, parameter.obj).items():
                if neurons is not None:
                    by_signal[signal] = tf.gather(value, neurons)
                    continue
                # Encoders that are trained as well, or those that were built; the built gain is
                # divided out.
                encoders = by_signal.get(signal, tf.constant(signal.initial_value, value.dtype))
                by_signal[signal] = (
                    encoders * (value / tf.constant(built, value.dtype))[:, tf.newaxis]
                )
        elif parameter.attribute == "tau":
            signal = model.sig[parameter.obj]["tau"]
            by_signal[signal] = tf.fill(signal.shape, value)
    return by_signal


def object_names(network: nengo.Network) -> dict[NengoObject, str]:
    """Name every ensemble, node, connection and probe: its label, made unique."""
    names: dict[NengoObject, str] = {}
    taken: set[str] = set()
    for kind, objects in (
        ("ensemble", network.all_ensembles),
        ("node", network.all_nodes),
        ("probe", network.all_probes),
    ):
        for obj in once(objects):
            names[obj] = _unique(_clean(obj.label) if obj.label else kind, taken)
    for conn in once(network.all_connections):
        ends = [names.get(_owner(end), "?") for end in (conn.pre_obj, conn.post_obj)]
        names[conn] = _unique(_clean(conn.label) if conn.label else "->".join(ends), taken)
    return names


def _owner(end: object) -> object:
    """Return the ensemble of neurons, the connection of a learning rule, or the object itself."""
    return getattr(end, "ensemble", None) or getattr(end, "connection", None) or end


def _clean(label: str) -> str:
    """Replace characters of a label that separate names, or that an archive cannot hold in one."""
    return _UNFIT.sub("_", label.strip())[:LONGEST_NAME] or "_"


def _unique(name: str, taken: set[str]) -> str:
    """Return a name that no other object has, even if upper and lower case are the same."""
    candidate, i = name, 0
    while candidate.lower() in taken:
        i += 1
        candidate = f"{name}_{i}"
    taken.add(candidate.lower())
    return candidate
