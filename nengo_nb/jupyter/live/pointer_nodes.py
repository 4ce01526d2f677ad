"""Input nodes that put out semantic pointers, and what they drive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import nengo
import numpy as np

from nengo_nb.jupyter.labels import members, paths_in

from .signals import Source
from .similarities import path_of
from .vocabularies import Declared, Vocabulary, declared_inputs, declared_outputs, is_module


@dataclass(frozen=True)
class PointerNode:
    """Input node whose output is a pointer of a vocabulary.

    Args:
        node: The node.
        module: Module whose output it is; None where it is the modeller's own.
        title: Name of the module whose output it is, or else its own.
        vocabulary: Vocabulary of its pointers.
        feeds: Inputs of modules that it is connected to.
    """

    node: nengo.Node
    module: nengo.Network | None
    title: str
    vocabulary: Vocabulary
    feeds: tuple[Declared, ...]


def pointer_nodes(
    network: nengo.Network, nodes: Mapping[str, nengo.Node]
) -> dict[str, PointerNode]:
    """Return the input nodes that put out pointers, by name.

    These are outputs of modules, as a ``Transcode`` has one, and then nodes that a connection leads
    unchanged to the input of a module, as those of nengo.spa's ``Input`` are, or of symbols.

    Args:
        network: The whole network.
        nodes: Nodes that can be overridden, by name.
    """
    paths = paths_in(network)
    parts = [network, *(part for part in members(network) if isinstance(part, nengo.Network))]
    outputs = {id(output.target): output for output in declared_outputs(parts)}
    inputs = {id(each.target): each for each in declared_inputs(parts)}
    connections: dict[int, list[nengo.Connection]] = {}
    for conn in dict.fromkeys(network.all_connections):
        if id(conn.post) in inputs:
            connections.setdefault(id(conn.pre), []).append(conn)
    found = {}
    for name, node in nodes.items():
        fed = connections.get(id(node), [])
        output = outputs.get(id(node))
        vocabularies = [inputs[id(conn.post)].vocabulary for conn in fed if _is_identity(conn)]
        if output is not None:
            vocabularies.insert(0, output.vocabulary)
        if vocabularies:
            title = name if output is None else path_of(output, network, paths)
            feeds = tuple(inputs[id(conn.post)] for conn in fed)
            module = None if output is None else output.part
            found[name] = PointerNode(node, module, title, vocabularies[0], feeds)
    # A symbol within an action is of less interest than what the modeller has made as an input.
    return dict(sorted(found.items(), key=lambda item: id(item[1].node) not in outputs))


def _is_identity(conn: nengo.Connection) -> bool:
    """Whether a connection hands on what it gets."""
    if conn.function is not None:
        return False
    # NoTransform has no matrix, and Nengo 3 has a matrix of 1 in its place.
    matrix = np.asarray(getattr(conn.transform, "init", 1.0))
    return np.array_equal(matrix, np.eye(conn.size_mid) if matrix.ndim == 2 else 1.0)


def drivers_of(source: Source, nodes: Mapping[str, PointerNode]) -> list[str]:
    """Return the names of the pointer nodes that drive a module, of whose output a source is."""
    names = []
    for name, pointer_node in nodes.items():
        fed = [id(each.part) for each in pointer_node.feeds]
        if pointer_node.node is source.target or id(source.owner) in fed:
            names.append(name)
    return names


def why_undriven(source: Source, nodes: Mapping[str, PointerNode]) -> str:
    """Return a sentence on why nothing can be typed that drives a module."""
    titles = ", ".join(pointer_node.title for pointer_node in nodes.values())
    others = f"; what can be set: {titles}" if titles else ""
    return (
        f"No node that can be set is connected to {source.path} itself, so that no expression can "
        f"drive it; a Transcode or a Node that is connected to it could be set{others}"
    )


def constants_of_modules(network: nengo.Network) -> set[int]:
    """Return the ``id`` of each constant node that modules make, such as the bias of a thalamus."""
    parts = [part for part in members(network) if isinstance(part, nengo.Network)]
    modules = [part for part in parts if is_module(part)]
    nodes = [*_biases_of_gates(network, parts)]
    for module in modules:
        nodes += module.all_nodes
    return {id(node) for node in nodes if isinstance(node.output, np.ndarray)}


def _biases_of_gates(network: nengo.Network, parts: list[nengo.Network]) -> list[nengo.Node]:
    """Return the biases of action selections, which are not within the thalamus that they serve."""
    if not any(isinstance(getattr(part, "gates", None), dict) for part in parts):
        return []
    # By the label that the library gives: a thalamus has the last gate of each action alone. An
    # action that only sets something has no gate, and its bias leads nowhere.
    connections = network.all_connections
    others = {id(conn.pre_obj) for conn in connections if not _is_gate(conn.post_obj)}
    return [node for node in network.nodes if node.label == "bias" and id(node) not in others]


def _is_gate(post: object) -> bool:
    return isinstance(post, nengo.Ensemble) and (post.label or "").startswith("gate[")
