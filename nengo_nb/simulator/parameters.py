"""What training may change: encoders, biases and connection weights, under names a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import nengo
import numpy as np
from nengo.base import NengoObject
from nengo.builder import Model, Signal
from nengo.transforms import SparseMatrix


@dataclass(frozen=True)
class Parameter:
    """One array of a built object.

    Args:
        owner: Name of the object, unique in the network.
        attribute: ``"encoders"``, ``"bias"`` or ``"weights"``.
        obj: The ensemble or connection.
        signal: The signal that holds the array.
    """

    owner: str
    attribute: str
    obj: NengoObject
    signal: Signal

    @property
    def name(self) -> str:
        """Such as ``"hidden/bias"`` or ``"a->b/weights"``."""
        return f"{self.owner}/{self.attribute}"


def find_parameters(model: Model, read: Iterable[Signal]) -> list[Parameter]:
    """All arrays of a network that could be trained.

    Args:
        model: The built model.
        read: The constant signals that the network reads while it runs; a learned weight is none of them.
    """
    if model.toplevel is None:
        return []
    constant = set(read)
    names = object_names(model.toplevel)
    return [
        Parameter(names[obj], attribute, obj, signal)
        for obj, attribute, signal in _arrays(model)
        if signal is not None and signal in constant and not isinstance(signal.initial_value, SparseMatrix)
    ]


def _arrays(model: Model) -> Iterator[tuple[NengoObject, str, Signal | None]]:
    for ens in model.toplevel.all_ensembles:
        if not isinstance(ens.neuron_type, nengo.Direct):
            yield ens, "encoders", model.sig[ens]["encoders"]
            yield ens, "bias", model.sig[ens.neurons]["bias"]
    for conn in model.toplevel.all_connections:
        yield conn, "weights", model.sig[conn].get("weights")


def object_names(network: nengo.Network) -> dict[NengoObject, str]:
    """A name for every ensemble, node, connection and probe: its label, made unique where two share one."""
    found: dict[NengoObject, str] = {}
    taken: set[str] = set()
    for kind, objects in (
        ("ensemble", network.all_ensembles),
        ("node", network.all_nodes),
        ("probe", network.all_probes),
    ):
        for obj in objects:
            found[obj] = _unique(_clean(obj.label) if obj.label else kind, taken)
    for conn in network.all_connections:
        ends = [found.get(_owner(end), "?") for end in (conn.pre_obj, conn.post_obj)]
        found[conn] = _unique(_clean(conn.label) if conn.label else "->".join(ends), taken)
    return found


def _owner(end: object) -> object:
    """The ensemble of neurons, the connection of a learning rule, or the object itself."""
    return getattr(end, "ensemble", None) or getattr(end, "connection", None) or end


def _clean(label: str) -> str:
    """A label without what separates names."""
    return re.sub(r"[/\s]+", "_", label.strip()) or "_"


def _unique(name: str, taken: set[str]) -> str:
    """A name that no other object has, whatever the case of its letters."""
    found, i = name, 0
    while found.lower() in taken:
        i += 1
        found = f"{name}_{i}"
    taken.add(found.lower())
    return found


def as_built(parameter: Parameter) -> np.ndarray:
    """The array as Nengo built it."""
    return np.asarray(parameter.signal.initial_value)
