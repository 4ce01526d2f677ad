"""Models out of ``nengo.networks``."""

from __future__ import annotations

import nengo
import numpy as np


def ensemble_array() -> nengo.Network:
    """Build eight values, each in a population of its own: "Ensemble array", Nengo
    documentation.
    """
    with nengo.Network(seed=40) as network:
        stimulus = nengo.Node(lambda t: np.sin(t + np.arange(8)))
        values = nengo.networks.EnsembleArray(50, 8)
        mean = nengo.Ensemble(100, 1)
        squares = values.add_output("squares", np.square)
        nengo.Connection(stimulus, values.input)
        nengo.Connection(squares, mean, transform=np.full((1, 8), 1 / 8))
        nengo.Probe(values.output, synapse=0.01)
        nengo.Probe(mean, synapse=0.01)
    return network


def basal_ganglia() -> nengo.Network:
    """Build the selection of the largest of three values: "Basal ganglia", Nengo
    documentation, after Gurney, Prescott & Redgrave (2001).
    """
    with nengo.Network(seed=41) as network:
        actions = nengo.Node(lambda t: [np.sin(t) + 0.5, 0.5, 0.8 if t < 0.5 else 0.3])
        selection = nengo.networks.BasalGanglia(3)
        nengo.Connection(actions, selection.input)
        nengo.Probe(actions, synapse=0.01)
        nengo.Probe(selection.output, synapse=0.01)
    return network


def thalamus() -> nengo.Network:
    """Build basal ganglia that release one of four channels of a thalamus: Stewart, Choo &
    Eliasmith (2010), Dynamic behaviour of a spiking model of action selection.
    """
    with nengo.Network(seed=42) as network:
        actions = nengo.Node(lambda t: np.roll([0.8, 0.4, 0.3, 0.2], int(4 * t)))
        selection, channels = nengo.networks.BasalGanglia(4), nengo.networks.Thalamus(4)
        nengo.Connection(actions, selection.input)
        nengo.Connection(selection.output, channels.input)
        nengo.Probe(channels.output, synapse=0.01)
    return network


def circular_convolution() -> nengo.Network:
    """Build the binding of two vectors: "Circular convolution", Nengo documentation, after
    Plate (1995), Holographic reduced representations.
    """
    rng = np.random.RandomState(8)
    with nengo.Network(seed=43) as network:
        inputs = [nengo.Node(rng.normal(0, 8**-0.5, 8)) for _ in range(2)]
        a, b = nengo.networks.EnsembleArray(50, 8), nengo.networks.EnsembleArray(50, 8)
        bound = nengo.networks.CircularConvolution(70, 8)
        result = nengo.networks.EnsembleArray(50, 8)
        nengo.Connection(inputs[0], a.input)
        nengo.Connection(inputs[1], b.input)
        nengo.Connection(a.output, bound.input_a)
        nengo.Connection(b.output, bound.input_b)
        nengo.Connection(bound.output, result.input)
        for source in (a, b, result):
            nengo.Probe(source.output, synapse=0.03)
    return network


def working_memory() -> nengo.Network:
    """Build a gated difference memory: ``InputGatedMemory`` of Nengo's API reference, after
    Choo (2010), The ordinal serial encoding model.
    """
    with nengo.Network(seed=44) as network:
        stimulus = nengo.Node(lambda t: np.sin(3 * t + np.arange(6)))
        gate = nengo.Node(lambda t: 0.0 if t < 0.4 else 1.0)
        memory = nengo.networks.InputGatedMemory(60, 6)
        nengo.Connection(stimulus, memory.input)
        nengo.Connection(gate, memory.gate)
        nengo.Probe(memory.output, synapse=0.01)
    return network


def associative_memory() -> nengo.Network:
    """Build a clean-up memory of eight vectors: ``AssociativeMemory`` of Nengo's API
    reference, after Stewart, Tang & Eliasmith (2011), A biologically realistic cleanup memory.
    """
    vectors = nengo.dists.UniformHypersphere(surface=True).sample(
        8, 16, rng=np.random.RandomState(9)
    )
    with nengo.Network(seed=45) as network:
        stimulus = nengo.Node(lambda t: 0.8 * vectors[int(10 * t) % 8] + 0.2 * vectors[0])
        memory = nengo.networks.AssociativeMemory(vectors, n_neurons=50)
        memory.add_wta_network()
        memory.add_threshold_to_outputs()
        nengo.Connection(stimulus, memory.input)
        nengo.Probe(memory.output, synapse=0.01)
    return network


MODELS = (
    ensemble_array,
    basal_ganglia,
    thalamus,
    circular_convolution,
    working_memory,
    associative_memory,
)
