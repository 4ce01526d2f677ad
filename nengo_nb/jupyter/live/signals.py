"""Sources of a network's plots, and the nodes that can be overridden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.labels import paths_in
from nengo_nb.jupyter.probes import quantity_of, records_spikes
from nengo_nb.jupyter.suggestions import unknown

from .vocabularies import Vocabulary

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
    HTML = "html"
    """No values, but a string of HTML, which is read at every frame and not recorded."""
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
        path: Name of the object within the whole network, with which the key begins; empty for
            probes.
        vocabulary: Vocabulary of the semantic pointers that the values are compared with; None for
            other values.
        is_default: Whether a view shows it if nothing was chosen.
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
    path: str = ""
    vocabulary: Vocabulary | None = None
    is_default: bool = False

    @property
    def size(self) -> int:
        """Number of values that can be drawn."""
        # A vocabulary may have no pointers yet, which its network makes when it needs them.
        if self.vocabulary is not None:
            return len(self.labels)
        return len(self.labels) or int(np.prod(self.shape))

    @property
    def spikes(self) -> bool:
        """Whether the values are spikes."""
        return self.content is Content.SPIKES

    @property
    def records(self) -> str | None:
        """Attribute that its probe records; None for the default."""
        return self.target.attr if isinstance(self.target, nengo.Probe) else self.attr

    @property
    def ensemble(self) -> nengo.Ensemble | None:
        """Ensemble whose neurons have these values; None if they are no values of neurons."""
        obj = self.target.obj if isinstance(self.target, nengo.Probe) else self.target
        is_neural = self.owner is None and isinstance(obj, nengo.ensemble.Neurons)
        return obj.ensemble if is_neural else None

    @property
    def members(self) -> tuple[int, ...]:
        """Index of each value's neuron in its ensemble, of which a probe may see some; empty
        without neurons.
        """
        target = self.target.target if isinstance(self.target, nengo.Probe) else self.target
        if self.ensemble is None:
            return ()
        seen = target.slice if isinstance(target, nengo.base.ObjView) else slice(None)
        return tuple(np.arange(self.ensemble.n_neurons)[seen].tolist())

    @property
    def names(self) -> tuple[str, ...]:
        """Label of each value: the index of its neuron or dimension where it has no other."""
        return self.labels or tuple(map(str, self.members or range(self.size)))

    @property
    def is_neural(self) -> bool:
        """Whether there is a value for each neuron."""
        return self.ensemble is not None

    @property
    def has_all_spikes(self) -> bool:
        """Whether the values are spikes of which none is missing between two samples."""
        is_thinned = isinstance(self.target, nengo.Probe) and self.target.sample_every is not None
        return self.spikes and not is_thinned


def own_sources(sim: Simulator, paths: Mapping[int, str]) -> Iterator[Source]:
    """Yield the sources of probes, ensembles, nodes and connections that learn.

    Args:
        sim: The simulator.
        paths: Names of the network's members by ``id``.
    """
    network = sim.model.toplevel
    for probe in dict.fromkeys(network.all_probes):  # parts of nengo.spa are in two networks
        shape = tuple(sim.model.sig[probe]["in"].shape)
        content = Content.SPIKES if records_spikes(probe) else Content.COORDINATES
        yield Source(name_of(probe), probe, None, quantity_of(probe), shape, content)
    # Each once, in the order of the network: what is in two networks is listed twice by Nengo.
    for ens in dict.fromkeys(network.all_ensembles):
        yield from _of_ensemble(ens, paths[id(ens)])
    for node in dict.fromkeys(network.all_nodes):
        if node.size_out:
            path, shape = paths[id(node)], (node.size_out,)
            # Passthrough nodes, such as the output of an ensemble array, hand on decoded values.
            tau = SYNAPSE if node.size_in and node.output is None else 0.0
            key, content = f"{path}: value", Content.COORDINATES
            yield Source(key, node, None, "value", shape, content, synapse=tau, path=path)
    for conn in dict.fromkeys(network.all_connections):
        if conn.learning_rule_type is not None:
            yield _weights(sim, conn, paths[id(conn)])


def _of_ensemble(ens: nengo.Ensemble, path: str) -> Iterator[Source]:
    """Return the sources of an ensemble: decoded value, spikes or rates, and voltage."""
    shape, neurons = (ens.dimensions,), (ens.n_neurons,)
    decoded = "decoded value"
    # Direct mode has no neurons to watch, and no spikes in what it decodes.
    direct = isinstance(ens.neuron_type, nengo.Direct)
    tau = 0.0 if direct else SYNAPSE
    key, content = f"{path}: {decoded}", Content.COORDINATES
    yield Source(key, ens, None, decoded, shape, content, synapse=tau, path=path)
    if direct:
        return
    if ens.neuron_type.spiking:
        key, content = f"{path}: spikes", Content.SPIKES
        yield Source(key, ens.neurons, None, "spikes", neurons, content, path=path)
    else:
        key, quantity, content = f"{path}: rates", "firing rate (Hz)", Content.POPULATION
        yield Source(key, ens.neurons, None, quantity, neurons, content, path=path)
    if "voltage" in ens.neurons.probeable:
        key, quantity, content = f"{path}: voltage", "membrane voltage", Content.POPULATION
        yield Source(key, ens.neurons, "voltage", quantity, neurons, content, path=path)


def _weights(sim: Simulator, conn: nengo.Connection, path: str) -> Source:
    """Return the present weights of a connection that learns."""
    # A matrix is too much to record at every step. A probe of the
    # postsynaptic object instead makes sure that the weights are computed.
    post = conn.post_obj
    spiking = isinstance(post, nengo.Ensemble) and not isinstance(post.neuron_type, nengo.Direct)
    # The last two axes: with a minibatch there is one in front.
    shape = np.shape(sim.data[conn].weights)[-2:]
    return Source(
        f"{path}: weights",
        post.neurons if spiking else post,
        None,
        "weight",
        shape,
        Content.WEIGHTS,
        owner=conn,
        now=lambda now: np.asarray(now.data[conn].weights),
        path=path,
    )


def find_source(sources: Mapping[str, Source], what: Any) -> Source:
    """Return the source of an object, a probe, an ``(object, attribute)``, a key or a label.

    Raises:
        LookupError: There is none; the message names the ones that exist.
    """
    if isinstance(what, str) and what in sources:
        return sources[what]
    target, attr = what if isinstance(what, tuple) else (what, None)
    for source in sources.values():
        meant = source.target if source.owner is None else source.owner
        if meant is target and attr in (None, source.attr):
            return source
        # The name of an object is that of its first source; probes
        # go by their keys alone, as these are their names already.
        named = isinstance(what, str) and not isinstance(meant, nengo.Probe)
        if named and what in (source.path, name_of(meant), _short_key(source)):
            return source
        # ``ens.neurons`` is a new object at each access, equal but not the same.
        same_neurons = isinstance(target, nengo.ensemble.Neurons) and meant == target
        if same_neurons and attr == source.attr:
            return source
    name = what if isinstance(what, str) else name_of(target)
    raise LookupError(unknown("value to watch", str(name), list(sources)[:40]))


def _short_key(source: Source) -> str:
    """Return the key of a source without the networks around its object."""
    meant = source.target if source.owner is None else source.owner
    named = meant.ensemble if isinstance(meant, nengo.ensemble.Neurons) else meant
    return f"{name_of(named)}{source.key.removeprefix(source.path)}"


def input_nodes(sim: Simulator) -> dict[str, nengo.Node]:
    """Return the nodes that can be overridden, by name; equal names get a number."""
    nodes: dict[str, nengo.Node] = {}
    paths = paths_in(sim.model.toplevel)
    for node in dict.fromkeys(sim.model.toplevel.all_nodes):
        if node.size_out and not node.size_in:
            path = paths[id(node)]
            name, again = path, 2
            while name in nodes:
                name, again = f"{path} ({again})", again + 1
            nodes[name] = node
    return nodes


def usual_attribute(target: Any) -> str:
    """Return the attribute that ``nengo.Probe`` records by default."""
    obj = target.obj if isinstance(target, nengo.base.ObjView) else target
    return str(obj.probeable[0])
