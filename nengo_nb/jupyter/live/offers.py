"""Offers to draw or steer an object in a live view, as far as its network alone tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import nengo

from nengo_nb.diagram import name_of

from .added_inputs import takes_input
from .html_views import HTML, shows_html
from .vocabularies import declared_outputs

MOST_NODES = 4
"""Number of nodes that are offered to steer what they feed."""


@dataclass(frozen=True)
class Offer:
    """Offer to draw a signal of an object in a live view, or to steer a node.

    Args:
        key: Name of it, unique among the offers of an object.
        label: A word or two for a button.
        about: Sentence on what it does.
        target: What is drawn, as a plot is declared with it, or what is steered: a node, or what
            gets an input for it.
        attr: Attribute of the target that is drawn; None for the usual one.
        steers: Whether the target is steered, and not drawn.
    """

    key: str
    label: str
    about: str
    target: Any
    attr: str | None = None
    steers: bool = False


def make_offers(thing: Any, network: nengo.Network) -> tuple[Offer, ...]:
    """Return what can be drawn or steered of an object, the usual offer first.

    Args:
        thing: Ensemble, node, connection or network.
        network: Network that is shown with it, in which the nodes that feed it are looked for.
    """
    match thing:
        case nengo.Ensemble():
            return (*_of_ensemble(thing), *_of_inputs(thing, network))
        case nengo.Node():
            return (*_of_node(thing), *(_of_inputs(thing, network) if takes_input(thing) else ()))
        case nengo.Connection():
            return tuple(_of_connection(thing))
        case nengo.Network():
            return tuple(_of_network(thing))
    return ()


def _of_ensemble(ensemble: nengo.Ensemble) -> Iterator[Offer]:
    name = name_of(ensemble)
    yield Offer("value", "Watch", f"Plot the decoded value of {name} in a live view.", ensemble)
    if isinstance(ensemble.neuron_type, nengo.Direct):
        return
    word = "spikes" if ensemble.neuron_type.spiking else "rates"
    about = f"Plot the {word} of the neurons of {name} in a live view."
    yield Offer("neurons", f"Watch {word}", about, ensemble.neurons)


def _of_inputs(thing: nengo.Ensemble | nengo.Node, network: nengo.Network) -> Iterator[Offer]:
    """Yield offers to steer the first nodes that feed something, or else an input of its own."""
    nodes = _input_nodes(thing, network)
    if not nodes:
        about = f"Add what is set in a live view to the input of {name_of(thing)}."
        yield Offer("steer", "Steer", about, thing, steers=True)
    for number, node in enumerate(nodes[:MOST_NODES]):
        about = f"Set {name_of(node)}, which feeds {name_of(thing)}, in a live view."
        yield Offer(f"input {number}", f"Steer {name_of(node)}", about, node, steers=True)


def _of_node(node: nengo.Node) -> Iterator[Offer]:
    name = name_of(node)
    if node.size_out:
        yield Offer("value", "Watch", f"Plot the output of {name} in a live view.", node)
    if callable(node.output) and shows_html(node.output):
        about = f"Show the page of {name} in a live view."
        yield Offer("html", "Watch page", about, node, HTML)
    if _is_input(node):
        about = f"Set the output of {name} in a live view, until it is released."
        yield Offer("steer", "Steer", about, node, steers=True)


def _of_connection(conn: nengo.Connection) -> Iterator[Offer]:
    if conn.learning_rule_type is not None:
        about = f"Plot the weights of {name_of(conn)} in a live view, as it learns."
        yield Offer("weights", "Watch weights", about, conn)


def _of_network(network: nengo.Network) -> Iterator[Offer]:
    name = name_of(network)
    for number, output in enumerate(declared_outputs([network])):
        about = f"Plot how similar {output.name or name} is to semantic pointers in a live view."
        label = f"Watch {output.name}" if output.name else "Watch similarity"
        yield Offer(f"similarity {number}", label, about, output.target, SIMILARITY)
    usual = getattr(network, "output", None)
    if isinstance(usual, nengo.Node | nengo.Ensemble) and usual.size_out:
        about = f"Plot the output of {name} in a live view."
        yield Offer("output", "Watch output", about, usual)


SIMILARITY = "similarity"
"""Attribute that stands for the similarity of a target to the pointers of its vocabulary."""


def _input_nodes(thing: nengo.Ensemble | nengo.Node, network: nengo.Network) -> list[nengo.Node]:
    """Return the nodes of which an object gets its input, also through nodes that hand it on."""
    sources: dict[int, list[Any]] = {}
    for conn in network.all_connections:
        sources.setdefault(id(conn.post_obj), []).append(conn.pre_obj)
    nodes: dict[int, nengo.Node] = {}
    waiting: list[Any] = [thing]
    while waiting:
        for node in _nodes(sources.get(id(waiting.pop()), [])):
            is_new = id(node) not in nodes
            nodes[id(node)] = node
            if is_new and node.size_in and node.output is None:
                waiting.append(node)
    return [node for node in nodes.values() if _is_input(node)]


def _nodes(things: Iterable[Any]) -> Iterator[nengo.Node]:
    return (thing for thing in things if isinstance(thing, nengo.Node))


def _is_input(node: nengo.Node) -> bool:
    """Whether a node puts out values of its own, which can be overridden."""
    return bool(node.size_out) and not node.size_in
