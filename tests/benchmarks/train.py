"""``python -m tests.benchmarks train``: learning, beside Keras by hand and NengoDL, in
alternation.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np

from tests.mnist import mnist_file

from .table import machine
from .worker import Worker

LEARNERS = "tests.benchmarks.learners"


def arguments(given: list[str]) -> argparse.Namespace:
    """Parse the trainings to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks train", description=__doc__)
    parser.add_argument(
        "--what", nargs="+", default=["autoencoder", "spiking"], choices=["autoencoder", "spiking"]
    )
    parser.add_argument(
        "--seeds", type=int, default=6, help="trainings of the autoencoder by each learner"
    )
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument(
        "--epsilons",
        nargs="+",
        type=float,
        default=[1e-7, 1e-10],
        help="of RMSprop: Keras has the first, TensorFlow 1 had the second",
    )
    parser.add_argument("--rounds", type=int, default=8, help="turns of the spiking network")
    parser.add_argument("--batches", type=int, default=20, help="minibatches in a turn")
    parser.add_argument(
        "--nengodl", metavar="PYTHON", help="an interpreter that has NengoDL; else it is left out"
    )
    return parser.parse_args(given)


def main(given: list[str]) -> None:
    """Measure and print."""
    options = arguments(given)
    print(machine())
    if "autoencoder" in options.what:
        for epsilon in options.epsilons:
            options.epsilon = epsilon
            show_autoencoder(measure(["nengo_nb", "keras"], options, autoencoders), epsilon)
    if "spiking" in options.what:
        show_spiking(measure(["nengo_nb"], options, batches), options.batches)


def measure(
    names: list[str],
    options: argparse.Namespace,
    rounds: Callable[[dict[str, Worker], argparse.Namespace], Any],
) -> dict[str, Any]:
    """Open the learners, with NengoDL where there is one, and let them take turns."""
    interpreters: dict[str, str | None] = dict.fromkeys(names)
    if options.nengodl:
        interpreters["nengo_dl"] = options.nengodl
    with ExitStack() as opened:
        workers = {
            name: opened.enter_context(Worker(name, python, module=LEARNERS))
            for name, python in interpreters.items()
        }
        return rounds(workers, options)


def autoencoders(workers: dict[str, Worker], options: argparse.Namespace) -> dict[str, Any]:
    """Test errors and seconds of each learner, one training per seed; the first of all
    warms up and does not count.
    """
    found: dict[str, Any] = {name: {"error": [], "seconds": []} for name in workers}
    images = str(mnist_file())
    for seed in range(-1, options.seeds):
        for name, worker in workers.items():
            epochs = options.epochs if seed >= 0 else 1
            asked = {"images": images, "epochs": epochs, "epsilon": options.epsilon}
            answer = worker.ask(autoencoder=max(seed, 0), **asked)
            if seed >= 0:
                found[name]["error"].append(answer["error"])
                found[name]["seconds"].append(answer["seconds"])
    return found


def batches(workers: dict[str, Worker], options: argparse.Namespace) -> dict[str, Any]:
    """Seconds until each learner was ready, and of its turns."""
    found: dict[str, Any] = {}
    for name, worker in workers.items():
        found[name] = {"ready": worker.ask(spiking=1)["seconds"], "train": [], "predict": []}
    for _ in range(options.rounds):
        for what in ("train", "predict"):
            for name, worker in workers.items():
                found[name][what].append(worker.ask(**{what: options.batches})["seconds"])
    return found


def show_autoencoder(found: dict[str, Any], epsilon: float) -> None:
    """Errors and times; a ratio is the median of the ratios of turns."""
    optimizer = f"RMSprop(1e-3, epsilon={epsilon:g})"
    print(
        f"\nautoencoder 784-64-784, minibatches of 50, {optimizer}; test error and seconds of "
        "training"
    )
    print(
        f"{'learner':<10}{'error':>9}{'from':>9}{'to':>9}{'median s':>10}{'best s':>8}{'beside ours':>13}"
    )
    ours = np.array(found["nengo_nb"]["seconds"])
    for name, measured in found.items():
        error, seconds = np.array(measured["error"]), np.array(measured["seconds"])
        errors = f"{error.mean():>9.4f}{error.min():>9.4f}{error.max():>9.4f}"
        times = (
            f"{np.median(seconds):>10.2f}{seconds.min():>8.2f}{np.median(seconds / ours):>12.2f}x"
        )
        print(f"{name:<10}{errors}{times}")


def show_spiking(found: dict[str, Any], n: int) -> None:
    """Times per minibatch; a ratio is the median of the ratios of turns."""
    print(
        "\nspiking network 784-256-128-10, 50 steps, minibatches of 50; milliseconds per "
        "minibatch, best and median"
    )
    print(
        f"{'learner':<10}{'ready s':>9}{'train':>9}{'':>9}{'ratio':>8}{'predict':>9}{'':>9}{'ratio':>8}"
    )
    for name, measured in found.items():
        row = ""
        for what in ("train", "predict"):
            seconds, ours = np.array(measured[what]), np.array(found["nengo_nb"][what])
            best, median = seconds.min() / n * 1000, np.median(seconds) / n * 1000
            row += f"{best:>9.1f}{median:>9.1f}{np.median(seconds / ours):>7.1f}x"
        print(f"{name:<10}{measured['ready']:>9.1f}{row}")
