"""A recipe: a Nengo network as plain values that print themselves, so that a failing
example can be read and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nengo
import numpy as np

from tests.functions import OF_INPUT, OF_TIME, Function, World

FUNCTIONS_OF_TIME: dict[str, Callable[[float], float]] = {
    "sine": lambda t: np.sin(40 * t),
    "step": lambda t: 1.0 if t > 0.0205 else -0.5,
    "ramp": lambda t: 10 * t,
}

FUNCTIONS_OF_INPUT: dict[str, Callable[[float, np.ndarray], Any]] = {
    "halve": lambda t, x: 0.5 * x,
    "reverse": lambda t, x: x[::-1],
    "mean and time": lambda t, x: [np.mean(x), np.cos(30 * t)],
    "swallow": lambda t, x: None,
}

CONNECTION_FUNCTIONS: dict[str, Callable[[np.ndarray], Any]] = {
    "square": lambda x: x**2,
    "product": lambda x: np.prod(x),
    "swap": lambda x: x[::-1],
    "two": lambda x: [np.sin(x[0]), x[-1]],
}

OUTPUT_SIZES = {"mean and time": 2, "swallow": 0}
"""Of the functions of input; the others return as much as they are given."""


@dataclass(frozen=True)
class NodeRecipe:
    """A node: ``what`` is a tuple of numbers, a process, or the name of a function in a
    table above or with memory.
    """

    what: Any
    size: int

    @property
    def size_in(self) -> int:
        has_input = self.what is None or self.what in FUNCTIONS_OF_INPUT or self.what in OF_INPUT
        return self.size if has_input else 0

    @property
    def size_out(self) -> int:
        return OUTPUT_SIZES.get(self.what, self.size) if isinstance(self.what, str) else self.size

    @property
    def has_memory(self) -> bool:
        """Whether a function remembers its calls."""
        return isinstance(self.what, str) and (self.what in OF_TIME or self.what in OF_INPUT)

    def build(self, world: World) -> nengo.Node:
        if self.has_memory:
            function = (OF_TIME | OF_INPUT)[self.what](self.size, world)
            return nengo.Node(Function(function), size_in=self.size_in, size_out=self.size)
        if self.what is None:
            return nengo.Node(size_in=self.size)
        if isinstance(self.what, nengo.Process):
            return nengo.Node(self.what, size_out=self.size)
        if self.what in FUNCTIONS_OF_TIME:
            function, shape = FUNCTIONS_OF_TIME[self.what], np.linspace(1, 0.5, self.size)
            return nengo.Node(lambda t: function(t) * shape, size_out=self.size)
        if self.what in FUNCTIONS_OF_INPUT:
            return nengo.Node(
                FUNCTIONS_OF_INPUT[self.what], size_in=self.size, size_out=self.size_out
            )
        return nengo.Node(list(self.what))


@dataclass(frozen=True)
class EnsembleRecipe:
    """An ensemble, with its noise and neuron type as Nengo's own objects."""

    neuron_type: nengo.neurons.NeuronType
    n_neurons: int
    size: int
    radius: float = 1.0
    normalize_encoders: bool = True
    noise: nengo.Process | None = None

    @property
    def has_neurons(self) -> bool:
        return not isinstance(self.neuron_type, nengo.Direct)

    def build(self, world: World) -> nengo.Ensemble:
        has_floor = isinstance(
            self.neuron_type, nengo.Sigmoid
        )  # it cannot fire slowly and have a positive gain
        return nengo.Ensemble(
            self.n_neurons,
            self.size,
            neuron_type=self.neuron_type,
            radius=self.radius,
            normalize_encoders=self.normalize_encoders,
            noise=self.noise if self.has_neurons else None,
            max_rates=nengo.dists.Uniform(220, 380) if has_floor else nengo.dists.Uniform(50, 150),
        )


@dataclass(frozen=True)
class End:
    """One end of a connection, or what a probe looks at: an object or its neurons, and
    which elements.
    """

    index: int
    neurons: bool = False
    elements: slice | tuple[int, ...] | None = None

    def find(self, objects: list[Any]) -> Any:
        found = objects[self.index].neurons if self.neurons else objects[self.index]
        if self.elements is None:
            return found
        return found[list(self.elements) if isinstance(self.elements, tuple) else self.elements]


@dataclass(frozen=True)
class ConnectionRecipe:
    """A connection; ``transform`` names one of the kinds in ``transform_of``, ``seed``
    draws its numbers.
    """

    pre: End
    post: End
    synapse: nengo.synapses.Synapse | None
    transform: str = "dense"
    function: str | None = None
    rule: nengo.learning_rules.LearningRuleType | None = None
    teacher: int | None = None
    seed: int = 0

    def build(self, objects: list[Any]) -> nengo.Connection:
        pre, post = self.pre.find(objects), self.post.find(objects)
        options: dict[str, Any] = {
            "synapse": self.synapse,
            "learning_rule_type": self.rule,
            "seed": self.seed,
        }
        if self.function is not None:
            options["function"] = CONNECTION_FUNCTIONS[self.function]
        if self.transform == "solver weights":
            options["solver"] = nengo.solvers.LstsqL2(weights=True)
        size = pre.size_out
        if self.function is not None:
            size = np.size(CONNECTION_FUNCTIONS[self.function](np.zeros(size)))
        scale = 0.01 if self.pre.neurons else 1.0
        transform = transform_of(self.transform, size, post.size_in, scale, self.seed)
        connection = nengo.Connection(
            pre, post, **options, **({} if transform is None else {"transform": transform})
        )
        if self.teacher is not None:
            teacher, rule = objects[self.teacher], connection.learning_rule
            weights = transform_of("dense", teacher.size_out, rule.size_in, 0.5, self.seed)
            nengo.Connection(teacher, rule, transform=weights, synapse=0.005)
        return connection


@dataclass(frozen=True)
class ProbeRecipe:
    """A probe: of an object, its neurons, a connection or a learning rule; ``attribute``
    counts what is probeable.
    """

    kind: str
    end: End
    attribute: int = 0
    synapse: nengo.synapses.Synapse | None = None
    sample_every: float | None = None

    def build(self, objects: list[Any], connections: list[nengo.Connection]) -> nengo.Probe:
        if self.kind == "object":
            target, known = self.end.find(objects), objects[self.end.index]
            known = known.neurons if self.end.neurons else known
        else:
            connection = connections[self.end.index]
            target = known = connection.learning_rule if self.kind == "rule" else connection
        attribute = known.probeable[self.attribute % len(known.probeable)]
        if attribute == "scaled_encoders":
            target = known
        return nengo.Probe(target, attribute, synapse=self.synapse, sample_every=self.sample_every)


@dataclass(frozen=True)
class Action:
    """Call of a simulator's method, perhaps with a fault.

    Args:
        kind: ``"run"``, ``"reset"`` or ``"clear_probes"``.
        n_steps: Number of steps of a run.
        fault: Name of the fault in it; None for none.
        function: Index of the function with memory that fails.
        at: Step in which it fails.
    """

    kind: str
    n_steps: int = 0
    fault: str | None = None
    function: int = 0
    at: int = 1


@dataclass(frozen=True)
class Recipe:
    """A network, and how many items of a minibatch run it side by side (None: no minibatch)."""

    seed: int
    objects: tuple[NodeRecipe | EnsembleRecipe, ...]
    connections: tuple[ConnectionRecipe, ...]
    probes: tuple[ProbeRecipe, ...]
    minibatch_size: int | None = None
    actions: tuple[Action, ...] = ()

    @property
    def remembers(self) -> bool:
        """Whether a function of an input has a memory, which the items of a minibatch would
        share.
        """
        return any(getattr(o, "has_memory", False) and o.size_in for o in self.objects)

    @property
    def draws(self) -> bool:
        """Whether a process draws random numbers, so that the items of a minibatch differ."""
        return any(
            isinstance(o.what, nengo.Process) if isinstance(o, NodeRecipe) else o.noise
            for o in self.objects
        )

    def build(self) -> tuple[nengo.Network, list[nengo.Probe]]:
        """The network, and probes of the output of all neurons in it."""
        with nengo.Network(seed=self.seed) as network:
            world = World()
            objects = [recipe.build(world) for recipe in self.objects]
            connections = [recipe.build(objects) for recipe in self.connections]
            for recipe in self.probes:
                recipe.build(objects, connections)
            neurons = [
                o.neurons
                for o, r in zip(objects, self.objects, strict=True)
                if getattr(r, "has_neurons", 0)
            ]
            outputs = [nengo.Probe(n, synapse=None) for n in neurons]
        return network, outputs


CONVOLUTIONS = {
    "convolution": nengo.Convolution,
    "transposed convolution": nengo.ConvolutionTranspose,
}


def convolution_of(
    made: type[Any], size_in: int, size_out: int, scale: float, rng: np.random.RandomState
) -> Any:
    """A convolution along one axis, or with one position where the sizes allow no more."""
    if size_out % size_in == 0:
        shape, n_filters, kernel_size, padding = (
            (size_in, 1),
            size_out // size_in,
            (min(3, size_in),),
            "same",
        )
    else:
        shape, n_filters, kernel_size, padding = (1, size_in), size_out, (1,), "valid"
    kernel = (
        scale
        / (kernel_size[0] * shape[1])
        * rng.uniform(-1, 1, size=(*kernel_size, shape[1], n_filters))
    )
    return made(
        n_filters, shape, kernel_size=kernel_size, strides=(1,), padding=padding, init=kernel
    )


def transform_of(kind: str, size_in: int, size_out: int, scale: float, seed: int) -> Any:
    """A transform of a kind, or None where the sizes ask for none.

    Args:
        kind: ``"dense"``, ``"sparse"``, ``"convolution"``, ``"transposed convolution"``,
            ``"scalar"``, ``"none"`` or ``"solver weights"``. The last three need equal sizes; where
            they differ the transform is dense.
        size_in: Length of what is transformed.
        size_out: Length of the result.
        scale: The largest sum of a row.
        seed: What the numbers are drawn from.
    """
    rng = np.random.RandomState(seed)
    if kind == "sparse":
        count = max(1, size_in * size_out // 2)
        places = rng.permutation(size_in * size_out)[:count]
        indices = np.stack(np.divmod(places, size_in), axis=1)
        return nengo.Sparse(
            (size_out, size_in), indices=indices, init=scale * rng.uniform(-1, 1, size=count)
        )
    if kind in CONVOLUTIONS:
        return convolution_of(CONVOLUTIONS[kind], size_in, size_out, scale, rng)
    if kind == "dense" or size_in != size_out:
        return scale / size_in * rng.uniform(-1, 1, size=(size_out, size_in))
    return scale * 0.7 if kind == "scalar" else None
