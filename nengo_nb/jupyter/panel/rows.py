"""The rows: what the variables of a notebook hold that can be simulated, and how far each is."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import Sizes, name_of, sizes_of
from nengo_nb.diagram.names import label_of
from nengo_nb.jupyter.live.run import LiveRun, known_run
from nengo_nb.jupyter.session import Session
from nengo_nb.jupyter.simulators import own_simulator

from .messages import Row

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.any_simulator import AnySimulator

WATCHED = (
    "This is Nengo's own simulator, which runs nowhere but in a cell and cannot be paused. A "
    "nengo_nb.Simulator of "
    "the same network can be run from here."
)


@dataclass(frozen=True)
class Entry:
    """A variable with a network or a simulator, and sizes as counted after the last cell. It keeps
    neither alive.

    Args:
        name: The variable.
        kind: ``network``, ``simulator``, or ``other`` for a simulator of Nengo's own.
        thing: What it means.
        title: What is simulated, where the variable does not say it.
        sizes: How large it is.
        dt: Length of a time step, in seconds.
    """

    name: str
    kind: str
    thing: weakref.ref[Any]
    title: str
    sizes: Sizes
    dt: float

    def simulator(self, session: Session) -> AnySimulator | None:
        """Its simulator; None if there is none, or if the variable means something else by now."""
        thing = self.thing()
        if thing is None or session.shell.user_ns.get(self.name) is not thing:
            return None
        return session.held_simulator(self.name) if self.kind == "network" else thing

    def own_simulator(self, session: Session) -> Simulator | None:
        """Its simulator, if it is one of this package."""
        return own_simulator(self.simulator(session))

    def network(self) -> nengo.Network | None:
        """Its network."""
        thing = self.thing()
        return thing if thing is None or self.kind == "network" else thing.model.toplevel


def find_entries(session: Session) -> tuple[Entry, ...]:
    """All variables that mean a network, then those that mean a simulator of another one."""
    networks = [(name, session.network(name)) for name in session.names()]
    held = {id(session.held_simulator(name)) for name, _ in networks}
    return (
        *(_entry(name, "network", net, net, session.options(name).dt) for name, net in networks),
        *(
            _entry(name, kind, sim, sim.model.toplevel, sim.dt)
            for name, kind, sim in _simulators(session)
            if id(sim) not in held
        ),
    )


def describe_entry(entry: Entry, sim: AnySimulator | None, state: str, error: str) -> Row:
    """A row of the panel."""
    run = known_run(sim)
    return Row(
        name=entry.name,
        kind=entry.kind,
        title=entry.title,
        neurons=entry.sizes.neurons,
        ensembles=entry.sizes.ensembles,
        probes=entry.sizes.probes,
        state=state,
        time=0.0 if sim is None else sim.time,
        goal=None if run is None else run.goal,
        dt=entry.dt,
        rate=None if sim is None else _rate(sim, run),
        memory=0 if sim is None or sim.closed else _memory(sim),
        error=error,
        reason=WATCHED if entry.kind == "other" else "",
    )


def _entry(name: str, kind: str, thing: Any, network: nengo.Network, dt: float) -> Entry:
    title = label_of(network) if kind == "network" else name_of(network)
    return Entry(
        name,
        kind,
        weakref.ref(thing),
        "" if title == name else title,
        sizes_of(network),
        dt,
    )


def _simulators(session: Session) -> Iterator[tuple[str, str, AnySimulator]]:
    """The variables that mean a simulator, each simulator once; without importing TensorFlow."""
    seen: set[int] = set()
    for name, value in list(session.shell.user_ns.items()):
        kind = "other" if own_simulator(value) is None else "simulator"
        known = kind == "simulator" or isinstance(value, nengo.Simulator)
        if known and not name.startswith("_") and id(value) not in seen:
            seen.add(id(value))
            yield name, kind, value


def _rate(sim: AnySimulator, run: LiveRun | None) -> float | None:
    """Steps per second: those of a live run, pauses included, while it runs; else those of
    the last chunk.
    """
    if run is not None and run.playing and run.ratio:
        return run.ratio / sim.dt
    own = own_simulator(sim)
    return None if own is None else own.steps_per_second


def _memory(sim: AnySimulator) -> int:
    """Bytes of parameters and of what was recorded; of Nengo's own simulator, of what was
    recorded.
    """
    own = own_simulator(sim)
    if own is None:
        data: Any = sim.data  # of which Nengo's simulator has the samples as they came, too
        samples = (data.raw[probe] for probe in set(sim.model.probes))
        return sum(len(recorded) * recorded[0].nbytes for recorded in samples if recorded)
    count = sum(count * probe.size_in for probe, count in own.recorded.items()) * (
        own.minibatch_size or 1
    )
    return int((own.parameter_count + count) * np.dtype(own.dtype).itemsize)
