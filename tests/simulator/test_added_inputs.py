"""A simulation gets inputs while it goes on, and is what it was until they are fed."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from tests.costs import change_costs

HAND_OVER = 30
"""Number of the last step in NumPy, in these tests."""


@pytest.fixture(autouse=True)
def hand_over(monkeypatch):
    change_costs(monkeypatch, most_numpy_steps=HAND_OVER)


def channel():
    with nengo.Network(seed=0) as net:
        net.wave = nengo.Node(lambda t: np.sin(6 * t))
        net.ens, net.relay = nengo.Ensemble(30, 1), nengo.Node(size_in=1)
        nengo.Connection(net.wave, net.ens)
        nengo.Connection(net.ens, net.relay)
        net.decoded = nengo.Probe(net.ens, synapse=0.01)
        net.relayed = nengo.Probe(net.relay)
    return net


def make_input(target):
    node = nengo.Node(np.zeros(target.size_in), add_to_container=False)
    return nengo.Connection(node, target, synapse=None, add_to_container=False)


@pytest.mark.parametrize("n_steps", [10, 50], ids=["in NumPy", "compiled"])
def test_an_input_changes_nothing_until_it_is_fed_and_then_adds_what_it_is_fed(n_steps):
    net = channel()
    into_ens, into_relay = make_input(net.ens), make_input(net.relay)
    members = len(net.nodes), len(net.connections)
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        nengo_nb.Simulator(net, progress_bar=False) as untouched,
    ):
        sim.run_steps(n_steps)
        sim.adopt(sim.prepare([], [into_ens, into_relay]))
        sim.run_steps(100)
        untouched.run_steps(n_steps + 110)
        before = sim.data[net.decoded].copy()
        sim.run_steps(10, data={into_relay.pre_obj: np.full((1, 10, 1), 3.0)})

        alone = untouched.data[net.decoded]
        np.testing.assert_array_equal(before, alone[: n_steps + 100])
        added = sim.data[net.relayed] - untouched.data[net.relayed]
        np.testing.assert_allclose(added[-10:], 3.0, rtol=1e-6)
        np.testing.assert_array_equal(added[:-10], 0.0)
    assert (len(net.nodes), len(net.connections)) == members


def test_an_ensemble_follows_what_is_added_to_its_input():
    net = channel()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        connection = make_input(net.ens)
        sim.adopt(sim.prepare([], [connection]))
        sim.run_steps(500, data={connection.pre_obj: np.full((1, 500, 1), 0.5)})
        fed = sim.data[net.decoded].copy()
        sim.reset()
        sim.run_steps(500)

        assert fed[-100:].mean() - sim.data[net.decoded][-100:].mean() > 0.3


def test_what_two_threads_have_prepared_at_once_is_all_adopted():
    net = channel()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(50)
        probes = [nengo.Probe(net.ens.neurons, add_to_container=False) for _ in range(2)]
        connection = make_input(net.relay)
        first, second = sim.prepare(probes[:1]), sim.prepare(probes[1:], [connection])
        sim.adopt(first)
        sim.adopt(second)
        sim.run_steps(20, data={connection.pre_obj: np.full((1, 20, 1), 2.0)})

        assert [len(sim.data[probe]) for probe in probes] == [20, 20]
        np.testing.assert_array_equal(sim.data[probes[0]], sim.data[probes[1]])
        assert sim.data[net.relayed][-1, 0] > 1.0
