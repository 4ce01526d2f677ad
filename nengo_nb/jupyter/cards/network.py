"""Card of a network: counts, seed, warnings and the diagram."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import nengo

from nengo_nb.diagram import Box, BoxKind, Diagram, describe, draw, name_of, sizes_of
from nengo_nb.diagram.ends import base_of
from nengo_nb.diagram.facts import count, short
from nengo_nb.diagram.layout.view import open_to
from nengo_nb.diagram.names import label_of
from nengo_nb.diagram.tree import target_of
from nengo_nb.jupyter.diagrams.card import DiagramCard
from nengo_nb.jupyter.diagrams.notebook import notebook_diagrams
from nengo_nb.jupyter.labels import remember_names

from .findings import find_in


def make_network_card(network: nengo.Network, depth: int = 1) -> DiagramCard:
    """Return the card of a network: counts, seed, warnings, and the diagram.

    A diagram must never cost a cell: if it cannot be drawn, the facts are shown, and a sentence
    with the error.
    """
    remember_names(network)
    sizes = sizes_of(network)
    facts = (
        ("neurons", f"{sizes.neurons:,} in {count(sizes.ensembles, 'ensemble')}"),
        ("nodes", f"{sizes.nodes:,}"),
        ("connections", f"{sizes.connections:,}"),
        ("probes", _listed(network.all_probes, 12) or "none"),
        ("seed", "none: every build differs" if network.seed is None else short(network.seed)),
    )
    title = f"Network {label_of(network)}".rstrip()
    warnings = tuple(_network_warnings(network))
    try:
        diagram = describe(network)
        opened = open_to(diagram, depth)
        drawn = draw(diagram, opened)
    except Exception as error:  # whatever it is: the network can be simulated all the same
        warnings = (*warnings, NOT_DRAWN.format(type(error).__name__, error))
        # A box for the network itself, which the saved diagram needs.
        alone = Diagram((Box(BoxKind.NETWORK, label_of(network), None, objects=(network,)),), ())
        return DiagramCard(title, facts, warnings, diagram=alone)
    warnings = (*warnings, *_diagram_warnings(diagram))
    findings = find_in(notebook_diagrams().find_simulator(network))
    return DiagramCard(
        title, facts, warnings, findings=findings, diagram=diagram, opened=opened, drawn=drawn
    )


NOT_DRAWN = (
    "The diagram cannot be drawn ({}: {}). "
    "This is a mistake in nengo_nb and not in the network, which runs all the same."
)


def _listed(things: Collection[Any], most: int) -> str:
    """Return the names of the first objects, and the number of all others."""
    names = [name_of(thing) for thing in list(things)[:most]]
    return ", ".join(names) + (f" and {len(things) - most} more" if len(things) > most else "")


def _network_warnings(network: nengo.Network) -> tuple[str, ...]:
    """Return sentences about what may be missing in a network."""
    if not network.all_objects:
        return ("This network is empty.",)
    connected: set[int] = set()
    for connection in network.all_connections:
        connected.add(id(target_of(base_of(connection.pre))))
        connected.add(id(target_of(base_of(connection.post))))
    lonely = [
        name_of(ensemble) for ensemble in network.all_ensembles if id(ensemble) not in connected
    ]
    warnings = []
    if lonely:
        more = " …" if lonely[5:] else ""
        warnings.append(f"Not connected to anything: {', '.join(lonely[:5])}{more}.")
    if not network.all_probes:
        warnings.append("There are no probes, so a run records nothing: add nengo.Probe(...).")
    return tuple(warnings)


def _diagram_warnings(diagram: Diagram) -> Iterator[str]:
    """Yield sentences about parts that a diagram leaves out."""
    if diagram.outside:
        yield (
            f"Not drawn: {count(diagram.outside, 'connection')} to what is outside of this network."
        )
    if diagram.cut:
        yield (
            f"Not drawn one by one: the innermost {diagram.cut:,} parts; show(...) of an inner "
            "network does."
        )
