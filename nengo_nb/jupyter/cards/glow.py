"""Glow: while a simulator runs live, the boxes of its diagrams glow with what is recorded
of them.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING

import nengo
import numpy as np
from numpy.typing import NDArray

from nengo_nb.diagram.tree import target_of

if TYPE_CHECKING:
    from nengo_nb.jupyter.live.run import LiveRun
    from nengo_nb.simulator import Simulator

    from .channel import Channel

INTERVAL = 0.1
"""Seconds between two messages: a glow need not be smooth, and the plots come first."""

SAMPLES = 20
"""How many of the newest samples are averaged."""

BRIGHT = 200.0
"""Spikes per second and neuron at which a box glows fully."""


class Glow:
    """Listens to a live run, and tells every diagram of its network on the page how active its
    boxes are.

    Only what is recorded glows: nothing is computed that the simulation does not compute anyway.

    Args:
        run: The live run, which is not kept alive.
        channel: Where diagrams listen.
    """

    def __init__(self, run: LiveRun, channel: Channel) -> None:
        self._run = weakref.ref(run)
        self._channel = channel
        self._places: dict[str, dict[int, int]] = {}
        self._due = 0.0

    def mark(self) -> None:
        """Something has changed: tell it, unless it was told a moment ago."""
        run = self._run()
        sim = None if run is None else run.sim
        now = time.perf_counter()
        if sim is None or sim.closed or now < self._due:
            return
        self._due = now + INTERVAL
        self.rest(sim)

    def rest(self, sim: Simulator) -> None:
        """Tell how active everything is now."""
        active: dict[int, float] = {}
        for probe in sim.model.probes:
            thing, value = target_of(probe.obj), activity_at(sim, probe)
            active[id(thing)] = max(active.get(id(thing), 0.0), value)
        for name in self._channel.drawings_of(sim.model.toplevel):
            self._channel.tell_activity(name, self._values(name, active))

    def _values(self, name: str, active: dict[int, float]) -> NDArray[np.float32]:
        """A value for each box of a drawing."""
        boxes = self._channel.boxes_of(name)
        if name not in self._places:
            self._places[name] = {
                id(ref()): index for index, copies in enumerate(boxes) for ref in copies
            }
        values = np.zeros(len(boxes), np.float32)
        for thing, value in active.items():
            index = self._places[name].get(thing)
            if index is not None:
                values[index] = max(values[index], value)
        return values


def activity_at(sim: Simulator, probe: nengo.Probe) -> float:
    """How active the target of a probe is, from 0 to 1.

    Neurons by their mean rate, decoded values by their size in radii, and outputs of nodes by their
    size; anything else, a weight for instance, is no activity.
    """
    data = np.asarray(sim.data[probe])
    data = data if getattr(sim, "minibatch_size", None) is None else data[0]
    newest = data[-SAMPLES:]
    if not newest.size:
        return 0.0
    if isinstance(probe.obj, nengo.ensemble.Neurons) and probe.attr == "output":
        value = float(newest.mean()) / BRIGHT
    elif isinstance(probe.obj, nengo.Ensemble) and probe.attr == "decoded_output":
        value = float(np.abs(newest.mean(axis=0)).max()) / probe.obj.radius
    elif isinstance(probe.obj, nengo.Node):
        value = float(np.abs(newest[-1]).max())
    else:
        return 0.0
    return min(max(value, 0.0), 1.0) if np.isfinite(value) else 0.0
