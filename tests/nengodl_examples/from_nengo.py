"""A network of a user of Nengo: the same curve here, many inputs at once, and trained decoders
that go back to Nengo.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .timing import EpochTimes


def square(x):
    return x**2


def run(n_neurons=100, seconds=1.0, n_examples=5000, epochs=10, batch=50):
    with nengo.Network(seed=0) as net:
        # As in any script of Nengo; only the next lines know what will be done with it.
        nengo_dl.configure_settings(trainable=False)
        stim = nengo.Node(lambda t: np.sin(2 * np.pi * t))
        ens = nengo.Ensemble(n_neurons, 1)
        out = nengo.Node(size_in=1)
        nengo.Connection(stim, ens, synapse=None)
        # A poor solution to begin with: it ought to be the square.
        conn = nengo.Connection(ens, out, function=np.abs, synapse=None)
        net.config[conn].trainable = True
        oscillator = nengo.Ensemble(2 * n_neurons, 2)
        nengo.Connection(oscillator, oscillator, transform=[[1, 1], [-1, 1]], synapse=0.1)
        nengo.Connection(stim, oscillator[0], synapse=0.1)
        p = nengo.Probe(out, label="p")
        filtered = nengo.Probe(out, synapse=0.03, label="filtered")
        nengo.Probe(oscillator, synapse=0.03, label="oscillator")

    reference = in_nengo(net, seconds)
    with nengo_dl.Simulator(net, progress_bar=False, seed=0) as sim:
        sim.run(seconds)
        difference = max(
            np.abs(sim.data[probe] - reference.data[probe]).max()
            for probe in net.probes
            if probe is not p  # single spikes
        )

    def error(data):
        late = reference.trange() > 0.1
        return np.sqrt(np.mean((data[filtered] - delayed(reference.trange()))[late] ** 2))

    def delayed(times):
        return nengo.Lowpass(0.03).filt(square(np.sin(2 * np.pi * times))[:, None], y0=0)

    # Decoders are trained by rates, for many inputs at once, and go back to Nengo.
    x = np.random.default_rng(0).uniform(-1, 1, size=(n_examples, 1, 1))
    times = EpochTimes()
    with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
        sim.compile(optimizer=keras.optimizers.Adam(1e-4), loss={p: "mse"})
        sim.fit({stim: x}, {p: square(x)}, epochs=epochs, verbose=0, callbacks=[times])
        sim.freeze_params(net)
    return {
        "difference from Nengo": difference,
        "error in Nengo": error(in_nengo(net, seconds).data),
        "error before training": error(reference.data),
        "first epoch in s": times.seconds[0],
    }


def in_nengo(net, seconds):
    with nengo.Simulator(net, progress_bar=False, seed=0) as sim:
        sim.run(seconds)
    return sim
