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


def assert_as_nengo(net: nengo.Network, n_steps: int = 100, atol: float = 1e-12, **arguments) -> None:
    """Every probe of a network records what it records in Nengo."""
    ours, theirs = simulate(net, n_steps, **arguments), reference(net, n_steps, **arguments)
    for probe in net.all_probes:
        np.testing.assert_allclose(ours.data[probe], theirs.data[probe], atol=atol, err_msg=str(probe))
