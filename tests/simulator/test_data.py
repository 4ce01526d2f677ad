"""``sim.data`` of built objects, learned values, and pickles."""

from __future__ import annotations

import pickle

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import PickleError

from .networks import reference, simulate


def learner():
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        node = nengo.Node(np.sin)
        pre = nengo.Ensemble(20, 1)
        post = nengo.Ensemble(20, 1)
        error = nengo.Node(size_in=1)
        nengo.Connection(node, pre)
        net.learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-2))
        net.associated = nengo.Connection(node, post, learning_rule_type=nengo.Voja())
        nengo.Connection(post, error)
        nengo.Connection(error, net.learned.learning_rule)
        net.pre, net.post = pre, post
        net.probe = nengo.Probe(post, synapse=0.01)
    return net


def test_learned_weights_and_encoders_are_shown_as_they_are_now():
    net = learner()

    ours, theirs = simulate(net, 100), reference(net, 100)

    built = theirs.data[net.learned].weights
    weights = theirs.signals[theirs.model.sig[net.learned]["weights"]] if theirs.signals else None
    assert weights is None
    assert not np.allclose(ours.data[net.learned].weights, built)
    encoders = ours.data[net.post]
    assert not np.allclose(encoders.scaled_encoders, theirs.data[net.post].scaled_encoders)
    np.testing.assert_allclose(
        encoders.encoders * (encoders.gain / net.post.radius)[:, None], encoders.scaled_encoders
    )
    np.testing.assert_array_equal(ours.data[net.pre].encoders, theirs.data[net.pre].encoders)


def test_learned_weights_have_a_batch_axis_where_there_is_a_minibatch():
    net = learner()

    sim = simulate(net, 10, minibatch_size=3)

    assert sim.data[net.learned].weights.shape == (3, 1, 20)
    assert sim.data[net.post].scaled_encoders.shape == (3, 20, 1)


def test_learned_weights_are_those_of_a_probe():
    net = learner()
    with net:
        probe = nengo.Probe(net.learned, "weights")

    sim = simulate(net, 30)

    np.testing.assert_array_equal(sim.data[probe][-1], sim.data[net.learned].weights)
    np.testing.assert_allclose(sim.data[probe], reference(net, 30).data[probe], atol=1e-12)


def identity(t, x):
    return x


def test_a_pickled_simulator_goes_on_where_it_was():
    with nengo.Network(seed=4) as net:
        noise = nengo.Node(nengo.processes.WhiteNoise(), size_out=1)
        node = nengo.Node(identity, size_in=1)
        ens = nengo.Ensemble(20, 1)
        nengo.Connection(noise, node)
        nengo.Connection(node, ens)
        net.probe = nengo.Probe(ens, synapse=0.01)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(30)
        copy = pickle.loads(pickle.dumps(sim))
        sim.run_steps(20)

    with copy:
        assert copy.n_steps == 30
        copy.run_steps(20)
        (probe,) = copy.model.probes
        np.testing.assert_array_equal(copy.data[probe], sim.data[net.probe])


def test_a_simulator_that_cannot_be_pickled_names_the_node():
    with nengo.Network() as net:
        nengo.Node(lambda t: t, label="private")
    sim = simulate(net, 2)

    with pytest.raises(PickleError, match="private"):
        pickle.dumps(sim)


def test_data_of_a_probe_are_one_array_until_more_is_recorded():
    net = learner()
    with (
        nengo_nb.Simulator(net, progress_bar=False) as sim,
        nengo.Simulator(net, progress_bar=False) as ref,
    ):
        assert sim.data[net.probe].shape == (0,)  # as in Nengo
        sim.run_steps(5)
        ref.run_steps(5)
        first = sim.data[net.probe]

        assert sim.data[net.probe] is first
        np.testing.assert_allclose(sim.data.raw[net.probe], ref.data.raw[net.probe], atol=1e-12)
        assert type(sim.data.raw[net.pre]) is type(ref.data.raw[net.pre])
        assert set(sim.data.raw) == set(sim.data)
        sim.data.reset()
        assert len(sim.data[net.probe]) == 5
        sim.run_steps(5)
        assert len(sim.data[net.probe]) == 10


def decision():
    """Three noisy ensembles: the classic model of a decision in two dimensions."""
    with nengo.Network(seed=3) as net:
        nengo_nb.configure_settings(dtype="float64")
        source = nengo.Node([0.1, -0.05])
        noise = nengo.processes.WhiteNoise(nengo.dists.Gaussian(0, 0.1))
        both = nengo.Ensemble(30, 2, noise=noise)
        ends = [nengo.Ensemble(20, 1, noise=noise) for _ in range(2)]
        nengo.Connection(source, both)
        nengo.Connection(both, both, synapse=0.1)
        for i, end in enumerate(ends):
            nengo.Connection(both[i], end)
            nengo.Probe(end, synapse=0.01)
    return net


def test_noise_without_a_seed_is_that_of_nengo_without_its_optimizer():
    net = decision()

    ours, theirs = simulate(net, 60, seed=7), reference(net, 60, seed=7)

    for probe in net.all_probes:
        np.testing.assert_allclose(ours.data[probe], theirs.data[probe], atol=1e-11)


def test_the_generator_and_the_graph_of_operators_are_those_of_nengo():
    net = decision()
    with (
        nengo_nb.Simulator(net, seed=5, progress_bar=False) as sim,
        nengo.Simulator(net, seed=5, progress_bar=False, optimize=False) as ref,
    ):
        assert sim.rng.randint(1000) == ref.rng.randint(1000)
        assert sim.rng is sim.rng
        sim.reset(seed=6)
        ref.reset(seed=6)
        assert sim.rng.randint(1000) == ref.rng.randint(1000)
        assert [len(after) for after in sim.dg.values()] == [
            len(after) for after in ref.dg.values()
        ]


def test_signals_show_states_as_they_are():
    net = learner()

    sim = simulate(net, 10)

    voltage = sim.model.sig[net.pre.neurons]["voltage"]
    assert sim.signals[voltage].shape == (20,)
    assert not np.allclose(sim.signals[voltage], voltage.initial_value)
    with pytest.raises(KeyError):
        sim.signals[nengo.builder.Signal(np.zeros(1), name="foreign")]
