"""Inputs that views add to what nothing that can be set drives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from .pointer_nodes import PointerNode, drivers_of
from .signals import Source
from .vocabularies import Declared, declared_inputs

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.run.dynamic_probes import Prepared

    from .run import LiveRun


def pointer_input(source: Source) -> Declared | None:
    """Return the input of the module of whose output a source is; None if it has none, or several.

    Args:
        source: Source that is compared with semantic pointers.
    """
    inputs = [] if source.owner is None else declared_inputs([source.owner])
    return inputs[0] if len(inputs) == 1 else None


def add_if_undriven(run: LiveRun, sources: Mapping[str, Source], thing: Any) -> str:
    """Give a module that nothing which can be set drives an input for pointers.

    Args:
        run: The run.
        sources: All sources of the network, by key.
        thing: The module, or its name.

    Returns:
        The name of the input; empty of what is driven, or can have none.
    """
    for source in sources.values():
        if source.vocabulary is None or not (thing is source.owner or thing == source.path):
            continue
        declared = pointer_input(source)
        if declared is None or drivers_of(source, run.expressions.nodes):
            continue
        name = name_of_input(source.path)
        node = _add(run, declared.target, name, source.path)
        run.expressions.add(name, PointerNode(node, None, name, declared.vocabulary, (declared,)))
        return name
    return ""


def add_input(run: LiveRun, target: nengo.Ensemble | nengo.Node, path: str) -> str:
    """Give an ensemble, or a node that hands on what it gets, an input; return its name.

    What is set there is added to what the target gets. It is compiled while the run goes on, and
    takes effect once that has ended. Where it fails, the run pauses with the error, and views take
    away what they have of the input.

    Args:
        run: The run.
        target: What gets the input.
        path: Name of the target.
    """
    name = name_of_input(path)
    if name not in run.overrides.settable:
        _add(run, target, name, path)
    return name


def name_of_input(path: str) -> str:
    """Return the name of the input that a view adds to something."""
    return f"input to {path}"


def find_target(
    sources: Mapping[str, Source], thing: Any
) -> tuple[nengo.Ensemble | nengo.Node, str] | None:
    """Return what a declaration of sliders means that can get an input, and its path.

    Args:
        sources: All sources of the network, by key.
        thing: An ensemble, a node that hands on what it gets, or the name of one.
    """
    for source in sources.values():
        target = source.target
        if source.owner is not None or source.attr is not None:
            continue
        # Probes have no path.
        is_meant = thing is target or (source.path and thing == source.path)
        if is_meant and takes_input(target):
            return target, source.path
    return None


def takes_input(thing: Any) -> bool:
    """Whether something may get an input: an ensemble, or a node that hands on what it gets."""
    if isinstance(thing, nengo.Node):
        return bool(thing.size_in) and thing.output is None
    return isinstance(thing, nengo.Ensemble)


def _add(run: LiveRun, target: nengo.Ensemble | nengo.Node, name: str, path: str) -> nengo.Node:
    # Neither is added to the network, which belongs to the user.
    node = nengo.Node(np.zeros(target.size_in), label=name, add_to_container=False)
    connection = nengo.Connection(node, target, synapse=None, add_to_container=False)
    run.overrides.add(name, node, path)

    def prepare(sim: Simulator) -> Prepared:
        return sim.prepare([], [connection])

    def take_effect(_: Prepared) -> None:
        run.overrides.ready(name)

    def fail(error: Exception) -> None:
        # What would be set without any effect must not be there to be set.
        run.overrides.fail(name)
        run.expressions.remove(name)
        run.fail(error)
        run.changed()

    run.widening.begin(run, prepare, take_effect, fail)
    return node
