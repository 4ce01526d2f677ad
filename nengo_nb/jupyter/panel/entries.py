"""Entries of the panel: variables with networks or simulators, and the state of each."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import Sizes, name_of, sizes_of
from nengo_nb.diagram.names import label_of
from nengo_nb.jupyter.live.run import LiveRun
from nengo_nb.jupyter.live.runs import live_runs
from nengo_nb.jupyter.protocol.panel import EntryKind, EntryState, Row
from nengo_nb.jupyter.session.registry import Session
from nengo_nb.jupyter.simulators import own_simulator

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
    """Variable with a network or a simulator, neither of which it keeps alive.

    Args:
        name: Name of the variable.
        kind: ``network``, ``simulator``, or ``other`` for a ``nengo.Simulator``.
        thing: Weak reference to the network or simulator.
        title: Label of the network, if it is not the variable's name.
        sizes: Numbers of neurons, ensembles and probes.
        dt: Length of a time step, in seconds.
    """

    name: str
    kind: EntryKind
    thing: weakref.ref[Any]
    title: str
    sizes: Sizes
    dt: float

    def simulator(self, session: Session) -> AnySimulator | None:
        """Return the simulator; None if there is none, or if the variable was bound anew."""
        thing = self.thing()
        if thing is None or session.shell.user_ns.get(self.name) is not thing:
            return None
        return session.held_simulator(self.name) if self.kind == "network" else thing

    def own_simulator(self, session: Session) -> Simulator | None:
        """Return the simulator if it is a ``nengo_nb.Simulator``."""
        return own_simulator(self.simulator(session))

    def network(self) -> nengo.Network | None:
        """Return the network, or None if it is gone."""
        thing = self.thing()
        return thing if thing is None or self.kind == "network" else thing.model.toplevel


def find_entries(session: Session) -> tuple[Entry, ...]:
    """Return the variables with networks, then those with simulators of none of them."""
    networks = [(name, session.network(name)) for name in session.names()]
    # A simulator of the session is shown with its network, also if a variable refers to it.
    in_session = {id(session.held_simulator(name)) for name, _ in networks}
    return (
        *(_entry(name, "network", net, net, session.options(name).dt) for name, net in networks),
        *(
            _entry(name, kind, sim, sim.model.toplevel, sim.dt)
            for name, kind, sim in _simulators(session)
            if id(sim) not in in_session
        ),
    )


def describe_entry(entry: Entry, sim: AnySimulator | None, state: EntryState, error: str) -> Row:
    """Return an entry as a message."""
    run = live_runs.find(sim)
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


def _entry(name: str, kind: EntryKind, thing: Any, network: nengo.Network, dt: float) -> Entry:
    title = label_of(network) if kind == "network" else name_of(network)
    return Entry(
        name,
        kind,
        weakref.ref(thing),
        "" if title == name else title,
        sizes_of(network),
        dt,
    )


def _simulators(session: Session) -> Iterator[tuple[str, EntryKind, AnySimulator]]:
    """Return the variables with simulators, each simulator once, without importing TensorFlow."""
    seen: set[int] = set()
    # A copy: this runs on the threads of panels, too, while a cell may bind variables.
    for name, value in list(session.shell.user_ns.items()):
        kind: EntryKind = "other" if own_simulator(value) is None else "simulator"
        is_simulator = kind == "simulator" or isinstance(value, nengo.Simulator)
        if is_simulator and not name.startswith("_") and id(value) not in seen:
            seen.add(id(value))
            yield name, kind, value


def _rate(sim: AnySimulator, run: LiveRun | None) -> float | None:
    """Return steps per second: of a playing live run with its waits, or of the last chunk."""
    if run is not None and run.playing and run.pacing.ratio:
        return run.pacing.ratio / sim.dt
    own = own_simulator(sim)
    return None if own is None else own.steps_per_second


def _memory(sim: AnySimulator) -> int:
    """Return the bytes of parameters and samples; of a ``nengo.Simulator``, of samples."""
    own = own_simulator(sim)
    if own is None:
        # data.raw has lists of samples: data itself would copy them into arrays for each report.
        data: Any = sim.data  # of which Nengo's simulator has the samples as they came, too
        samples = (data.raw[probe] for probe in set(sim.model.probes))
        return sum(len(recorded) * recorded[0].nbytes for recorded in samples if recorded)
    # Counted from numbers of samples, which any thread may read without taking turns.
    count = sum(count * probe.size_in for probe, count in own.recorded.items()) * (
        own.minibatch_size or 1
    )
    return int((own.parameter_count + count) * np.dtype(own.dtype).itemsize)
