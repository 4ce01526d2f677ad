"""A Keras model becomes a spiking network: by rates, by spikes, and by more spikes."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .digits import load_digits, steps
from .timing import EpochTimes


def run(n_train=None, n_test=1000, filters=(32, 64), n_hidden=128, epochs=2, n_steps=50, rate=200):
    digits = load_digits(n_train, n_test)
    keras.utils.set_random_seed(0)
    inp = keras.Input((28, 28, 1))
    x = inp
    for n_filters in filters:
        x = keras.layers.Conv2D(n_filters, 3, strides=2, activation="relu")(x)
    x = keras.layers.Dense(n_hidden, activation="relu")(keras.layers.Flatten()(x))
    out = keras.layers.Dense(10)(x)
    model = keras.Model(inp, out)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    times = EpochTimes()
    images = digits.train_images.reshape(-1, 28, 28, 1)
    model.fit(images, digits.train_labels, 100, epochs=epochs, verbose=0, callbacks=[times])
    answers = model.predict(digits.test_images.reshape(-1, 28, 28, 1), verbose=0)

    def accuracy(n_steps, **arguments):
        converter = nengo_dl.Converter(model, **arguments)
        with nengo_dl.Simulator(converter.net, minibatch_size=100, progress_bar=False) as sim:
            data = sim.predict({converter.inputs[inp]: steps(digits.test_images, n_steps)})
        last = data[converter.outputs[out]][:, -1]
        return np.mean(last.argmax(axis=-1) == digits.test_labels)

    spiking = {keras.activations.relu: nengo.SpikingRectifiedLinear()}
    return {
        "accuracy in Keras": np.mean(answers.argmax(axis=-1) == digits.test_labels),
        "by rates": accuracy(1),
        "by spikes": accuracy(n_steps, swap_activations=spiking, synapse=0.01),
        "by more spikes": accuracy(
            n_steps, swap_activations=spiking, synapse=0.01, scale_firing_rates=rate
        ),
        "first epoch in s": times.seconds[0],
    }
