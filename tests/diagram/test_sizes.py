"""Sizes: everything counts once."""

import nengo

from nengo_nb.diagram import Sizes, sizes_of


def test_a_network_is_as_large_as_what_is_in_it_and_in_the_networks_within_it():
    with nengo.Network() as network:
        array = nengo.networks.EnsembleArray(10, 3)
        nengo.Connection(nengo.Node([0, 0, 0]), array.input)
        nengo.Probe(array.output)

    assert sizes_of(network) == Sizes(neurons=30, ensembles=3, nodes=3, connections=7, probes=1)


def test_what_is_in_two_networks_counts_once(spa_model):
    sizes = sizes_of(spa_model)

    assert len(set(spa_model.all_ensembles)) < len(spa_model.all_ensembles)
    assert sizes.ensembles == len(set(spa_model.all_ensembles))
    assert sizes.neurons == sum(ensemble.n_neurons for ensemble in set(spa_model.all_ensembles))
