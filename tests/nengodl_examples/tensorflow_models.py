"""A whole model of Keras' applications in a network, before spiking neurons that are trained."""

from __future__ import annotations

import keras
import nengo
import numpy as np

import nengo_nb as nengo_dl

from .timing import EpochTimes


def run(size=96, alpha=0.5, n_neurons=100, n_examples=64, n_classes=4, epochs=10, batch=16):
    """Random weights need no download; they tell coloured noise apart all the same."""
    keras.utils.set_random_seed(0)
    model = keras.applications.MobileNet(
        (size, size, 3), alpha=alpha, weights=None, include_top=False, pooling="avg"
    )
    rng = np.random.default_rng(0)
    colours = rng.uniform(-1, 1, size=(n_classes, 3))
    labels = np.arange(n_examples) % n_classes
    noise = rng.standard_normal((n_examples, size, size, 3))
    images = (colours[labels][:, None, None] + 0.5 * noise).astype("float32")
    settle(model, images)
    model.trainable = False

    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(stateful=False)
        inp = nengo.Node(np.zeros(size * size * 3))
        features = nengo_dl.TensorNode(model, shape_in=(size, size, 3))
        nengo.Connection(inp, features, synapse=None)
        normal = nengo_dl.Layer(keras.layers.BatchNormalization(momentum=0.5))(features)
        neurons = nengo.Ensemble(
            n_neurons, 1, neuron_type=nengo.LIF(amplitude=0.01), max_rates=nengo.dists.Choice([100]),
            intercepts=nengo.dists.Choice([0]),
        ).neurons  # fmt: skip
        nengo.Connection(normal, neurons, transform=nengo_dl.dists.Glorot(), synapse=None)
        out = nengo_dl.Layer(keras.layers.Dense(n_classes))(neurons)
        features_p = nengo.Probe(features, label="features")
        out_p = nengo.Probe(out, label="out")
        filtered_p = nengo.Probe(out, synapse=0.02, label="filtered")

    times = EpochTimes()
    x = images.reshape(n_examples, 1, -1)
    with nengo_dl.Simulator(net, minibatch_size=batch, progress_bar=False) as sim:
        found = sim.predict({inp: x})[features_p][:, 0]
        sim.compile(
            keras.optimizers.Adam(0.01),
            loss={out_p: keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        )
        sim.fit(
            {inp: x}, {out_p: labels[:, None, None]}, epochs=epochs, verbose=0, callbacks=[times]
        )
        spikes = sim.predict({inp: np.repeat(x[:batch], 40, axis=1)})[filtered_p][:, -1]
    wanted = model.predict(images, batch_size=batch, verbose=0)
    return {
        "largest difference from Keras": np.abs(found - wanted).max(),
        "largest feature": np.abs(wanted).max(),
        "accuracy with spikes": np.mean(spikes.argmax(axis=-1) == labels[:batch]),
        "first epoch in s": times.seconds[0],
    }


def settle(model, images):
    """Give normalizing layers the statistics that a trained model has, or all signals vanish."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    model(images, training=True)
