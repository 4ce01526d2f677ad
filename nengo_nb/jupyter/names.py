"""Names: giving them to what has none, and finding probes by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import nengo

from nengo_nb.diagram import name_of

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
