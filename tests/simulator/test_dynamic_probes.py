"""Going back to a moment, watching what has no probe, and two threads at one simulator."""

from __future__ import annotations

import threading

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError

import nengo_nb

from .networks import channel, simulate


def noisy(probed: bool = True):
    """A network whose Python process, compiled noise and learning rule all remember something."""
    with nengo.Network(seed=1) as net:
        wave = nengo.Node(nengo.processes.WhiteSignal(1.0, high=5))
        ens = nengo.Ensemble(
            20, 1, neuron_type=nengo.LIF(), noise=nengo.processes.WhiteNoise(seed=3)
        )
        out = nengo.Ensemble(20, 1)
        conn = nengo.Connection(ens, out, learning_rule_type=nengo.PES())
        nengo.Connection(wave, ens)
        nengo.Connection(out, conn.learning_rule)
        probe = nengo.Probe(out, synapse=None) if probed else None
    return net, out, probe


def test_going_back_and_on_again_gives_the_same_data():
    net, _, probe = noisy()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(50)
        moment = sim.snapshot()
        sim.run_steps(80)
        before = sim.data[probe].copy()

        sim.restore(moment)
        assert (sim.n_steps, len(sim.data[probe])) == (50, 50)
        sim.run_steps(80)

        np.testing.assert_array_equal(sim.data[probe], before)


def test_another_branch_leaves_what_was_read_of_the_first_one():
    net, _, probe = noisy()
    node = net.all_nodes[0]
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(20)
        moment = sim.snapshot()
        sim.run_steps(40)
        first = sim.data[probe]
        copy = first.copy()

        sim.restore(moment)
        sim.run_steps(40, data={node: np.ones((1, 40, 1))})

        np.testing.assert_array_equal(first, copy)
        assert not np.allclose(sim.data[probe], first)


def test_watching_from_the_middle_of_a_run_changes_nothing_of_it():
    net, out, probe = noisy()
    usual = simulate(net, 150)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(100)
        objects = list(net.all_objects)

        watched = sim.watch(out, label="watched")
        sim.run_steps(50)

        assert net.all_objects == objects
        np.testing.assert_array_equal(sim.data[probe], usual.data[probe])
        np.testing.assert_allclose(sim.data[watched], usual.data[probe][100:], atol=1e-6)


def test_what_nothing_needed_can_be_watched():
    """Without any probe nothing of the network is computed, until it is watched."""
    net, out, _ = noisy(probed=False)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(10)

        spikes, voltage = sim.watch(out.neurons), sim.watch(out.neurons, "voltage")
        sim.run_steps(200)

        assert sim.data[spikes].shape == (200, 20)
        assert np.ptp(sim.data[voltage]) > 0.5


def test_going_back_to_before_the_watching_began():
    net, out, probe = noisy()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(30)
        moment = sim.snapshot()
        sim.run_steps(30)
        before = sim.data[probe].copy()
        watched = sim.watch(out)

        sim.restore(moment)
        sim.run_steps(30)

        np.testing.assert_array_equal(sim.data[probe], before)
        assert len(sim.data[watched]) == 30


def test_what_cannot_be_watched_is_refused_and_nothing_has_changed():
    net, _out, probe = noisy()
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(10)
        operators, probes = list(sim.model.operators), list(sim.model.probes)
        with nengo.Network():
            stranger = nengo.Ensemble(5, 1)

        with pytest.raises((BuildError, KeyError)):
            sim.watch(stranger)
        sim.run_steps(10)

        assert (sim.model.operators, sim.model.probes) == (operators, probes)
        assert len(sim.data[probe]) == 20


def test_a_pickle_knows_what_was_recorded():
    import pickle

    with nengo.Network(seed=1) as net:
        probe = nengo.Probe(nengo.Ensemble(10, 1))
        quiet = nengo.Probe(nengo.Node(1.0), sample_every=10)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(30)
        copy = pickle.loads(pickle.dumps(sim))

    by_label = {type(p.target): p for p in copy.model.probes}
    np.testing.assert_array_equal(copy.data[by_label[nengo.Ensemble]], sim.data[probe])
    assert len(copy.data[by_label[nengo.Node]]) == len(sim.data[quiet]) == 0
    copy.close()


def test_two_threads_take_turns():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:

        def run_by_tens():
            for _ in range(10):
                sim.run_steps(10)

        threads = [threading.Thread(target=run_by_tens) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sim.n_steps == 200
        np.testing.assert_array_equal(
            sim.data[model.decoded], simulate(model.net, 200).data[model.decoded]
        )


def test_predicting_and_running_take_turns():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        wanted = sim.predict(n_steps=20)[model.decoded]
        thread = threading.Thread(target=lambda: [sim.run_steps(10) for _ in range(10)])
        thread.start()
        found = [sim.predict(n_steps=20)[model.decoded] for _ in range(5)]
        thread.join()

        np.testing.assert_array_equal(found, [wanted] * 5)
        np.testing.assert_array_equal(
            sim.data[model.decoded], simulate(model.net, 100).data[model.decoded]
        )
