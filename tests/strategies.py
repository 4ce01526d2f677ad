"""Hypothesis strategies: random networks of everything that Nengo offers, as recipes.

Left out is what draws from another stream of random numbers here than in Nengo: StochasticSpiking
and PoissonSpiking are compared by their statistics in tests/ops.
"""

from __future__ import annotations

import nengo
from hypothesis import strategies as st

from tests.functions import FAULTS, OF_INPUT, OF_TIME
from tests.recipes import (
    CONNECTION_FUNCTIONS,
    CONVOLUTIONS,
    FUNCTIONS_OF_INPUT,
    FUNCTIONS_OF_TIME,
    Action,
    ConnectionRecipe,
    End,
    EnsembleRecipe,
    NodeRecipe,
    ProbeRecipe,
    Recipe,
)

SEEDS = st.integers(0, 2**16)

SMOOTH_NEURONS = [
    nengo.Direct(),
    nengo.RectifiedLinear(),
    nengo.RectifiedLinear(amplitude=0.3),
    nengo.Sigmoid(),
    nengo.Sigmoid(tau_ref=0.0024),
    nengo.Tanh(),
]
"""Of these a small change of input changes the output little."""

RATE_NEURONS = [
    *SMOOTH_NEURONS,
    nengo.LIFRate(),
    nengo.LIFRate(tau_rc=0.01, tau_ref=0.003, amplitude=2),
    nengo.AdaptiveLIFRate(),
    nengo.AdaptiveLIFRate(tau_n=0.1, inc_n=0.05),
]

SPIKING_NEURONS = [
    nengo.SpikingRectifiedLinear(),
    nengo.SpikingRectifiedLinear(amplitude=0.2),
    nengo.LIF(),
    nengo.LIF(tau_rc=0.01, tau_ref=0.0025, amplitude=2),
    nengo.LIF(min_voltage=-1),
    nengo.AdaptiveLIF(),
    nengo.AdaptiveLIF(tau_n=0.1, inc_n=0.05),
    nengo.RegularSpiking(nengo.LIFRate()),
    nengo.RegularSpiking(nengo.Tanh(), amplitude=0.5),
    nengo.RegularSpiking(nengo.RectifiedLinear()),
]

CHAOTIC_NEURONS = [nengo.Izhikevich()]
"""Rounding grows a thousandfold in some fourteen steps: Nengo's own float32 is 0.5 mV from its
float64 after 19 steps, and 1e-16 has become 1e-7 after 41."""

SYNAPSES = [
    nengo.Lowpass(0.005),
    nengo.Lowpass(0.03),
    nengo.Lowpass(0),
    nengo.Alpha(0.01),
    nengo.Triangle(0.007),
    nengo.LinearFilter([1], [0.0002, 0.02, 1]),
    nengo.LinearFilter([0.01, 1], [0.0002, 0.02, 1]),
    nengo.LinearFilter([0.5, 0.1], [1, -0.4], analog=False),
]

PROCESSES = [
    nengo.processes.WhiteSignal(0.05, high=50),
    nengo.processes.WhiteNoise(nengo.dists.Uniform(-0.1, 0.1), scale=False),
    nengo.processes.FilteredNoise(nengo.Alpha(0.01)),
    nengo.processes.BrownNoise(),
    nengo.processes.Piecewise({0.0: 0.2, 0.01: -0.6, 0.03: 1.0}),
    nengo.processes.PresentInput([[0.3, -0.5, 1.0, 0.1], [1.0, 0.0, -1.0, 0.5]], 0.008),
]

NOISES = [None, None, None, nengo.processes.WhiteNoise(nengo.dists.Gaussian(0, 0.01))]

SAMPLE_EVERY = [None, None, None, 0.001, 0.003, 0.0025]


def process_size(process: nengo.Process, size: int) -> int:
    """The size of a node with a process: two of them decide for themselves."""
    if isinstance(process, nengo.processes.PresentInput):
        return 4
    return 1 if isinstance(process, nengo.processes.Piecewise) else size


@st.composite
def nodes(draw, with_memory: bool = False) -> NodeRecipe:
    size = draw(st.integers(1, 4))
    kinds = ["memory"] * 5 if with_memory else []
    kind = draw(st.sampled_from(["constant", "time", "process", "input", "passthrough", *kinds]))
    if kind == "memory":
        return NodeRecipe(draw(st.sampled_from([*sorted(OF_TIME), *sorted(OF_INPUT)])), size)
    if kind == "constant":
        return NodeRecipe(
            tuple(draw(st.sampled_from([-1.0, -0.5, 0.0, 0.3, 1.0])) for _ in range(size)), size
        )
    if kind == "process":
        process = draw(st.sampled_from(PROCESSES))
        return NodeRecipe(process, process_size(process, size))
    tables = {
        "time": sorted(FUNCTIONS_OF_TIME),
        "input": sorted(FUNCTIONS_OF_INPUT),
        "passthrough": [None],
    }
    return NodeRecipe(draw(st.sampled_from(tables[kind])), size)


def ensembles(neuron_types: list[nengo.neurons.NeuronType]) -> st.SearchStrategy[EnsembleRecipe]:
    return st.builds(
        EnsembleRecipe,
        neuron_type=st.sampled_from(neuron_types),
        n_neurons=st.integers(2, 25),
        size=st.integers(1, 3),
        radius=st.sampled_from([1.0, 1.0, 0.5, 2.0]),
        normalize_encoders=st.sampled_from([True, True, True, False]),
        noise=st.sampled_from(NOISES),
    )


@st.composite
def elements(draw, size: int, repeat: bool) -> slice | tuple[int, ...] | None:
    """Which elements of a vector: all, a range either way round, or a list (with
    repetitions where that is allowed).
    """
    kind = draw(st.sampled_from(["all", "all", "all", "range", "reversed", "list"]))
    if kind == "all" or size == 0:
        return None
    if kind == "list":
        indices = st.integers(0, size - 1)
        return tuple(draw(st.lists(indices, min_size=1, max_size=size, unique=not repeat)))
    start = draw(st.integers(0, size - 1))
    step = draw(st.integers(1, 2))
    return slice(start, None, step) if kind == "range" else slice(start, None, -step)


@st.composite
def ends(draw, objects, *, post: bool, repeat: bool = False) -> End:
    """An object, or the neurons of one, that gives (or takes, for ``post``) at least one number."""
    sizes = [
        0 if post and isinstance(o, NodeRecipe) and not o.size_in else _size(o, post)
        for o in objects
    ]
    index = draw(st.sampled_from([i for i, size in enumerate(sizes) if size]))
    neurons = getattr(objects[index], "has_neurons", False) and draw(
        st.sampled_from([False, False, True])
    )
    size = objects[index].n_neurons if neurons else sizes[index]
    return End(index, neurons, draw(elements(size, repeat)))


def _size(recipe: NodeRecipe | EnsembleRecipe, post: bool) -> int:
    if isinstance(recipe, EnsembleRecipe):
        return recipe.size
    return recipe.size_in if post else recipe.size_out


@st.composite
def plain_connections(draw, objects) -> ConnectionRecipe:
    pre, post = draw(ends(objects, post=False)), draw(ends(objects, post=True))
    backwards = post.index <= pre.index
    synapse = draw(st.sampled_from(SYNAPSES if backwards else [None, *SYNAPSES]))
    source = objects[pre.index]
    may_compute = not pre.neurons and not (isinstance(source, NodeRecipe) and source.what is None)
    function = (
        draw(st.sampled_from([None, None, *sorted(CONNECTION_FUNCTIONS)])) if may_compute else None
    )
    decoded = isinstance(source, EnsembleRecipe) and source.has_neurons and not pre.neurons
    # Nengo takes neither of these for decoded connections
    kinds = ["dense", "dense", "scalar", "none", *([] if decoded else ["sparse", *CONVOLUTIONS])]
    return ConnectionRecipe(
        pre, post, synapse, draw(st.sampled_from(kinds)), function, seed=draw(SEEDS)
    )


@st.composite
def learning_connections(draw, objects) -> ConnectionRecipe | None:
    """A connection that learns, or None where there is no ensemble that can."""
    able = [i for i, o in enumerate(objects) if isinstance(o, EnsembleRecipe) and o.has_neurons]
    teachers = [i for i, o in enumerate(objects) if _size(o, post=False)]
    if not able:
        return None
    rule = draw(st.sampled_from(["PES", "RLS", "BCM", "Oja", "Voja"]))
    pre, post = End(draw(st.sampled_from(able))), End(draw(st.sampled_from(able)))
    synapse, seed = draw(st.sampled_from(SYNAPSES)), draw(SEEDS)
    if rule in ("PES", "RLS"):
        made = nengo.PES(learning_rate=1e-5) if rule == "PES" else nengo.RLS(learning_rate=1e-4)
        kind = draw(
            st.sampled_from(["none", "dense", "solver weights"] if rule == "PES" else ["none"])
        )
        post = draw(ends(objects, post=True)) if kind != "solver weights" else post
        post = End(post.index, False, None if post.neurons else post.elements)
        return ConnectionRecipe(
            pre, post, synapse, kind, None, made, draw(st.sampled_from(teachers)), seed
        )
    if rule == "Voja":
        source = End(draw(st.sampled_from(teachers)))
        taught = draw(st.sampled_from([None, *teachers]))
        return ConnectionRecipe(source, post, synapse, "dense", None, nengo.Voja(), taught, seed)
    made = nengo.BCM(learning_rate=1e-9) if rule == "BCM" else nengo.Oja(learning_rate=1e-6)
    neurons = draw(st.booleans())
    ends_ = (End(pre.index, neurons), End(post.index, neurons))
    return ConnectionRecipe(
        *ends_, synapse, "dense" if neurons else "solver weights", None, made, None, seed
    )


@st.composite
def probes(draw, objects, connections) -> ProbeRecipe:
    kinds = ["object"] * 3 + ["connection"] * bool(connections)
    learning = [i for i, connection in enumerate(connections) if connection.rule is not None]
    kind = draw(st.sampled_from(kinds + ["rule"] * bool(learning)))
    sample_every = draw(st.sampled_from(SAMPLE_EVERY))
    attribute = draw(st.integers(0, 5))
    if kind == "rule":
        return ProbeRecipe(
            kind, End(draw(st.sampled_from(learning))), attribute, None, sample_every
        )
    if kind == "connection":
        index = draw(st.integers(0, len(connections) - 1))
        if connections[index].transform in ("none", "sparse"):
            attribute %= 2  # no weights, or weights that Nengo records as matrices of scipy
        return ProbeRecipe(kind, End(index), attribute, None, sample_every)
    end = draw(ends(objects, post=False, repeat=True))
    is_direct = not getattr(objects[end.index], "has_neurons", True)
    attribute = 0 if is_direct else attribute
    synapse = draw(st.sampled_from([None, *SYNAPSES])) if attribute == 0 else None
    return ProbeRecipe(kind, end, attribute, synapse, sample_every)


@st.composite
def runs(draw) -> Action:
    """A run, of which every other meets a fault."""
    n_steps = draw(st.integers(1, 20))
    fault = draw(st.sampled_from([None] * len(FAULTS) + sorted(FAULTS)))
    return Action("run", n_steps, fault, draw(st.integers(0, 4)), draw(st.integers(1, n_steps)))


def actions() -> st.SearchStrategy[list[Action]]:
    """Draw calls of a simulator: runs, and now and then ``reset`` or ``clear_probes``."""
    others = st.builds(Action, st.sampled_from(["reset", "clear_probes"]))
    return st.lists(st.one_of(runs(), runs(), others), min_size=1, max_size=5)


@st.composite
def recipes(
    draw, neuron_types: list[nengo.neurons.NeuronType], with_memory: bool = False
) -> Recipe:
    """Networks of one to three ensembles of the given neuron types, up to three nodes, and what
    connects them.

    Args:
        neuron_types: What to choose from.
        with_memory: Whether functions may remember their calls, and what is done with the simulator
            is drawn, too.
    """
    several = st.lists(
        nodes(with_memory), min_size=int(with_memory), max_size=5 if with_memory else 3
    )
    objects = draw(several) + draw(st.lists(ensembles(neuron_types), min_size=1, max_size=3))
    connections = draw(st.lists(plain_connections(objects), max_size=5))
    learning = draw(st.one_of(st.none(), learning_connections(objects)))
    connections += [] if learning is None else [learning]
    return Recipe(
        seed=draw(SEEDS),
        objects=tuple(objects),
        connections=tuple(connections),
        probes=tuple(draw(st.lists(probes(objects, connections), min_size=1, max_size=4))),
        minibatch_size=draw(st.sampled_from([None, None, 1, 1 if with_memory else 3])),
        actions=tuple(draw(actions())) if with_memory else (),
    )
