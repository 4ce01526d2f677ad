"""Names: what a network and the things in it are called, and finding probes by what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import nengo

from .words import unknown


def members(network: nengo.Network) -> Iterator[Any]:
    """All networks and objects inside a network, at any depth, in the order of their making."""
    yield from network.networks
    yield from network.objects[nengo.Ensemble]
    yield from network.objects[nengo.Node]
    yield from network.objects[nengo.Connection]
    yield from network.objects[nengo.Probe]
    for inner in network.networks:
        yield from members(inner)


def label_members(network: nengo.Network, namespace: Mapping[str, Any]) -> None:
    """Give everything in a network that has no label the name of the variable it was assigned to."""
    variables = {id(value): name for name, value in namespace.items() if not name.startswith("_")}
    for member in members(network):
        if member.label is None and id(member) in variables:
            member.label = variables[id(member)]


def name_of(thing: Any) -> str:
    """The label of an object, a slice of it or its neurons, or what kind of thing it is."""
    if isinstance(thing, nengo.base.ObjView):
        return f"{name_of(thing.obj)}{_slice(thing.slice)}"
    if isinstance(thing, nengo.ensemble.Neurons):
        return f"{name_of(thing.ensemble)}.neurons"
    if isinstance(thing, nengo.connection.LearningRule):
        return f"{name_of(thing.connection)}.learning_rule"
    if isinstance(thing, nengo.Probe) and thing.label is None:
        return f"probe of {name_of(thing.target)}"
    if isinstance(thing, nengo.Connection) and thing.label is None:
        return f"{name_of(thing.pre)} → {name_of(thing.post)}"
    label = getattr(thing, "label", None)
    return str(label) if label is not None else f"unnamed {type(thing).__name__}"


def _slice(index: Any) -> str:
    """A slice as it is written; Nengo keeps a single index as a slice of length one."""
    if not isinstance(index, slice):
        return f"[{index}]"
    if index.step is None and None not in (index.start, index.stop) and index.stop == index.start + 1:
        return f"[{index.start}]"
    parts = ["" if part is None else str(part) for part in (index.start, index.stop)]
    return f"[{':'.join(parts)}]" if index.step is None else f"[{':'.join(parts)}:{index.step}]"


def find_probes(
    network: nengo.Network, names: Iterable[str], namespace: Mapping[str, Any]
) -> list[nengo.Probe]:
    """The probes with these names, as labels or else as variables; all probes if there are no names.

    Raises:
        LookupError: One sentence that names the probes that there are.
    """
    probes = list(network.all_probes)
    found = []
    for name in names:
        matching = [probe for probe in probes if name_of(probe) == name]
        variable = namespace.get(name)
        if not matching and any(variable is probe for probe in probes):
            matching = [variable]
        if not matching:
            raise LookupError(unknown("probe", name, [name_of(probe) for probe in probes]))
        found += matching
    return found or probes
