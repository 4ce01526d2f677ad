"""Sources of a network's plots, and the nodes that can be overridden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.labels import members
from nengo_nb.jupyter.probes import quantity_of, records_spikes
from nengo_nb.jupyter.suggestions import unknown

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


SYNAPSE = 0.01
"""Time constant with which decoded values are drawn that no probe filters, in seconds: raw ones are
spikes of weights.
"""


class Content(Enum):
    """Meaning of a source's values, which decides how they can be drawn."""

    SPIKES = "spikes"
    POPULATION = "population"
    """A value for each member of a population: neurons, or semantic pointers."""
    WEIGHTS = "weights"
    COORDINATES = "coordinates"
    """A signal of which nothing more is known; its values may be coordinates of a point."""


@dataclass(frozen=True)
class Source:
    """Signal of a running network that a plot can draw.

    Args:
        key: Unique name.
        target: Target of a probe, or a probe that records it already.
        attr: Attribute that the probe records; None for the default.
        quantity: Physical quantity and unit, for an axis.
        shape: Shape of one sample.
        content: Meaning of its values.
        transform: Matrix ``(size, drawn)`` that samples are multiplied by, or None.
        labels: Labels of the drawn values; empty where their indices will do.
        now: Reads the present value from the simulator, where recording it at every step would cost
            too much. The target is then an object that depends on it, so that it is computed at
            all.
        owner: Object that a user names to get this source, if it is not the target.
        synapse: Time constant of the lowpass filter with which it is drawn by default, in seconds.
    """

    key: str
    target: Any
    attr: str | None
    quantity: str
    shape: tuple[int, ...]
    content: Content
    transform: np.ndarray | None = None
    labels: tuple[str, ...] = ()
    now: Callable[[Simulator], np.ndarray] | None = None
    owner: Any = None
    synapse: float = 0.0

    @property
    def size(self) -> int:
        """Number of values that can be drawn."""
        return len(self.labels) or int(np.prod(self.shape))

    @property
    def spikes(self) -> bool:
        """Whether the values are spikes."""
        return self.content is Content.SPIKES

    @property
    def is_neural(self) -> bool:
        """Whether there is a value for each neuron."""
        obj = self.target.obj if isinstance(self.target, nengo.Probe) else self.target
        return self.owner is None and isinstance(obj, nengo.ensemble.Neurons)


def catalog(sim: Simulator) -> dict[str, Source]:
    """Return all sources of a network by key, those of probes first."""
    network = sim.model.toplevel
    sources: dict[str, Source] = {}
    for source in _sources(sim, network):
        # Keys name sources in messages and in code, so equal names get a number.
        key, again = source.key, 2
        while key in sources:
            key, again = f"{source.key} ({again})", again + 1
        sources[key] = Source(**{**vars(source), "key": key})
    return sources


def _sources(sim: Simulator, network: nengo.Network) -> Iterator[Source]:
    for probe in dict.fromkeys(network.all_probes):  # parts of nengo.spa are in two networks
        shape = tuple(sim.model.sig[probe]["in"].shape)
        content = Content.SPIKES if records_spikes(probe) else Content.COORDINATES
        yield Source(name_of(probe), probe, None, quantity_of(probe), shape, content)
    # Each once, in the order of the network: what is in two networks is listed twice by Nengo.
    for ens in dict.fromkeys(network.all_ensembles):
        yield from _of_ensemble(ens)
    for node in dict.fromkeys(network.all_nodes):
        if node.size_out:
            name, shape = f"{name_of(node)}: value", (node.size_out,)
            # Passthrough nodes, such as the output of an ensemble array, hand on decoded values.
            tau = SYNAPSE if node.size_in and node.output is None else 0.0
            yield Source(name, node, None, "value", shape, Content.COORDINATES, synapse=tau)
    for conn in dict.fromkeys(network.all_connections):
        if conn.learning_rule_type is not None:
            yield _weights(sim, conn)
    for part in members(network):
        if isinstance(part, nengo.Network):
            yield from _similarities(part)


def _of_ensemble(ens: nengo.Ensemble) -> Iterator[Source]:
    """Return the sources of an ensemble: decoded value, spikes or rates, and voltage."""
    name, shape, neurons = name_of(ens), (ens.dimensions,), (ens.n_neurons,)
    decoded = "decoded value"
    # Direct mode has no neurons to watch, and no spikes in what it decodes.
    direct = isinstance(ens.neuron_type, nengo.Direct)
    tau = 0.0 if direct else SYNAPSE
    yield Source(f"{name}: {decoded}", ens, None, decoded, shape, Content.COORDINATES, synapse=tau)
    if direct:
        return
    if ens.neuron_type.spiking:
        yield Source(f"{name}: spikes", ens.neurons, None, "spikes", neurons, Content.SPIKES)
    else:
        quantity = "firing rate (Hz)"
        yield Source(f"{name}: rates", ens.neurons, None, quantity, neurons, Content.POPULATION)
    if "voltage" in ens.neurons.probeable:
        quantity = "membrane voltage"
        yield Source(
            f"{name}: voltage", ens.neurons, "voltage", quantity, neurons, Content.POPULATION
        )


def _weights(sim: Simulator, conn: nengo.Connection) -> Source:
    """Return the present weights of a connection that learns."""
    # A matrix is too much to record at every step. A probe of the
    # postsynaptic object instead makes sure that the weights are computed.
    post = conn.post_obj
    spiking = isinstance(post, nengo.Ensemble) and not isinstance(post.neuron_type, nengo.Direct)
    # The last two axes: with a minibatch there is one in front.
    shape = np.shape(sim.data[conn].weights)[-2:]
    name = f"{name_of(conn)}: weights"
    return Source(
        name,
        post.neurons if spiking else post,
        None,
        "weight",
        shape,
        Content.WEIGHTS,
        owner=conn,
        now=lambda now: np.asarray(now.data[conn].weights),
    )


def _similarities(part: nengo.Network) -> Iterator[Source]:
    """Return the similarity of a semantic-pointer output to the pointers of its vocabulary."""
    output, vocab = (
        getattr(part, "output", None),
        getattr(part, "vocab", None),
    )  # as NengoSPA has them
    if vocab is None:
        output, vocab = getattr(part, "outputs", {}).get(
            "default", (None, None)
        )  # as nengo.spa has them
    keys = getattr(vocab, "keys", ())
    # A list in nengo.spa, a method of a mapping in NengoSPA.
    labels = tuple(keys() if callable(keys) else keys)
    if labels and output is not None:
        vectors = np.asarray(vocab.vectors).T
        yield Source(
            f"{name_of(part)}: similarity",
            output,
            None,
            "similarity",
            vectors.shape[:1],
            Content.POPULATION,
            vectors,
            labels,
            owner=part,
            synapse=SYNAPSE,
        )


def find_source(sources: Mapping[str, Source], what: Any) -> Source:
    """Return the source of an object, a probe, an ``(object, attribute)``, a key or a label.

    Raises:
        LookupError: There is none; the message names the ones that exist.
    """
    target, attr = what if isinstance(what, tuple) else (what, None)
    for source in sources.values():
        meant = source.target if source.owner is None else source.owner
        if source.key == what or (meant is target and attr in (None, source.attr)):
            return source
        # The name of an object is that of its first source; probes
        # go by their keys alone, as these are their names already.
        named = isinstance(what, str) and not isinstance(meant, nengo.Probe)
        if named and name_of(meant) == what:
            return source
        # ``ens.neurons`` is a new object at each access, equal but not the same.
        same_neurons = isinstance(target, nengo.ensemble.Neurons) and meant == target
        if same_neurons and attr == source.attr:
            return source
    name = what if isinstance(what, str) else name_of(target)
    raise LookupError(unknown("value to watch", str(name), list(sources)[:40]))


def input_nodes(sim: Simulator) -> dict[str, nengo.Node]:
    """Return the nodes that can be overridden, by name; equal names get a number."""
    nodes: dict[str, nengo.Node] = {}
    for node in sim.model.toplevel.all_nodes:
        if node.size_out and not node.size_in:
            name, again = name_of(node), 2
            while name in nodes:
                name, again = f"{name_of(node)} ({again})", again + 1
            nodes[name] = node
    return nodes
