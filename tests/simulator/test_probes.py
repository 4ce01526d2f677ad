"""Probes: what can be recorded, and how much of it is kept."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

import nengo_nb
from nengo_nb.errors import SparseProbeError

from .networks import assert_as_nengo, channel, reference, simulate


def test_everything_probeable_is_recorded_as_in_nengo():
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(dtype="float64")
        node = nengo.Node(lambda t: [np.sin(9 * t), np.cos(9 * t)])
        pre = nengo.Ensemble(20, 2)
        post = nengo.Ensemble(15, 2, neuron_type=nengo.AdaptiveLIF())
        error = nengo.Node(size_in=2)
        nengo.Connection(node, pre)
        conn = nengo.Connection(
            pre, post, learning_rule_type={"pes": nengo.PES(), "voja": nengo.Voja()}
        )
        nengo.Connection(post, error)
        nengo.Connection(error, conn.learning_rule["pes"])
        for obj in (node, pre, post, pre.neurons, post.neurons, conn, conn.learning_rule["pes"]):
            for attr in obj.probeable:
                nengo.Probe(obj, attr)
        nengo.Probe(conn.learning_rule["voja"], "delta")
        nengo.Probe(pre.neurons[3:9:2], "voltage", synapse=0.01)
        nengo.Probe(node[::-1])

    assert_as_nengo(net, 40)


@pytest.mark.parametrize("sample_every", [0.001, 0.0005, 0.002, 0.0035, 0.05])
def test_samples_are_taken_at_the_steps_nengo_takes_them(sample_every):
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(lambda t: t), sample_every=sample_every)

    ours, theirs = simulate(net, 120), reference(net, 120)

    np.testing.assert_allclose(ours.data[probe], theirs.data[probe], rtol=1e-6)
    np.testing.assert_array_equal(
        ours.trange(sample_every=sample_every), theirs.trange(sample_every=sample_every)
    )


def test_history_can_be_left_out_for_all_probes_or_for_one():
    with nengo.Network(seed=1) as net:
        nengo_nb.configure_settings(keep_history=False)
        node = nengo.Node(lambda t: t)
        last, every = nengo.Probe(node), nengo.Probe(node)
    net.config[every].keep_history = True
    with nengo_nb.Simulator(net, minibatch_size=2, progress_bar=False) as sim:
        sim.run_steps(30)
        sim.run_steps(10)

    assert sim.data[last].shape == (2, 1, 1)
    np.testing.assert_allclose(sim.data[last], 0.04, rtol=1e-6)
    assert sim.data[every].shape == (2, 40, 1)


def test_recorded_data_cannot_be_changed_and_end_where_the_run_ended():
    model = channel()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        assert sim.data[model.spikes].shape == (0,)
        sim.run_steps(7)
        data = sim.data[model.spikes]
        with pytest.raises(ValueError, match="read-only"):
            data[0, 0] = 1
        sim.run_steps(3)

        assert data.shape == (7, 40)
        assert sim.data[model.spikes].shape == (10, 40)
        sim.clear_probes()
        assert sim.data[model.spikes].shape == (0,)
        assert sim.n_steps == 10


def test_a_probe_of_sparse_weights_is_refused_by_name():
    with nengo.Network() as net:
        a, b = nengo.Node([1.0, 2.0]), nengo.Node(size_in=2)
        transform = nengo.Sparse((2, 2), indices=[[0, 1], [1, 0]], init=[1.0, 2.0])
        conn = nengo.Connection(a, b, transform=transform)
        nengo.Probe(conn, "weights")

    with pytest.raises(SparseProbeError, match=r"sparse matrix.*sim\.data\[connection\]\.weights"):
        nengo_nb.Simulator(net, progress_bar=False)


def test_memory_grows_with_the_data_alone():
    """A chunk's buffers are not kept alive by the few samples taken from it."""
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Ensemble(200, 1).neurons, sample_every=0.1)
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(1000)

        samples = sim._parts.simulation.recordings[probe].samples
        assert len(samples) == 10
        assert samples.base.nbytes < 3 * samples.nbytes


def test_what_was_read_before_stays_as_it_was_while_more_is_recorded():
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(lambda t: t))
    with nengo_nb.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(5)
        before = sim.data[probe]
        copy = before.copy()

        sim.run_steps(200)

        np.testing.assert_array_equal(before, copy)
        np.testing.assert_allclose(sim.data[probe][:, 0], sim.trange(), rtol=1e-5)
