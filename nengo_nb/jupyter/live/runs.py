"""Live runs of all simulators: one for each, which all of its views share."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from nengo_nb.jupyter.simulators import own_simulator

from .listener import RunObserver
from .run import LiveRun

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.any_simulator import AnySimulator


class LiveRuns:
    """Table of live runs by simulator."""

    def __init__(self) -> None:
        # A run holds its simulator weakly, for else the values of this table would keep its keys.
        self._runs: weakref.WeakKeyDictionary[Simulator, LiveRun] = weakref.WeakKeyDictionary()
        # A cell and the panel may ask at the same moment, and must get the same run.
        self._opening = threading.Lock()
        # Weak, so that an observer ends with its shell.
        self._observers: weakref.WeakSet[RunObserver] = weakref.WeakSet()

    def open(self, sim: Simulator) -> LiveRun:
        """Return the live run of a simulator; start one if there is none or the last has ended."""
        with self._opening:
            run = self._runs.get(sim)
            if run is not None and not run.ended:
                return run
            run = self._runs[sim] = LiveRun(sim)
        for observer in list(self._observers):
            observer.on_start(run)
        return run

    def find(self, sim: AnySimulator | None) -> LiveRun | None:
        """Return the live run of a simulator; None if none was ever started."""
        own = own_simulator(sim)
        return None if own is None else self._runs.get(own)

    def observe(self, observer: RunObserver) -> None:
        """Call an observer's ``on_start`` for every run there is, and for every one that starts."""
        self._observers.add(observer)
        for run in self.all():
            observer.on_start(run)

    def all(self) -> list[LiveRun]:
        """Return all live runs."""
        # By references, which are copied at once: other threads may start a run meanwhile.
        simulators = [reference() for reference in self._runs.keyrefs()]
        runs = [self._runs.get(sim) for sim in simulators if sim is not None]
        return [run for run in runs if run is not None]


live_runs = LiveRuns()
"""The table of this process, and not of a shell: whichever shell or thread asks for a simulator's
run must get the same one, as only one thread may advance a simulator.
"""
