"""Targets: what of a network can be watched, how it can be drawn, and the nodes that can be
held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.names import members
from nengo_nb.jupyter.probes import quantity_of, records_spikes
from nengo_nb.jupyter.words import unknown
from nengo_nb.plots.palette import MAX_LINES

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


@dataclass(frozen=True)
class Source:
    """Something that changes while a network runs.

    Args:
        key: What it is called, unlike all others.
        target: The object, or a probe that records it already.
        attr: What of the object.
        quantity: What the values are, with their unit.
        shape: Shape of one sample.
        kinds: How it can be drawn, the most usual first.
        transform: What samples are multiplied by, ``(size, drawn)``, if by anything.
        labels: What the drawn values are called, where they are not just counted.
        now: Reads what the simulator holds now, where recording all of it would cost too much; then
            the target is what needs it, so that it is computed at all.
        owner: The object that is meant, where it is not the target.
    """

    key: str
    target: Any
    attr: str | None
    quantity: str
    shape: tuple[int, ...]
    kinds: tuple[str, ...]
    transform: np.ndarray | None = None
    labels: tuple[str, ...] = ()
    now: Callable[[Simulator], np.ndarray] | None = None
    owner: Any = None

    @property
    def size(self) -> int:
        """How many values are drawn."""
        return len(self.labels) or int(np.prod(self.shape))

    @property
    def spikes(self) -> bool:
        """Whether the values are spikes."""
        return self.kinds[0] == "raster"


def catalog(sim: Simulator) -> dict[str, Source]:
    """Everything that can be watched, by its key: what is probed first."""
    network = sim.model.toplevel
    found: dict[str, Source] = {}
    for source in _sources(sim, network):
        key, again = source.key, 2
        while key in found:
            key, again = f"{source.key} ({again})", again + 1
        found[key] = Source(**{**vars(source), "key": key})
    return found


def _sources(sim: Simulator, network: nengo.Network) -> Iterator[Source]:
    for probe in dict.fromkeys(network.all_probes):  # parts of nengo.spa are in two networks
        shape = tuple(sim.model.sig[probe]["in"].shape)
        kinds = ("raster", "lines", "image") if records_spikes(probe) else value_kinds(shape)
        yield Source(name_of(probe), probe, None, quantity_of(probe), shape, kinds)
    for ens in dict.fromkeys(network.all_ensembles):
        yield from _of_ensemble(ens)
    for node in dict.fromkeys(network.all_nodes):
        if node.size_out:
            shape = (node.size_out,)
            yield Source(f"{name_of(node)}: value", node, None, "value", shape, value_kinds(shape))
    for conn in dict.fromkeys(network.all_connections):
        if conn.learning_rule_type is not None:
            yield _weights(sim, conn)
    for part in members(network):
        if isinstance(part, nengo.Network):
            yield from _similarities(part)


def _of_ensemble(ens: nengo.Ensemble) -> Iterator[Source]:
    """The decoded value, and what its neurons do."""
    name, shape, neurons = name_of(ens), (ens.dimensions,), (ens.n_neurons,)
    yield Source(f"{name}: decoded value", ens, None, "decoded value", shape, value_kinds(shape))
    if isinstance(ens.neuron_type, nengo.Direct):
        return
    if ens.neuron_type.spiking:
        yield Source(
            f"{name}: spikes", ens.neurons, None, "spikes", neurons, ("raster", "lines", "image")
        )
    else:
        kinds = ("lines", "image")
        yield Source(f"{name}: rates", ens.neurons, None, "firing rate (Hz)", neurons, kinds)
    if "voltage" in ens.neurons.probeable:
        kinds = ("lines", "image")
        yield Source(f"{name}: voltage", ens.neurons, "voltage", "membrane voltage", neurons, kinds)


def _weights(sim: Simulator, conn: nengo.Connection) -> Source:
    """The weights of a connection that learns, as they are now."""
    post = conn.post_obj
    spiking = isinstance(post, nengo.Ensemble) and not isinstance(post.neuron_type, nengo.Direct)
    shape = np.shape(sim.data[conn].weights)[-2:]
    name = f"{name_of(conn)}: weights"
    return Source(
        name,
        post.neurons if spiking else post,
        None,
        "weight",
        shape,
        ("image",),
        owner=conn,
        now=lambda now: np.asarray(now.data[conn].weights),
    )


def _similarities(part: nengo.Network) -> Iterator[Source]:
    """How similar the output of a semantic-pointer network is to each pointer of its vocabulary."""
    output, vocab = (
        getattr(part, "output", None),
        getattr(part, "vocab", None),
    )  # as NengoSPA has them
    if vocab is None:
        output, vocab = getattr(part, "outputs", {}).get(
            "default", (None, None)
        )  # as nengo.spa has them
    keys = getattr(vocab, "keys", ())
    labels = tuple(keys() if callable(keys) else keys)
    if labels and output is not None:
        vectors = np.asarray(vocab.vectors).T
        name, kinds = f"{name_of(part)}: similarity", ("lines", "image")
        yield Source(
            name, output, None, "similarity", vectors.shape[:1], kinds, vectors, labels, owner=part
        )


def value_kinds(shape: tuple[int, ...]) -> tuple[str, ...]:
    """How values of a shape can be drawn."""
    size = int(np.prod(shape))
    if len(shape) > 1 or size > 4 * MAX_LINES:
        return ("image", "lines")
    if size == 1:
        return ("lines",)
    return ("lines", "xy", "image")


def find_source(sources: Mapping[str, Source], what: Any) -> Source:
    """The source that is meant by an object, a probe, a pair ``(object, attribute)``, or the key or
    label of one.

    Raises:
        LookupError: There is none; the message names those that there are.
    """
    target, attr = what if isinstance(what, tuple) else (what, None)
    for source in sources.values():
        meant = source.target if source.owner is None else source.owner
        if source.key == what or (meant is target and attr in (None, source.attr)):
            return source
        named = isinstance(what, str) and not isinstance(meant, nengo.Probe)
        if named and name_of(meant) == what:
            return source
        same_neurons = isinstance(target, nengo.ensemble.Neurons) and meant == target
        if same_neurons and attr == source.attr:
            return source
    name = what if isinstance(what, str) else name_of(target)
    raise LookupError(unknown("value to watch", str(name), list(sources)[:40]))


def input_nodes(sim: Simulator) -> dict[str, nengo.Node]:
    """The nodes whose output can be set, by name; equal names are told apart by a number."""
    found: dict[str, nengo.Node] = {}
    for node in sim.model.toplevel.all_nodes:
        if node.size_out and not node.size_in:
            name, again = name_of(node), 2
            while name in found:
                name, again = f"{name_of(node)} ({again})", again + 1
            found[name] = node
    return found
