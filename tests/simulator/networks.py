"""Small networks that many tests share."""

from __future__ import annotations

from types import SimpleNamespace

import nengo
import numpy as np

import nengo_nb


def channel(neuron_type=None, dtype="float32", seed=1) -> SimpleNamespace:
    """A sine wave through two ensembles, the second gets the square of the first."""
    with nengo.Network(seed=seed) as net:
        nengo_nb.configure_settings(dtype=dtype)
        if neuron_type is not None:
            net.config[nengo.Ensemble].neuron_type = neuron_type
        stimulus = nengo.Node(lambda t: np.sin(6 * t), label="stimulus")
        a = nengo.Ensemble(40, 1, label="a")
        b = nengo.Ensemble(30, 1, label="b")
        nengo.Connection(stimulus, a)
        nengo.Connection(a, b, function=np.square)
        decoded = nengo.Probe(b, synapse=0.01)
        spikes = nengo.Probe(a.neurons)
    return SimpleNamespace(net=net, stimulus=stimulus, a=a, b=b, decoded=decoded, spikes=spikes)


def simulate(net: nengo.Network, n_steps: int, **arguments) -> nengo_nb.Simulator:
    """A simulator of ours that has run, and is closed."""
    with nengo_nb.Simulator(net, progress_bar=False, **arguments) as sim:
        sim.run_steps(n_steps)
    return sim


def reference(net: nengo.Network, n_steps: int, **arguments) -> nengo.Simulator:
    """Nengo's own simulator, after the same run."""
    with nengo.Simulator(net, progress_bar=False, optimize=False, **arguments) as sim:
        sim.run_steps(n_steps)
    return sim


def assert_as_nengo(
    net: nengo.Network, n_steps: int = 100, atol: float = 1e-12, **arguments
) -> None:
    """Every probe of a network records what it records in Nengo."""
    ours, theirs = simulate(net, n_steps, **arguments), reference(net, n_steps, **arguments)
    for probe in net.all_probes:
        np.testing.assert_allclose(
            ours.data[probe], theirs.data[probe], atol=atol, err_msg=str(probe)
        )


def regression(
    neuron_type=None, synapse=None, dtype="float32", n_neurons=30, n_steps=1, **settings
) -> SimpleNamespace:
    """Two inputs, a hidden layer, one output, with data to learn."""
    with nengo.Network(seed=0) as net:
        nengo_nb.configure_settings(dtype=dtype, **settings)
        net.config[nengo.Connection].synapse = synapse
        source = nengo.Node([0.0, 0.0], label="source")
        hidden = nengo.Ensemble(
            n_neurons, 2, neuron_type=neuron_type or nengo.RectifiedLinear(), label="hidden"
        )
        if neuron_type is None:
            hidden.max_rates = nengo.dists.Uniform(1, 2)
        output = nengo.Node(size_in=1, label="output")
        nengo.Connection(source, hidden)
        nengo.Connection(hidden, output, function=lambda x: x[0])
        probe = nengo.Probe(output, label="answer")
    x = (
        np.random.RandomState(0)
        .uniform(-1, 1, size=(205, 1, 2))
        .astype(dtype)
        .repeat(n_steps, axis=1)
    )
    y = x[:, :, :1] * x[:, :, 1:]
    return SimpleNamespace(
        net=net, source=source, hidden=hidden, output=output, probe=probe, x=x, y=y
    )


def open_simulator(model, minibatch_size=50) -> nengo_nb.Simulator:
    return nengo_nb.Simulator(model.net, minibatch_size=minibatch_size, progress_bar=False)
