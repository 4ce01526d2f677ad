"""Optimizing a spiking network: convolutions of LIF neurons, trained by their smoothed rates."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .digits import load_digits, steps
from .timing import EpochTimes


def run(n_train=None, n_test=2000, filters=(32, 64, 128), epochs=3, n_steps=100, batch=100):
    digits = load_digits(n_train, n_test)
    keras.utils.set_random_seed(0)
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(stateful=False, lif_smoothing=0.1)
        net.config[nengo.Ensemble].max_rates = nengo.dists.Choice([100])
        net.config[nengo.Ensemble].intercepts = nengo.dists.Choice([0])
        # Spikes of 100 Hz then have a mean of one.
        net.config[nengo.Ensemble].neuron_type = nengo.LIF(amplitude=0.01)
        net.config[nengo.Connection].synapse = None

        inp = nengo.Node(np.zeros(784))
        x, shape, strides = inp, (28, 28, 1), (1, 1)
        for n_filters in filters:
            # The sum over the nine positions of a kernel has the variance of one input.
            init = nengo_dl.dists.Glorot(scale=1 / 9)
            conv = nengo.Convolution(n_filters, shape, (3, 3), strides, init=init)
            neurons = nengo.Ensemble(conv.size_out, 1).neurons
            nengo.Connection(x, neurons, transform=conv)
            x, shape, strides = neurons, conv.output_shape.shape, (2, 2)
        out = nengo_dl.Layer(keras.layers.Dense(10))(x)
        out_p = nengo.Probe(out, label="out_p")
        out_p_filt = nengo.Probe(out, synapse=0.02, label="out_p_filt")

    train_x, train_y = steps(digits.train_images), digits.train_labels[:, None, None]
    test_x = steps(digits.test_images, n_steps)

    def accuracy(sim):
        last = sim.predict({inp: test_x})[out_p_filt][:, -1]
        return np.mean(last.argmax(axis=-1) == digits.test_labels)

    times = EpochTimes()
    with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
        before = accuracy(sim)
        sim.compile(
            optimizer=keras.optimizers.Adam(0.001),
            loss={out_p: keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        )
        sim.fit({inp: train_x}, {out_p: train_y}, epochs=epochs, verbose=0, callbacks=[times])
        after = accuracy(sim)
    return {
        "accuracy with spikes": after,
        "before training": before,
        "first epoch in s": times.seconds[0],
    }
