"""Permuted sequential MNIST by a Legendre Memory Unit: one pixel in each time step."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .digits import load_digits
from .timing import EpochTimes


def run(n_train=10_000, n_test=2000, width=28, units=212, order=256, epochs=1, batch=100):
    digits = load_digits(n_train, n_test)
    n_pixels = width**2
    permutation = np.random.RandomState(0).permutation(n_pixels)

    def sequences(images):
        factor = 28 // width
        blocks = images.reshape(-1, width, factor, width, factor)
        return blocks.mean(axis=(2, 4)).reshape(-1, n_pixels, 1)[:, permutation]

    keras.utils.set_random_seed(0)
    with nengo.Network(seed=0) as net:
        # Loss and accuracy are those of the last time step.
        nengo_dl.configure_settings(stateful=False, keep_history=False)
        inp = nengo.Node(np.zeros(1))
        # A time step is 0.001 s.
        lmu = nengo_dl.networks.LMU(units, order, theta=0.001 * n_pixels)
        nengo.Connection(inp, lmu.input, synapse=None)
        out = nengo_dl.Layer(keras.layers.Dense(10))(lmu.output)
        p = nengo.Probe(out)

    times = EpochTimes()
    with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
        sim.compile(
            optimizer=keras.optimizers.Adam(0.002),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        sim.fit(
            {inp: sequences(digits.train_images)},
            {p: digits.train_labels[:, None, None]},
            epochs=epochs,
            verbose=0,
            callbacks=[times],
        )
        measured = sim.evaluate(
            {inp: sequences(digits.test_images)},
            {p: digits.test_labels[:, None, None]},
            verbose=0,
        )
    return {
        "accuracy": measured["probe_accuracy"],
        "loss": measured["loss"],
        "first epoch in s": times.seconds[0],
    }
