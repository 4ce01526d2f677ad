"""``python -m tests.benchmarks conversion``: a model with spikes, as set by hand and as tuned.

The model, its training and the settings by hand are those that are generally known of NengoDL's
public tutorial on conversion, whose notebook was not opened for this: two convolutions with 32 and
64 filters of 3 x 3, the second with strides of 2, and ten outputs without an activation; pixels
from 0 to 255; RMSprop for two epochs in minibatches of 200; one factor on all firing rates, a
synapse of 10 ms, and 30 steps. All of it runs here, in nengo_nb; options change the settings.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Any

import nengo
import numpy as np

import nengo_nb
import nengo_nb.quiet
from nengo_nb.convert.accuracy_curves import accuracy, trace_curve
from nengo_nb.convert.tuning import Curve, Setting
from nengo_nb.convert.verification import feeds_of
from tests.mnist import mnist_file

from .table import machine

SPIKING = {"relu": nengo.SpikingRectifiedLinear()}
HEAD = f"{'network':<44}{'steps':>6}{'right %':>9}{'rate (Hz)':>11}{'operations':>12}"


@dataclass(frozen=True)
class Digits:
    """Images, ``(examples, 28, 28, 1)``, and the digits that they show."""

    images: np.ndarray
    labels: np.ndarray


def arguments(given: list[str]) -> argparse.Namespace:
    """Parse the sizes and settings."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks conversion", description=__doc__
    )
    parser.add_argument("--images", type=int, default=10_000, help="of the test set")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--factors", nargs="+", type=float, default=[2, 5, 10], help="by hand")
    parser.add_argument("--synapse", type=float, default=0.01, help="by hand, in seconds")
    parser.add_argument("--steps", type=int, default=30, help="by hand, and at most when tuned")
    parser.add_argument("--tune-on", type=int, default=500, help="images that were not learned")
    parser.add_argument("--loss", type=float, default=0.005, help="that the tuning may choose")
    parser.add_argument(
        "--fine-tune", type=int, default=0, metavar="IMAGES", help="to learn from with spikes"
    )
    return parser.parse_args(given)


def main(given: list[str]) -> None:
    """Train, convert, run and print."""
    options = arguments(given)
    print(machine())
    training, held_back, test = load(options.images)
    model = train(training, options)
    right = accuracy(model.predict(test.images, verbose=0), test.labels)
    print(f"\n{len(test.labels)} images of the test set\n{HEAD}")
    print(f"{'rate network (Keras)':<44}{1:>6}{100 * right:>9.2f}", flush=True)
    for factor in options.factors:
        by_hand = nengo_nb.Converter(
            model, swap_activations=SPIKING, scale_firing_rates=factor, synapse=options.synapse
        )
        name = f"by hand: factor {factor:g}, synapse {1000 * options.synapse:g} ms"
        show(name, by_hand, test, options.steps)
    begin = time.perf_counter()
    few = Digits(held_back.images[: options.tune_on], held_back.labels[: options.tune_on])
    tuning = nengo_nb.Converter(model, swap_activations=SPIKING).tune(
        few.images, few.labels, n_steps=options.steps
    )
    seconds = time.perf_counter() - begin
    chosen = tuning.choose(loss=options.loss)
    tuned, n_steps = chosen.converter, chosen.chosen.n_steps
    show(f"tuned: {chosen.chosen.setting}", tuned, test, n_steps)
    if options.fine_tune:
        images = training.images[: options.fine_tune]
        tuned.fine_tune(images, training.labels[: options.fine_tune], n_steps, verbose=0)
        show("the same, fine-tuned with spikes", tuned, test, n_steps)
    print(
        f"\ntuned on {len(few.labels)} images that were not learned, in {seconds:.0f} s:\n{chosen}"
    )


def load(n_images: int) -> tuple[Digits, Digits, Digits]:
    """Return images to learn from, 5000 that are held back, and those of the test."""
    with np.load(mnist_file(), allow_pickle=False) as mnist:
        images = mnist["x_train"].reshape(-1, 28, 28, 1).astype("float32")
        labels = mnist["y_train"].astype("int64")
        test_images = mnist["x_test"][:n_images].reshape(-1, 28, 28, 1).astype("float32")
        test = Digits(test_images, mnist["y_test"][:n_images].astype("int64"))
    return Digits(images[:-5000], labels[:-5000]), Digits(images[-5000:], labels[-5000:]), test


def train(digits: Digits, options: argparse.Namespace) -> Any:
    """Return a trained model."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(options.seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model.compile(
        keras.optimizers.RMSprop(1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(digits.images, digits.labels, batch_size=200, epochs=options.epochs, verbose=0)
    return model


def show(name: str, converter: nengo_nb.Converter, digits: Digits, n_steps: int) -> Curve:
    """Run a network, and print its accuracy and what it took."""
    feeds = feeds_of(converter.conversion, digits.images)
    curve, dt = trace_curve(
        converter.conversion, Setting(1.0, 0.0), feeds, digits.labels, n_steps, accuracy
    )
    n_neurons = sum(ens.n_neurons for ens in converter.net.all_ensembles)
    rate = curve.spikes.sum() / (n_neurons * n_steps * dt)
    print(
        f"{name:<44}{n_steps:>6}{100 * curve.accuracy[-1]:>9.2f}{rate:>11.1f}"
        f"{curve.operations.sum():>12,.0f}",
        flush=True,
    )
    return curve
