"""Synapses that read their time constant are those of Nengo."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.builder import Model
from nengo.builder.processes import SimProcess

import nengo_nb
from nengo_nb.simulator.run.planning import trainable_taus


def network(synapse, train):
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype="float64", train_synapses=train)
        a = nengo.Node(lambda t: [np.sin(30 * t), np.cos(50 * t)])
        b = nengo.Node(size_in=2)
        nengo.Connection(a, b, synapse=synapse)
        c = nengo.Node(size_in=1)
        nengo.Connection(b[0], c, synapse=type(synapse)(0.02) if synapse else None)
        net.seen = nengo.Probe(b), nengo.Probe(c)
    return net


@pytest.mark.parametrize(
    "synapse", [nengo.Lowpass(0.005), nengo.Alpha(0.005), nengo.Lowpass(0.0002)], ids=str
)
def test_a_synapse_that_may_be_trained_filters_as_nengo_does(synapse):
    with nengo.Simulator(network(synapse, train=False), progress_bar=False) as reference:
        reference.run_steps(200)
    with nengo_nb.Simulator(network(synapse, train=True), progress_bar=False) as sim:
        sim.run_steps(200)

    for ours, theirs in zip(sim.model.probes, reference.model.probes, strict=True):
        np.testing.assert_allclose(sim.data[ours], reference.data[theirs], atol=1e-10)


@pytest.mark.parametrize(
    "synapse", [nengo.synapses.Triangle(0.005), nengo.LinearFilter([1], [0.01, 1]), None]
)
def test_other_synapses_have_no_time_constant_to_train(synapse):
    with nengo.Network() as net:
        nengo_nb.configure_settings(train_synapses=True)
        nengo.Connection(nengo.Node([1.0]), nengo.Node(size_in=1), synapse=synapse)
    model = Model()
    model.build(net)

    assert trainable_taus(model) == {}
    assert all(o.process is synapse for o in model.operators if isinstance(o, SimProcess))
