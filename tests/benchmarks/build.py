"""``python -m tests.benchmarks build``: how long Nengo's builder takes to build networks, and ours.

Both build the same network in turns in one process, without Nengo's cache of decoders. Processor
time counts, and the best of the rounds, as other programs take time from both; on a busy machine
``OPENBLAS_NUM_THREADS=1`` keeps BLAS from waiting for its own threads. The last column is what
follows a build: planning.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any

import nengo
import numpy as np
from nengo.builder import Builder, Model

from nengo_nb.building import EquivalentBuilder
from nengo_nb.simulator.run.planning import plan_model

from .table import machine

HEADING = f"{'network':<24}{'neurons':>9}{'Nengo':>10}{'nengo_nb':>10}{'ratio':>8}{'plan':>10}"


def equal(count: int, neurons: int = 50) -> None:
    """An integrator of equal ensembles, one for each dimension."""
    memory = nengo.networks.EnsembleArray(neurons, count)
    nengo.Connection(nengo.Node(np.zeros(count)), memory.input, synapse=None)
    nengo.Connection(memory.output, memory.input, synapse=0.1)
    nengo.Probe(memory.output, synapse=0.01)


def squared() -> None:
    """128 equal ensembles, each decoded twice."""
    nengo.networks.EnsembleArray(50, 128).add_output("squares", np.square)


def connected() -> None:
    """100 ensembles with 500 connections between them."""
    ensembles = [nengo.Ensemble(50, 1) for _ in range(100)]
    rng = np.random.RandomState(0)
    for pre, post in rng.randint(100, size=(500, 2)):
        nengo.Connection(ensembles[pre], ensembles[post], synapse=0.01)


def functions() -> None:
    """20 ensembles, decoded by functions in Python."""
    array = nengo.networks.EnsembleArray(50, 20)
    array.add_output("products", lambda x: x[0] * x[0])


def one_of(neurons: int, dimensions: int) -> Callable[[], None]:
    """Return what makes one ensemble, decoded."""
    return lambda: nengo.Probe(nengo.Ensemble(neurons, dimensions), synapse=0.01)


NETWORKS: Mapping[str, Callable[[], Any]] = {
    "one": one_of(50, 1),
    "20 equal": lambda: equal(20),
    "128 equal": lambda: equal(128),
    "1000 equal": lambda: equal(1000),
    "128 squared": squared,
    "500 connections": connected,
    "20 functions": functions,
    "convolution 64-D": lambda: nengo.networks.CircularConvolution(50, 64),
    "large, 2-D": one_of(2000, 2),
    "large, 16-D": one_of(4000, 16),
    "a million": lambda: equal(20_000),
}


def main(given: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks build", description=__doc__)
    names = [name for name in NETWORKS if name != "a million"]
    parser.add_argument("--networks", nargs="+", default=names, choices=list(NETWORKS))
    parser.add_argument("--rounds", type=int, default=5, help="of which the best counts")
    options = parser.parse_args(given)
    nengo.rc.set("decoder_cache", "enabled", "False")
    print(f"{machine()}\nmilliseconds of processor time, the best of {options.rounds}")
    print(HEADING)
    for name in options.networks:
        with nengo.Network(seed=0) as network:
            NETWORKS[name]()
        theirs, ours, plan = measure(network, options.rounds)
        print(
            f"{name:<24}{network.n_neurons:>9}{1e3 * theirs:>10.1f}{1e3 * ours:>10.1f}"
            f"{ours / theirs:>8.2f}{1e3 * plan:>10.1f}"
        )


def measure(network: nengo.Network, rounds: int) -> tuple[float, float, float]:
    """Return seconds of Nengo's builder, of ours and of planning: the best of some rounds."""
    times = np.array([one_round(network) for _ in range(rounds)])
    theirs, ours, plan = times.min(axis=0)
    return theirs, ours, plan


def one_round(network: nengo.Network) -> tuple[float, float, float]:
    """Return seconds of one build by Nengo's builder, one by ours, and one plan."""
    theirs, _ = timed(lambda: built(network, Builder()))
    ours, model = timed(lambda: built(network, EquivalentBuilder()))
    plan, _ = timed(lambda: plan_model(model))
    return theirs, ours, plan


def built(network: nengo.Network, builder: Builder) -> Model:
    """Return a new model of a network."""
    model = Model(dt=0.001, builder=builder)
    model.build(network)
    return model


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds of processor time of some work, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result
