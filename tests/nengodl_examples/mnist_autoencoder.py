"""An autoencoder of handwritten digits, as a Nengo network and as a Keras model.

Both have the same layers, the same distribution of weights, the same optimizer and the same data;
the errors are means over several seeds.
"""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .digits import load_digits, steps
from .timing import EpochTimes

EPSILON = 1e-14
"""Keras 3 adds epsilon below the square root, and Keras 2, with 1e-7, behind it."""


def run(n_train=None, n_test=None, n_hidden=64, epochs=2, n_seeds=6, batch=50):
    digits = load_digits(n_train, n_test)
    times = EpochTimes()
    by_nengo, by_keras = [], []
    for seed in range(n_seeds):
        by_nengo.append(nengo_error(digits, n_hidden, epochs, batch, seed, times))
        by_keras.append(keras_error(digits, n_hidden, epochs, batch, seed))
    return {
        "mean squared error": np.mean(by_nengo),
        "standard deviation": np.std(by_nengo),
        "the same in Keras": np.mean(by_keras),
        "standard deviation in Keras": np.std(by_keras),
        "of zeros": np.mean(np.square(digits.test_images)),
        "first epoch in s": times.seconds[0],
    }


def nengo_error(digits, n_hidden, epochs, batch, seed, times):
    keras.utils.set_random_seed(seed)
    with nengo.Network(seed=seed) as auto_net:
        # Neurons whose input is their current.
        auto_net.config[nengo.Ensemble].gain = nengo.dists.Choice([1])
        auto_net.config[nengo.Ensemble].bias = nengo.dists.Choice([0])
        auto_net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        auto_net.config[nengo.Connection].synapse = None
        auto_net.config[nengo.Connection].transform = nengo_dl.dists.Glorot()

        nengo_a = nengo.Node(np.zeros(784))
        nengo_b = nengo.Ensemble(n_hidden, 1)
        nengo.Connection(nengo_a, nengo_b.neurons)
        nengo_c = nengo.Ensemble(784, 1)
        nengo.Connection(nengo_b.neurons, nengo_c.neurons)
        p_c = nengo.Probe(nengo_c.neurons)

    train, test = steps(digits.train_images), steps(digits.test_images)
    with nengo_dl.Simulator(auto_net, minibatch_size=batch, progress_bar=False) as sim:
        optimizer = keras.optimizers.RMSprop(1e-3, epsilon=EPSILON)
        sim.compile(optimizer=optimizer, loss=keras.losses.MeanSquaredError())
        sim.fit({nengo_a: train}, {p_c: train}, epochs=epochs, verbose=0, callbacks=[times])
        return sim.evaluate({nengo_a: test}, {p_c: test}, verbose=0)["loss"]


def keras_error(digits, n_hidden, epochs, batch, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(n_hidden, activation="relu"),
            keras.layers.Dense(784, activation="relu"),
        ]
    )
    model.compile(optimizer=keras.optimizers.RMSprop(1e-3, epsilon=EPSILON), loss="mse")
    train, test = digits.train_images, digits.test_images
    model.fit(train, train, batch_size=batch, epochs=epochs, verbose=0)
    return model.evaluate(test, test, batch_size=batch, verbose=0)
