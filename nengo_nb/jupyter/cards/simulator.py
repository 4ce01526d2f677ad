"""Cards of a simulator, of its plan, and of all networks with their simulators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import sizes_of
from nengo_nb.diagram.facts import count
from nengo_nb.diagram.names import label_of
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.outputs.card import Card
from nengo_nb.jupyter.probes import recorded, trace_probes
from nengo_nb.jupyter.simulators import own_simulator
from nengo_nb.plots import sparkline

from .findings import find_in

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

MOST_SPARKLINES = 8
"""Number of probes of which the card of a simulator shows a curve."""


def make_plan_card(plan: Any) -> Card:
    """Return the card of a plan, with a line for each stage."""
    return Card("Plan", (("stages", str(len(plan.stages))),), table=str(plan))


def make_simulator_card(sim: AnySimulator) -> Card:
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
    return Card(title, tuple(facts), (), drawings, findings=find_in(sim))


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


def make_list_card(networks: Mapping[str, tuple[nengo.Network, AnySimulator | None]]) -> Card:
    """Return the card of a notebook's networks, with the time that each has reached.

    Args:
        networks: Each network with its simulator, if one was built, by name.
    """
    facts = []
    for name, (network, sim) in networks.items():
        neurons = count(sizes_of(network).neurons, "neuron")
        facts.append(
            (name, f"{neurons}, {'not run yet' if sim is None else f'{sim.time:.3f} s simulated'}")
        )
    return Card(
        "Networks",
        tuple(facts),
        () if facts else ("There are none yet: a %%nengo cell makes one.",),
    )
