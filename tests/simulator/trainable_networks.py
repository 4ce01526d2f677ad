"""Hypothesis strategies: random networks that can be trained, as recipes that others can extend.

A recipe is a value that prints itself. ``trainable_recipes`` takes the lists it draws from as
arguments, so that a test of one more neuron type, synapse or layer draws from its own:
``trainable_recipes(neurons=[*NEURONS, MyNeurons()])``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import nengo
import numpy as np
import tensorflow as tf
from hypothesis import strategies as st

import nengo_nb

NEURONS = (
    *(nengo.LIFRate(), nengo.LIF(), nengo.RectifiedLinear(), nengo.Sigmoid(), nengo.Tanh()),
    *(nengo.AdaptiveLIFRate(tau_n=0.02), nengo.SpikingRectifiedLinear(), nengo.Direct()),
    *(nengo.RegularSpiking(nengo.Sigmoid()), nengo.StochasticSpiking(nengo.LIFRate())),
    *(nengo.PoissonSpiking(nengo.Tanh()), nengo_nb.SoftLIFRate(), nengo_nb.LeakyReLU()),
)

SYNAPSES = (
    *(None, None, nengo.Lowpass(0), nengo.Lowpass(0.003), nengo.Alpha(0.002)),
    *(nengo.Triangle(0.003), nengo.LinearFilter([0.01, 1], [0.0002, 0.02, 1])),
)

TRANSFORMS = ("none", "dense", "scalar", "sparse", "convolution")
"""Of connections between objects; those of two ensembles are dense."""

LAYERS: dict[str, Callable[[int], Any]] = {
    "square": lambda size: tf.square,
    "dense": lambda size: keras.layers.Dense(size, activation="tanh", dtype="float64"),
    "time": lambda size: lambda t, x: x * tf.cos(300 * t),
}
"""Functions that a TensorNode of some size computes, by name."""


@dataclass(frozen=True)
class Layer:
    """An ensemble, or a TensorNode.

    Args:
        kind: A neuron type, or the name of one of ``LAYERS``.
        size: Number of dimensions; an ensemble has four neurons for each.
        neurons: Whether the way goes through its neurons, and not through what they represent.
    """

    kind: nengo.neurons.NeuronType | str
    size: int
    neurons: bool = False

    @property
    def width(self) -> int:
        """Size of its input and output."""
        return 4 * self.size if self.neurons else self.size


@dataclass(frozen=True)
class Link:
    """A connection.

    Args:
        pre: Number of the layer it comes from; 0 is the source.
        post: Number of the layer it goes to; the last is the output.
        synapse: Its synapse.
        transform: One of ``TRANSFORMS``.
        seed: Seed of the transform.
    """

    pre: int
    post: int
    synapse: nengo.synapses.Synapse | None
    transform: str
    seed: int


@dataclass(frozen=True)
class TrainableRecipe:
    """A network to train.

    Args:
        seed: Seed of the network.
        source: Size of the input.
        layers: The layers between input and output.
        links: One from each layer to the next, and others, also backwards.
        settings: What ``configure_settings`` is given.
        n_steps: Number of steps.
        minibatch_size: Number of minibatch items.
    """

    seed: int
    source: int
    layers: tuple[Layer, ...]
    links: tuple[Link, ...]
    settings: tuple[tuple[str, Any], ...]
    n_steps: int
    minibatch_size: int


def transform_of(link: Link, size_in: int, size_out: int) -> Any:
    """The transform of a link; one whose sizes do not fit its kind is dense."""
    rng = np.random.RandomState(link.seed)
    if link.transform == "none" and size_in == size_out:
        return nengo.transforms.NoTransform(size_in)
    if link.transform == "scalar" and size_in == size_out:
        return 0.7
    if link.transform == "sparse":
        indices = [(i % size_out, i % size_in) for i in range(max(size_in, size_out))]
        values = rng.uniform(-1, 1, len(indices))
        return nengo.Sparse((size_out, size_in), indices=indices, init=values)
    if link.transform == "convolution" and size_in == size_out:
        return nengo.Convolution(1, (size_in, 1), kernel_size=(1,), strides=(1,))
    return rng.uniform(-1, 1, (size_out, size_in)) / np.sqrt(size_in)


def build_trainable(recipe: TrainableRecipe) -> nengo.Network:
    """The network of a recipe, with one probe, ``answer``."""
    with nengo.Network(seed=recipe.seed) as net:
        nengo_nb.configure_settings(dtype="float64", **dict(recipe.settings))
        objects = [nengo.Node(np.zeros(recipe.source), label="source")]
        objects += [_object_of(layer) for layer in recipe.layers]
        objects.append(nengo.Node(size_in=1, label="output"))
        for link in recipe.links:
            pre, post = objects[link.pre], objects[link.post]
            decoded = isinstance(pre, nengo.Ensemble)
            sizes = pre.size_out, post.size_in
            transform = np.eye(sizes[1], sizes[0]) if decoded else transform_of(link, *sizes)
            nengo.Connection(pre, post, transform=transform, synapse=link.synapse)
        nengo.Probe(objects[-1], label="answer")
    return net


def _object_of(layer: Layer) -> Any:
    if isinstance(layer.kind, str):
        with_time = layer.kind == "time"
        function = LAYERS[layer.kind](layer.size)
        return nengo_nb.TensorNode(
            function, shape_in=layer.size, shape_out=layer.size, pass_time=with_time
        )
    ens = nengo.Ensemble(4 * layer.size, layer.size, neuron_type=layer.kind)
    if not isinstance(layer.kind, nengo.Direct):
        ens.gain, ens.bias = nengo.dists.Uniform(1, 2), nengo.dists.Uniform(1, 2)
    return ens.neurons if layer.neurons else ens


@st.composite
def layers(draw, neurons: Sequence[Any], names: Sequence[str]) -> Layer:
    kind = draw(st.one_of(st.sampled_from(neurons), st.sampled_from(names)))
    through = not isinstance(kind, str | nengo.Direct) and draw(st.booleans())
    return Layer(kind, draw(st.integers(1, 3)), through)


@st.composite
def links(draw, pre: int, post: int, synapses: Sequence[Any], transforms: Sequence[str]) -> Link:
    with_delay = [synapse for synapse in synapses if synapse is not None]
    synapse = draw(st.sampled_from(synapses if pre < post else with_delay))
    return Link(pre, post, synapse, draw(st.sampled_from(transforms)), draw(st.integers(0, 2**16)))


@st.composite
def trainable_recipes(
    draw,
    neurons: Sequence[Any] = NEURONS,
    synapses: Sequence[Any] = SYNAPSES,
    transforms: Sequence[str] = TRANSFORMS,
    names: Sequence[str] = tuple(LAYERS),
    settings: Sequence[str] = ("train_gains", "train_synapses", "lif_smoothing"),
) -> TrainableRecipe:
    """Networks of one to three layers in a row, with shortcuts and loops."""
    chosen = draw(st.lists(layers(neurons, names), min_size=1, max_size=3))
    last = len(chosen) + 1
    row = [draw(links(k, k + 1, synapses, transforms)) for k in range(last)]
    ends = st.tuples(st.integers(1, last - 1), st.integers(1, last))
    others = [draw(links(*pair, synapses, transforms)) for pair in draw(st.lists(ends, max_size=2))]
    switched = draw(st.lists(st.sampled_from(settings), unique=True)) if settings else []
    values = {"lif_smoothing": 0.1}
    return TrainableRecipe(
        seed=draw(st.integers(0, 2**16)),
        source=draw(st.integers(1, 3)),
        layers=tuple(chosen),
        links=(*row, *others),
        settings=tuple((name, values.get(name, True)) for name in sorted(switched)),
        n_steps=draw(st.integers(1, 5)),
        minibatch_size=draw(st.sampled_from([1, 2])),
    )
