"""Larger models, of 1250 to 25 000 neurons."""

from __future__ import annotations

import nengo
import numpy as np


def balanced_network() -> nengo.Network:
    """Build 1000 excitatory and 250 inhibitory neurons, each with random inputs from both, kept
    in balance: Brunel (2000), Dynamics of sparsely connected networks.
    """
    rng = np.random.RandomState(10)
    sizes, weights = (1000, 250), (0.02, -0.1)
    with nengo.Network(seed=70) as network:
        excitatory, inhibitory = (
            nengo.Ensemble(
                size, 1, gain=nengo.dists.Uniform(1, 1.5), bias=nengo.dists.Uniform(0.8, 1.5)
            )
            for size in sizes
        )
        for pre, weight in zip((excitatory, inhibitory), weights, strict=True):
            for post in (excitatory, inhibitory):
                shape = (post.n_neurons, pre.n_neurons)
                # A tenth of all possible synapses.
                synapses = np.argwhere(rng.uniform(size=shape) < 0.1)
                sparse = nengo.Sparse(shape, indices=synapses, init=weight)
                nengo.Connection(pre.neurons, post.neurons, transform=sparse)
        nengo.Probe(excitatory.neurons[:100])
        nengo.Probe(inhibitory.neurons[:50])
    return network


def image_layers() -> nengo.Network:
    """Build two convolutional layers of rectified neurons, shown one random image after
    another: ``Convolution`` of Nengo's API reference, after LeCun & others (1998).
    """
    rng = np.random.RandomState(11)
    images = rng.uniform(size=(10, 28 * 28))
    first = nengo.Convolution(8, (28, 28, 1), strides=(2, 2), init=nengo.dists.Uniform(-0.3, 0.3))
    second = nengo.Convolution(
        16, first.output_shape, strides=(2, 2), init=nengo.dists.Uniform(-0.2, 0.2)
    )
    with nengo.Network(seed=71) as network:
        network.config[nengo.Ensemble].neuron_type = nengo.SpikingRectifiedLinear()
        network.config[nengo.Ensemble].gain = nengo.dists.Choice([100])
        network.config[nengo.Ensemble].bias = nengo.dists.Choice([0])
        stimulus = nengo.Node(nengo.processes.PresentInput(images, 0.1))
        before, synapse = stimulus, None
        for transform, scale in ((first, 1.0), (second, 0.01)):
            layer = nengo.Ensemble(
                transform.output_shape.size, 1, neuron_type=nengo.SpikingRectifiedLinear(scale)
            )
            nengo.Connection(before, layer.neurons, transform=transform, synapse=synapse)
            before, synapse = layer.neurons, 0.005
        readout = nengo.Node(size_in=10)
        nengo.Connection(
            before, readout, transform=rng.normal(0, 0.05, (10, before.size_out)), synapse=0.01
        )
        nengo.Probe(readout)
    return network


def vector_memory() -> nengo.Network:
    """Build a memory of 250 dimensions out of 25 000 neurons: neural integrators in parallel, as
    in Singh & Eliasmith (2006), Higher-dimensional neurons explain the tuning of working memory.
    """
    dimensions = 250
    item = np.random.RandomState(12).normal(0, dimensions**-0.5, dimensions)
    with nengo.Network(seed=72) as network:
        stimulus = nengo.Node(lambda t: item if t < 0.2 else np.zeros(dimensions))
        memory = nengo.networks.EnsembleArray(100, dimensions)
        nengo.Connection(stimulus, memory.input, transform=0.1, synapse=0.1)
        nengo.Connection(memory.output, memory.input, synapse=0.1)
        nengo.Probe(memory.output, synapse=0.01)
    return network


MODELS = (balanced_network, image_layers, vector_memory)
