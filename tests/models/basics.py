"""Models of representation and transformation: the first examples of Nengo's documentation."""

from __future__ import annotations

import nengo
import numpy as np


def single_neuron() -> nengo.Network:
    """Build one LIF neuron with a cosine for input: "A single neuron", Nengo documentation."""
    with nengo.Network(seed=1) as network:
        stimulus = nengo.Node(lambda t: np.cos(8 * t))
        neuron = nengo.Ensemble(
            1,
            1,
            intercepts=nengo.dists.Uniform(-0.5, -0.5),
            max_rates=nengo.dists.Uniform(100, 100),
            encoders=[[1]],
        )
        nengo.Connection(stimulus, neuron)
        nengo.Probe(stimulus)
        nengo.Probe(neuron, synapse=0.01)
        nengo.Probe(neuron.neurons)
        nengo.Probe(neuron.neurons, "voltage")
    return network


def two_neurons() -> nengo.Network:
    """Build an ON and an OFF neuron: "Two neurons", Nengo documentation."""
    with nengo.Network(seed=2) as network:
        stimulus = nengo.Node(lambda t: np.sin(8 * t))
        pair = nengo.Ensemble(
            2,
            1,
            intercepts=nengo.dists.Uniform(-0.5, -0.5),
            max_rates=nengo.dists.Uniform(100, 100),
            encoders=[[1], [-1]],
        )
        nengo.Connection(stimulus, pair, synapse=0.01)
        nengo.Probe(pair, synapse=0.01)
        nengo.Probe(pair.neurons)
    return network


def many_neurons() -> nengo.Network:
    """Build a population that represents a sine: "Many neurons", Nengo documentation."""
    with nengo.Network(seed=3) as network:
        stimulus = nengo.Node(lambda t: np.sin(8 * t))
        population = nengo.Ensemble(100, 1)
        nengo.Connection(stimulus, population)
        nengo.Probe(stimulus, synapse=0.01)
        nengo.Probe(population, synapse=0.01)
        nengo.Probe(population.neurons)
    return network


def communication_channel() -> nengo.Network:
    """Build two populations in a row: "Communication channel", Nengo documentation."""
    with nengo.Network(seed=4) as network:
        stimulus = nengo.Node(np.sin)
        a, b = nengo.Ensemble(100, 1), nengo.Ensemble(100, 1)
        nengo.Connection(stimulus, a)
        nengo.Connection(a, b)
        nengo.Probe(stimulus)
        nengo.Probe(a, synapse=0.01)
        nengo.Probe(b, synapse=0.01)
    return network


def addition() -> nengo.Network:
    """Build a sum of two populations: "Addition", Nengo documentation."""
    with nengo.Network(seed=5) as network:
        inputs = [nengo.Node(0.5), nengo.Node(0.3)]
        a, b, total = (nengo.Ensemble(100, 1) for _ in range(3))
        nengo.Connection(inputs[0], a)
        nengo.Connection(inputs[1], b)
        nengo.Connection(a, total)
        nengo.Connection(b, total)
        for population in (a, b, total):
            nengo.Probe(population, synapse=0.01)
    return network


def squaring() -> nengo.Network:
    """Build the square of a sine: "Squaring the input", Nengo documentation."""
    with nengo.Network(seed=6) as network:
        stimulus = nengo.Node(np.sin)
        a, b = nengo.Ensemble(100, 1), nengo.Ensemble(100, 1)
        nengo.Connection(stimulus, a)
        nengo.Connection(a, b, function=np.square)
        nengo.Probe(a, synapse=0.01)
        nengo.Probe(b, synapse=0.01)
    return network


def multiplication() -> nengo.Network:
    """Build the product of two values: "Multiplication", Nengo documentation."""
    with nengo.Network(seed=7) as network:
        inputs = [
            nengo.Node(nengo.processes.Piecewise({0: 0, 2.5: 10, 4: -10})),
            nengo.Node(nengo.processes.Piecewise({0: 10, 1.5: 2, 3: 0, 4.5: 2})),
        ]
        a, b = nengo.Ensemble(100, 1, radius=10), nengo.Ensemble(100, 1, radius=10)
        both = nengo.Ensemble(
            200, 2, radius=15, encoders=nengo.dists.Choice([[1, 1], [-1, 1], [1, -1], [-1, -1]])
        )
        product = nengo.Ensemble(100, 1, radius=20)
        nengo.Connection(inputs[0], a)
        nengo.Connection(inputs[1], b)
        nengo.Connection(a, both[0])
        nengo.Connection(b, both[1])
        nengo.Connection(both, product, function=lambda x: x[0] * x[1])
        for population in (a, b, both, product):
            nengo.Probe(population, synapse=0.01)
    return network


def representation_2d() -> nengo.Network:
    """Build a population for a vector: "Two-dimensional representation", Nengo documentation."""
    with nengo.Network(seed=8) as network:
        sine, cosine = nengo.Node(np.sin), nengo.Node(np.cos)
        population = nengo.Ensemble(100, 2)
        nengo.Connection(sine, population[0])
        nengo.Connection(cosine, population[1])
        nengo.Probe(sine)
        nengo.Probe(cosine)
        nengo.Probe(population, synapse=0.01)
    return network


def combining() -> nengo.Network:
    """Build a vector out of two populations: "Combining", Nengo documentation."""
    with nengo.Network(seed=9) as network:
        sine, cosine = nengo.Node(np.sin), nengo.Node(np.cos)
        a, b, both = nengo.Ensemble(100, 1), nengo.Ensemble(100, 1), nengo.Ensemble(200, 2)
        nengo.Connection(sine, a)
        nengo.Connection(cosine, b)
        nengo.Connection(a, both[0])
        nengo.Connection(b, both[1])
        for source in (sine, cosine):
            nengo.Probe(source)
        for population in (a, b, both):
            nengo.Probe(population, synapse=0.01)
    return network


def inhibitory_gating() -> nengo.Network:
    """Build two channels, each silenced in turn: "Inhibitory gating", Nengo documentation."""
    n_neurons = 30
    with nengo.Network(seed=10) as network:
        sine = nengo.Node(np.sin)
        gate = nengo.Node(nengo.processes.Piecewise({0: 0, 0.25: 1, 0.5: 0, 0.75: 1}))
        a, b, c = (nengo.Ensemble(n_neurons, 1) for _ in range(3))
        nengo.Connection(sine, a)
        nengo.Connection(sine, b)
        nengo.Connection(gate, a.neurons, transform=[[-2.5]] * n_neurons)
        nengo.Connection(gate, c)
        nengo.Connection(c, b.neurons, transform=[[-2.5]] * n_neurons)
        for population in (a, b, c):
            nengo.Probe(population, synapse=0.01)
    return network


def neuron_types() -> nengo.Network:
    """Build one population of each kind of neuron: "Adaptive LIF" and "Izhikevich neurons" in
    Nengo documentation, after Izhikevich (2003), Simple model of spiking neurons.
    """
    kinds = [
        nengo.LIF(),
        nengo.AdaptiveLIF(tau_n=0.1, inc_n=0.02),
        nengo.Izhikevich(),
        nengo.Izhikevich(reset_voltage=-55, reset_recovery=4),
        nengo.LIFRate(),
        nengo.RectifiedLinear(),
        nengo.SpikingRectifiedLinear(),
        nengo.Sigmoid(),
    ]
    with nengo.Network(seed=11) as network:
        stimulus = nengo.Node(lambda t: np.sin(8 * t))
        for kind in kinds:
            population = nengo.Ensemble(50, 1, neuron_type=kind)
            nengo.Connection(stimulus, population)
            nengo.Probe(population, synapse=0.01)
            nengo.Probe(population.neurons)
    return network


MODELS = (
    single_neuron,
    two_neurons,
    many_neurons,
    communication_channel,
    addition,
    squaring,
    multiplication,
    representation_2d,
    combining,
    inhibitory_gating,
    neuron_types,
)
