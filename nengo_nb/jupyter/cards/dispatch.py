"""Dispatch of cards by kind of object: networks, objects in them, simulators and plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo

from nengo_nb.diagram import built_facts, facts_of, name_of
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.outputs.card import Card

from .health import make_health_card
from .network import make_network_card
from .simulator import make_plan_card, make_simulator_card
from .tuning import make_tuning_card

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

OBJECTS = (nengo.Ensemble, nengo.ensemble.Neurons, nengo.Node, nengo.Connection, nengo.Probe)


def make_card(thing: Any, sim: AnySimulator | None = None, depth: int = 1) -> Card:
    """Return the card of a network, an object in it, a simulator, its plan, a
    tuning, or the health of a network.

    Args:
        thing: Object to show.
        sim: Simulator in which an object of a network was built, if there is one.
        depth: Number of levels that the diagram of a network shows.

    Raises:
        TypeError: There is no card for such an object.
    """
    if isinstance(thing, nengo.Network):
        return make_network_card(thing, depth)
    if isinstance(thing, OBJECTS):
        if sim is not None:
            remember_names(sim.model.toplevel)
        return make_object_card(thing, sim)
    # By attributes and not by classes: any backend's simulator, and no import of TensorFlow.
    if hasattr(thing, "trange") and hasattr(thing, "model"):
        return make_simulator_card(thing)
    if hasattr(thing, "stages") and hasattr(thing, "graph"):
        return make_plan_card(thing)
    if hasattr(thing, "curves") and hasattr(thing, "chosen"):
        return make_tuning_card(thing)
    if hasattr(thing, "findings") and hasattr(thing, "looked_at"):
        return make_health_card(thing)
    raise TypeError(
        f"there is no card for {type(thing).__name__}: it is no network, object of one, simulator, "
        "plan, tuning or health"
    )


def make_object_card(thing: Any, sim: AnySimulator | None = None) -> Card:
    """Return the card of an object in a network, with facts of its build if it has one."""
    facts = (*facts_of(thing), *(() if sim is None else built_facts(thing, sim.model)))
    return Card(f"{type(thing).__name__} {name_of(thing)}", facts)
