"""A learner: a framework in a process of its own, which trains and predicts when told.

This file runs under the interpreter of the framework; see ``peers``. It reads one JSON object per
line:

``{"autoencoder": SEED, "images": FILE, "epochs": N, "epsilon": E}``
    784-64-784 rectified units, weights drawn as Glorot and Bengio do, learns to copy 50 000 images
    in minibatches of 50 with RMSprop(1e-3, epsilon=E); seconds that took, and the mean squared
    error over 10 000 other images
``{"spiking": N}``
    builds 784-256-128-10 LIF neurons for minibatches of 50 with 50 steps; seconds until it has
    trained on and predicted N
``{"train": N}`` and ``{"predict": N}``
    seconds for N such minibatches
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

PIXELS, HIDDEN, BATCH, STEPS = 784, 64, 50, 50
LAYERS = (256, 128)


def autoencoder(glorot: Any) -> Any:
    """The network of the tutorial, with what its input, its middle, its output and its
    probe are called.
    """
    import nengo

    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        net.config[nengo.Ensemble].gain = nengo.dists.Choice([1])
        net.config[nengo.Ensemble].bias = nengo.dists.Choice([0])
        net.config[nengo.Connection].synapse = None
        net.pixels = nengo.Node(np.zeros(PIXELS))
        hidden, decoded = nengo.Ensemble(HIDDEN, 1), nengo.Ensemble(PIXELS, 1)
        nengo.Connection(net.pixels, hidden.neurons, transform=glorot)
        nengo.Connection(hidden.neurons, decoded.neurons, transform=glorot)
        net.output = nengo.Probe(decoded.neurons)
    return net


def spiking(glorot: Any) -> Any:
    """Two layers of LIF neurons between pixels and ten outputs, and synapses on the way
    from one to the next.
    """
    import nengo

    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.LIF(amplitude=0.01)
        net.config[nengo.Ensemble].max_rates = nengo.dists.Choice([100])
        net.config[nengo.Ensemble].intercepts = nengo.dists.Choice([0])
        net.config[nengo.Connection].synapse = nengo.Lowpass(0.005)
        net.pixels = nengo.Node(np.zeros(PIXELS))
        before, synapse = net.pixels, None
        for size in LAYERS:
            layer = nengo.Ensemble(size, 1)
            nengo.Connection(before, layer.neurons, transform=glorot, synapse=synapse)
            before, synapse = layer.neurons, nengo.Lowpass(0.005)
        answers = nengo.Node(size_in=10)
        nengo.Connection(before, answers, transform=glorot)
        net.output = nengo.Probe(answers, synapse=0.02)
    return net


class OfNengo:
    """A simulator of Nengo networks with Keras' words for learning.

    Args:
        package: ``nengo_nb`` or ``nengo_dl``.
    """

    def __init__(self, package: Any) -> None:
        import tensorflow as tf

        self.package, self.tf, self.sim = package, tf, None

    def open(self, net: Any, epsilon: float = 1e-7) -> Any:
        """A simulator that learns by mean squared errors."""
        sim = self.package.Simulator(net, minibatch_size=BATCH, progress_bar=False)
        sim.compile(
            self.tf.keras.optimizers.RMSprop(1e-3, epsilon=epsilon), loss={net.output: "mse"}
        )
        return sim

    def autoencoder(
        self, seed: int, train: np.ndarray, test: np.ndarray, epochs: int, epsilon: float
    ) -> dict[str, float]:
        """Train an autoencoder; weights and the order of the images follow the seed."""
        self.tf.keras.utils.set_random_seed(seed)
        net = autoencoder(self.package.dists.Glorot())
        net.seed = seed
        with self.open(net, epsilon) as sim:
            x, y = {net.pixels: train[:, None]}, {net.output: train[:, None]}
            begin = time.perf_counter()
            sim.fit(x, y, epochs=epochs, verbose=0)
            seconds = time.perf_counter() - begin
            found = sim.evaluate(
                {net.pixels: test[:, None]}, {net.output: test[:, None]}, verbose=0
            )
        return {"seconds": seconds, "error": float(found["loss"])}

    def spiking(self, n: int) -> float:
        """Build the spiking network, and let it train on and predict some minibatches;
        seconds of all that.
        """
        begin = time.perf_counter()
        self.net = spiking(self.package.dists.Glorot())
        self.sim = self.open(self.net)
        self.train(n)
        self.predict(n)
        return time.perf_counter() - begin

    def train(self, n: int) -> float:
        """Learn from minibatches; seconds for n of them, without what comes before the
        first, such as tracing.
        """
        shape = ((n + 1) * BATCH, STEPS)
        x, y = np.ones((*shape, PIXELS), np.float32), np.ones((*shape, 10), np.float32)
        ends: list[float] = []
        watch = self.tf.keras.callbacks.LambdaCallback(
            on_batch_end=lambda batch, logs: ends.append(time.perf_counter())
        )
        self.sim.fit(
            {self.net.pixels: x}, {self.net.output: y}, epochs=1, verbose=0, callbacks=[watch]
        )
        return ends[-1] - ends[0]

    def predict(self, n: int) -> float:
        """Predict minibatches; seconds for all of them."""
        images = np.ones((n * BATCH, STEPS, PIXELS), np.float32)
        begin = time.perf_counter()
        self.sim.predict({self.net.pixels: images})
        return time.perf_counter() - begin


class ByHand:
    """The autoencoder, written in Keras."""

    def autoencoder(
        self, seed: int, train: np.ndarray, test: np.ndarray, epochs: int, epsilon: float
    ) -> dict[str, float]:
        """Train it."""
        import keras

        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(size, activation="relu") for size in (HIDDEN, PIXELS)]
        model = keras.Sequential([keras.Input((PIXELS,)), *layers])
        model.compile(keras.optimizers.RMSprop(1e-3, epsilon=epsilon), loss="mse")
        begin = time.perf_counter()
        model.fit(train, train, batch_size=BATCH, epochs=epochs, verbose=0)
        seconds = time.perf_counter() - begin
        return {
            "seconds": seconds,
            "error": float(model.evaluate(test, test, batch_size=BATCH, verbose=0)),
        }


def open_learner(name: str) -> Any:
    """The learner of that name, with everything imported."""
    if name == "keras":
        return ByHand()
    package = __import__(name)
    package.Simulator  # noqa: B018 - names load on first use
    return OfNengo(package)


def images(file: str) -> tuple[np.ndarray, np.ndarray]:
    """50 000 images to learn from and 10 000 to test with, as rows between 0 and 1."""
    with np.load(file) as mnist:
        train, test = mnist["x_train"][:50_000], mnist["x_test"]
    return tuple(part.reshape(-1, PIXELS).astype(np.float32) / 255 for part in (train, test))


def serve(name: str) -> None:
    """Answer until there are no more questions."""
    learner = open_learner(name)
    answer, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        if "autoencoder" in asked:
            data = images(asked["images"])
            found = learner.autoencoder(
                asked["autoencoder"], *data, asked["epochs"], asked["epsilon"]
            )
        else:
            ((what, n),) = asked.items()
            found = {"seconds": getattr(learner, what)(n)}
        print(json.dumps(found), file=answer, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
