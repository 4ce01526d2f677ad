"""``sim.profile()`` says what costs how much, and leaves the simulation where it is."""

from __future__ import annotations

import re

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulatorClosed, ValidationError

import nengo_nb


def network(n: int = 20) -> nengo.Network:
    calls = []
    with nengo.Network(seed=1) as net:
        stimulus = nengo.Node(lambda t: calls.append(t) or np.sin(t), label="stimulus")
        small = nengo.Ensemble(n, 1, label="small")
        large = nengo.Ensemble(n * 100, 1, neuron_type=nengo.AdaptiveLIF(), label="large")
        nengo.Connection(stimulus, small)
        nengo.Connection(small, large)
        nengo.Probe(large, synapse=0.01)
    return net


def test_every_group_has_its_cost_and_its_objects():
    net = network()

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        text = sim.profile(1000)  # long beside what a busy machine takes away

    assert "in Python: <Node 'stimulus'>" in text
    (cost,) = re.findall(r"([\d.]+) +AdaptiveLIF x1: <Ensemble 'large'>", text)
    (less,) = re.findall(r"([\d.]+) +LIF x1: <Ensemble 'small'>", text)
    assert float(cost) > float(less) > 0
    assert re.search(r"[\d.]+   in all, for 1 minibatch item", text)


def test_the_simulation_goes_on_as_if_nothing_had_been_measured():
    net = network()
    (probe,) = net.probes

    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(20)
        sim.profile(50)
        sim.run_steps(20)
        measured = sim.data[probe]
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(40)

        np.testing.assert_allclose(measured, sim.data[probe], atol=1e-6)


def test_what_cannot_be_measured_is_refused():
    with nengo_nb.Simulator(network(), progress_bar=False) as sim, pytest.raises(ValidationError):
        sim.profile(0)
    with pytest.raises(SimulatorClosed, match="profile"):
        sim.profile()
