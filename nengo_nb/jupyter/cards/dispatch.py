"""Dispatch of cards by kind of object: networks, objects in them, simulators and plans."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import Box, BoxKind, Diagram, describe, draw, facts_of, name_of, sizes_of
from nengo_nb.diagram.facts import count, short
from nengo_nb.diagram.layout.view import open_to
from nengo_nb.diagram.names import label_of
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.outputs.card import Card, DiagramCard
from nengo_nb.jupyter.probes import recorded, trace_probes
from nengo_nb.jupyter.simulators import own_simulator
from nengo_nb.plots import sparkline

if TYPE_CHECKING:
    from nengo_nb.jupyter.session import Session
    from nengo_nb.simulator.any_simulator import AnySimulator

MOST_SPARKLINES = 8
"""Number of probes of which the card of a simulator shows a curve."""

OBJECTS = (nengo.Ensemble, nengo.ensemble.Neurons, nengo.Node, nengo.Connection, nengo.Probe)


def card_of(thing: Any, sim: AnySimulator | None = None, depth: int = 1) -> Card:
    """Return the card of a network, an object in it, a simulator, or its plan.

    Args:
        thing: Object to show.
        sim: Simulator in which an object of a network was built, if there is one.
        depth: Number of levels that the diagram of a network shows.

    Raises:
        TypeError: There is no card for such an object.
    """
    if isinstance(thing, nengo.Network):
        return network_card(thing, depth)
    if isinstance(thing, OBJECTS):
        if sim is not None:
            remember_names(sim.model.toplevel)
        return object_card(thing, sim)
    # By attributes and not by classes: any backend's simulator, and no import of TensorFlow.
    if hasattr(thing, "trange") and hasattr(thing, "model"):
        return simulator_card(thing)
    if hasattr(thing, "stages") and hasattr(thing, "graph"):
        return plan_card(thing)
    raise TypeError(
        f"there is no card for {type(thing).__name__}: it is no network, object of one, simulator "
        "or plan"
    )


def network_card(network: nengo.Network, depth: int = 1) -> DiagramCard:
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
    return DiagramCard(title, facts, warnings, diagram=diagram, opened=opened, drawn=drawn)


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
    ends = [
        end
        for connection in network.all_connections
        for end in (connection.pre_obj, connection.post_obj)
    ]
    connected = {
        id(end.ensemble if isinstance(end, nengo.ensemble.Neurons) else end) for end in ends
    }
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


def object_card(thing: Any, sim: AnySimulator | None = None) -> Card:
    """Return the card of an object in a network, with facts of its build if it has one."""
    facts = (*facts_of(thing), *built_facts(thing, sim))
    return Card(f"{type(thing).__name__} {name_of(thing)}", facts)


def built_facts(thing: Any, sim: AnySimulator | None) -> Iterator[tuple[str, str]]:
    """Yield facts of an ensemble or a connection that are known once it is built."""
    if sim is None or thing not in sim.model.params:
        return
    built = sim.model.params[thing]
    if isinstance(thing, nengo.Ensemble):
        rates = np.asarray(built.max_rates)
        yield "built", f"max rates {rates.min():.0f} to {rates.max():.0f} Hz"
    errors = (getattr(built, "solver_info", None) or {}).get("rmses")
    if errors is not None:
        yield "solver error", f"{np.mean(errors):.3g} (root mean square)"


def plan_card(plan: Any) -> Card:
    """Return the card of a plan, with a line for each stage."""
    return Card("Plan", (("stages", str(len(plan.stages))),), table=str(plan))


def simulator_card(sim: AnySimulator) -> Card:
    """Return the card of a simulator: time, size, speed and recorded samples."""
    network = sim.model.toplevel
    remember_names(network)
    filled = recorded(sim, network.all_probes)
    facts = [
        ("time", f"{sim.time:.3f} s ({count(sim.n_steps, 'step')} of {sim.dt:g} s)"),
        ("neurons", f"{sizes_of(network).neurons:,}"),
        *_measured(sim),
        ("recorded", _bytes(sum(np.asarray(sim.data[probe]).nbytes for probe in filled))),
        *([("state", "closed")] if sim.closed else []),
    ]
    drawings = tuple(
        (trace.label, sparkline(trace)) for trace in trace_probes(sim, filled[:MOST_SPARKLINES])
    )
    if len(filled) > MOST_SPARKLINES:
        facts.append(("curves", f"of the first {MOST_SPARKLINES} of {count(len(filled), 'probe')}"))
    title = f"Simulator of {label_of(network) or 'an unnamed network'}"
    return Card(title, tuple(facts), (), drawings)


def _measured(sim: AnySimulator) -> Iterator[tuple[str, str]]:
    """Yield facts that only a ``nengo_nb.Simulator`` has: speed, parameters, minibatch and plan."""
    own = own_simulator(sim)
    if own is None:
        return
    speed = own.steps_per_second
    if speed is not None:
        yield "speed", f"{speed:.0f} steps per second, {speed * own.dt:.3g}× real time"
    yield "parameters", f"{own.parameter_count:,}"
    if own.minibatch_size is not None:
        yield "minibatch", count(own.minibatch_size, "item")
    if not own.closed:
        stages = own.plan.stages
        sorts = ", ".join(stage.kind.value for stage in stages)
        yield "plan", f"{count(len(stages), 'stage')}: {sorts}" if sorts else "nothing to compute"


def _bytes(size: int) -> str:
    """Return a number of bytes with a decimal unit."""
    units = ["B", "kB", "MB", "GB"]
    amount = float(size)
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.3g} {units[0]}"


def list_card(session: Session) -> Card:
    """Return the card of a notebook's networks, with the time that each has reached."""
    facts = []
    for name in session.names():
        sim = session.held_simulator(name)
        neurons = count(sizes_of(session.network(name)).neurons, "neuron")
        facts.append(
            (name, f"{neurons}, {'not run yet' if sim is None else f'{sim.time:.3f} s simulated'}")
        )
    return Card(
        "Networks",
        tuple(facts),
        () if facts else ("There are none yet: a %%nengo cell makes one.",),
    )
