"""Sizes of a network. An object in two of its networks, as in those of nengo.spa, counts once."""

from __future__ import annotations

from dataclasses import dataclass

import nengo


@dataclass(frozen=True)
class Sizes:
    """Numbers of objects in a network and in the networks within it."""

    neurons: int
    ensembles: int
    nodes: int
    connections: int
    probes: int


def sizes_of(network: nengo.Network) -> Sizes:
    """Count the objects of a network."""
    ensembles = set(network.all_ensembles)
    return Sizes(
        sum(ensemble.n_neurons for ensemble in ensembles),
        len(ensembles),
        len(set(network.all_nodes)),
        len(set(network.all_connections)),
        len(set(network.all_probes)),
    )
