"""The networks that are measured: plain Nengo, so that every peer builds the same one.

Gains are 1 or -1 and biases uniform in [-1, 1], so that building an ensemble costs next to nothing
and all peers have the same neurons; the seed is 0. Inputs are nodes with a constant output, so that
no peer is timed calling Python.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import nengo
import numpy as np


@dataclass(frozen=True)
class Size:
    """How large a network is: dimensions, and neurons for each."""

    dimensions: int
    neurons: int


def channel(size: Size) -> None:
    """Two ensembles; the second represents the square of the first."""
    stimulus = nengo.Node(np.full(size.dimensions, 0.5))
    a, b = (nengo.Ensemble(size.neurons * size.dimensions, size.dimensions) for _ in range(2))
    nengo.Connection(stimulus, a)
    nengo.Connection(a, b, function=np.square)
    nengo.Probe(b, synapse=0.01)


def cconv(size: Size) -> None:
    """The circular convolution of two vectors."""
    inputs = [nengo.Node(vector(size.dimensions, seed)) for seed in range(2)]
    product = nengo.networks.CircularConvolution(size.neurons, size.dimensions)
    nengo.Connection(inputs[0], product.input_a)
    nengo.Connection(inputs[1], product.input_b)
    nengo.Probe(product.output, synapse=0.01)


def integrator(size: Size) -> None:
    """An integrator for each dimension."""
    stimulus = nengo.Node(vector(size.dimensions, 0))
    memory = nengo.networks.EnsembleArray(size.neurons, size.dimensions)
    nengo.Connection(memory.output, memory.input, synapse=0.1)
    nengo.Connection(stimulus, memory.input, transform=0.1, synapse=0.1)
    nengo.Probe(memory.output, synapse=0.01)


def pes(size: Size) -> None:
    """One ensemble learns to represent its input."""
    stimulus = nengo.Node(vector(size.dimensions, 0))
    pre = nengo.Ensemble(size.neurons * size.dimensions, size.dimensions)
    post, error = (nengo.Node(size_in=size.dimensions) for _ in range(2))
    nengo.Connection(stimulus, pre)
    learned = nengo.Connection(
        pre,
        post,
        function=np.zeros_like,
        learning_rule_type=nengo.PES(1e-4),
        solver=nothing(pre, size),
    )
    nengo.Connection(stimulus, error, transform=-1)
    nengo.Connection(post, error)
    nengo.Connection(error, learned.learning_rule)
    nengo.Probe(post, synapse=0.01)


def nothing(pre: nengo.Ensemble, size: Size) -> nengo.solvers.Solver:
    """Decoders to start learning from."""
    return nengo.solvers.NoSolver(np.zeros((pre.n_neurons, size.dimensions)))


def basal_ganglia(size: Size) -> None:
    """Selects the largest of its inputs."""
    stimulus = nengo.Node(np.linspace(0.2, 0.8, size.dimensions))
    selection = nengo.networks.BasalGanglia(size.dimensions, size.neurons)
    nengo.Connection(stimulus, selection.input)
    nengo.Probe(selection.output, synapse=0.01)


def random(size: Size, n_ensembles: int = 50, n_inputs: int = 5) -> None:
    """Ensembles, each connected to a few others at random by random decoders."""
    rng = np.random.RandomState(0)
    stimulus = nengo.Node(vector(size.dimensions, 0))
    ensembles = [nengo.Ensemble(size.neurons, size.dimensions) for _ in range(n_ensembles)]
    nengo.Connection(stimulus, ensembles[0])
    for post in ensembles:
        for pre in rng.choice(n_ensembles, n_inputs, replace=False):
            decoders = rng.uniform(-0.001, 0.001, size=(size.neurons, size.dimensions))
            nengo.Connection(ensembles[pre], post, solver=nengo.solvers.NoSolver(decoders))
    nengo.Probe(ensembles[0], synapse=0.01, solver=nengo.solvers.NoSolver(decoders))


def neurons(size: Size, n_ensembles: int = 50, n_inputs: int = 5) -> None:
    """Ensembles, each connected to a few others at random, neurons to neurons."""
    rng = np.random.RandomState(0)
    stimulus = nengo.Node(vector(size.dimensions, 0))
    ensembles = [nengo.Ensemble(size.neurons, size.dimensions) for _ in range(n_ensembles)]
    nengo.Connection(stimulus, ensembles[0])
    for post in ensembles:
        for pre in rng.choice(n_ensembles, n_inputs, replace=False):
            weights = rng.uniform(-0.001, 0.001, size=(size.neurons, size.neurons))
            nengo.Connection(ensembles[pre].neurons, post.neurons, transform=weights, synapse=0.005)
    nengo.Probe(ensembles[0].neurons)


def lmu(size: Size, theta: int = 1000) -> None:
    """A Legendre memory unit: a linear memory of the last ``theta`` steps, and units that read and
    write it.

    References:
        Voelker, Kajic & Eliasmith (2019), Legendre memory units: continuous-time representation in
        recurrent neural networks. NeurIPS.
    """
    from scipy.linalg import expm

    rng = np.random.RandomState(0)
    order, units = size.dimensions, size.neurons
    row, column = np.arange(order)[:, None], np.arange(order)[None, :]
    drift = (2 * row + 1) * np.where(row < column, -1.0, (-1.0) ** (row - column + 1)) / theta
    gain = (2 * row + 1) * (-1.0) ** row / theta
    discrete = expm(np.block([[drift, gain], [np.zeros((1, order + 1))]]))
    A, B = discrete[:order, :order], discrete[:order, order:]

    stimulus, u, memory = nengo.Node([0.5]), nengo.Node(size_in=1), nengo.Node(size_in=order)
    hidden = nengo.Ensemble(
        units, 1, neuron_type=nengo.Tanh(tau_ref=1), gain=np.ones(units), bias=np.zeros(units)
    ).neurons
    nengo.Connection(stimulus, u, synapse=None)
    nengo.Connection(hidden, u, transform=rng.normal(0, units**-0.5, (1, units)), synapse=0)
    nengo.Connection(memory, memory, transform=A, synapse=0)
    nengo.Connection(u, memory, transform=B, synapse=None)
    nengo.Connection(stimulus, hidden, transform=rng.normal(size=(units, 1)), synapse=None)
    nengo.Connection(
        hidden, hidden, transform=rng.normal(0, units**-0.5, (units, units)), synapse=0
    )
    nengo.Connection(
        memory, hidden, transform=rng.normal(0, order**-0.5, (units, order)), synapse=None
    )
    nengo.Probe(hidden)


def vector(dimensions: int, seed: int) -> np.ndarray:
    """A vector of length one."""
    found = np.random.RandomState(seed).normal(size=dimensions)
    return found / np.linalg.norm(found)


@dataclass(frozen=True)
class Benchmark:
    """A network, and how large it is unless told otherwise."""

    make: Callable[[Size], None]
    size: Size


BENCHMARKS = {
    "channel": Benchmark(channel, Size(1, 100)),
    "cconv": Benchmark(cconv, Size(64, 50)),
    "integrator": Benchmark(integrator, Size(128, 50)),
    "pes": Benchmark(pes, Size(32, 50)),
    "pes-128": Benchmark(pes, Size(128, 50)),
    "basal-ganglia": Benchmark(basal_ganglia, Size(32, 50)),
    "random": Benchmark(random, Size(50, 100)),
    "neurons": Benchmark(neurons, Size(1, 100)),
    "lmu": Benchmark(lmu, Size(256, 212)),
}
"""By name. Basal ganglia and the products of a convolution have several populations per dimension;
of the random networks and the memory unit, ``neurons`` counts one ensemble's."""


def build(name: str, size: Size) -> nengo.Network:
    """A network of a given size."""
    with nengo.Network(seed=0) as network:
        ensembles = network.config[nengo.Ensemble]
        ensembles.gain = nengo.dists.Choice([1.0, -1.0])
        ensembles.bias = nengo.dists.Uniform(-1, 1)
        BENCHMARKS[name].make(size)
    return network
