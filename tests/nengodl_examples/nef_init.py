"""Training that begins at decoders of the Neural Engineering Framework, or at random weights."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .timing import EpochTimes


def function(x):
    return [np.sin(np.pi * x[0]), x[0] * x[1]]


def run(n_examples=5000, n_neurons=100, epochs=10, batch=50):
    rng = np.random.default_rng(0)
    x = rng.uniform(-0.7, 0.7, size=(n_examples + 1000, 1, 2))
    y = np.array([function(value) for value in x[:, 0]])[:, None]
    train, test = slice(0, n_examples), slice(n_examples, None)
    times = EpochTimes()

    def losses(decoded):
        keras.utils.set_random_seed(0)
        with nengo.Network(seed=0) as net:
            nengo_dl.configure_settings(stateful=False)
            net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
            net.config[nengo.Ensemble].max_rates = nengo.dists.Uniform(1, 2)
            net.config[nengo.Connection].synapse = None
            inp = nengo.Node(np.zeros(2))
            ens = nengo.Ensemble(n_neurons, 2)
            nengo.Connection(inp, ens)
            out = nengo.Node(size_in=2)
            if decoded:
                nengo.Connection(ens, out, function=function)
            else:
                nengo.Connection(ens.neurons, out, transform=nengo_dl.dists.Glorot())
            p = nengo.Probe(out)
        with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
            sim.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
            before = sim.evaluate({inp: x[test]}, {p: y[test]}, verbose=0)["loss"]
            sim.fit({inp: x[train]}, {p: y[train]}, epochs=epochs, verbose=0, callbacks=[times])
            return before, sim.evaluate({inp: x[test]}, {p: y[test]}, verbose=0)["loss"]

    nef, random = losses(decoded=True), losses(decoded=False)
    return {
        "loss from decoders": nef[1],
        "before training": nef[0],
        "loss from random weights": random[1],
        "random before training": random[0],
        "first epoch in s": times.seconds[0],
    }
