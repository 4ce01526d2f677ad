"""Activity of a live run, shown as a glow of the boxes of its network's diagrams."""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING

import nengo
import numpy as np
from numpy.typing import NDArray

from nengo_nb.diagram.tree import target_of

from .comm import DiagramComm

if TYPE_CHECKING:
    from nengo_nb.jupyter.live.listener import ObservedRun
    from nengo_nb.simulator import Simulator

INTERVAL = 0.1
"""Seconds between two messages: a glow need not be smooth, and the plots come first."""

SAMPLES = 20
"""Number of newest samples that are averaged."""

BRIGHT = 200.0
"""Mean firing rate of a population, in Hz, at which a box glows fully."""


class Activity:
    """Observer of all live runs that has each of them followed by a listener.

    Args:
        comm: Comm of the diagrams.
    """

    def __init__(self, comm: DiagramComm) -> None:
        self._comm = comm
        # Runs hold their listeners weakly, so that these end here, with their run.
        self._listeners: weakref.WeakKeyDictionary[ObservedRun, ActivityListener] = (
            weakref.WeakKeyDictionary()
        )

    def on_start(self, run: ObservedRun) -> None:
        """Follow a live run."""
        listener = self._listeners[run] = ActivityListener(run, self._comm)
        run.listen(listener)


class ActivityListener:
    """Listener of a live run that sends activity to all diagrams of its network.

    Activity is that of recorded signals alone: nothing is computed for it that the simulation does
    not compute.

    Args:
        run: Live run, held weakly.
        comm: Comm of the diagrams.
    """

    def __init__(self, run: ObservedRun, comm: DiagramComm) -> None:
        self._run = weakref.ref(run)
        self._comm = comm
        self._places: dict[str, dict[int, int]] = {}
        # Read and written by several threads without a lock: at worst one message more is sent.
        self._due = 0.0

    def on_change(self) -> None:
        """Send activity, at most every ``INTERVAL`` seconds. Called on any thread."""
        run = self._run()
        sim = None if run is None else run.sim
        now = time.perf_counter()
        if sim is None or sim.closed or now < self._due:
            return
        self._due = now + INTERVAL
        self.on_pause(sim)

    def on_pause(self, sim: Simulator) -> None:
        """Send the present activity, also once more when the run pauses."""
        active: dict[int, float] = {}
        for probe in sim.model.probes:
            thing, value = target_of(probe.obj), activity_at(sim, probe)
            active[id(thing)] = max(active.get(id(thing), 0.0), value)
        for name in self._comm.drawings_of(sim.model.toplevel):
            self._comm.tell_activity(name, self._values(name, active))

    def _values(self, name: str, active: dict[int, float]) -> NDArray[np.float32]:
        """Return the activity of each box of a drawing, ``(boxes,)``."""
        boxes = self._comm.boxes_of(name)
        # ids are looked up once for each drawing; its network lives, as its simulator runs.
        if name not in self._places:
            places = self._places[name] = {}
            for box, copies in enumerate(boxes):
                places.update({id(reference()): box for reference in copies})
        values = np.zeros(len(boxes), np.float32)
        for thing, value in active.items():
            index = self._places[name].get(thing)
            if index is not None:
                values[index] = max(values[index], value)
        return values


def activity_at(sim: Simulator, probe: nengo.Probe) -> float:
    """Return the activity of a probe's target, from 0 to 1.

    It is the mean rate of neurons, the largest dimension of a decoded value in radii, or that of a
    node's output; any other signal, such as a weight, counts as none.
    """
    data = np.asarray(sim.data[probe])
    # The first item of a minibatch stands for all.
    data = data if getattr(sim, "minibatch_size", None) is None else data[0]
    newest = data[-SAMPLES:]
    if not newest.size:
        return 0.0
    if isinstance(probe.obj, nengo.ensemble.Neurons) and probe.attr == "output":
        # Spikes are recorded as 1 / dt and rates in Hz, so the mean is a rate in Hz either way.
        value = float(newest.mean()) / BRIGHT
    elif isinstance(probe.obj, nengo.Ensemble) and probe.attr == "decoded_output":
        value = float(np.abs(newest.mean(axis=0)).max()) / probe.obj.radius
    elif isinstance(probe.obj, nengo.Node):
        value = float(np.abs(newest[-1]).max())
    else:
        return 0.0
    return min(max(value, 0.0), 1.0) if np.isfinite(value) else 0.0
