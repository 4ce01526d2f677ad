"""Watched and alone: in the kernel of the benchmark ``live``, what a live view costs its
simulation.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import psutil

from nengo_nb.jupyter.live.frame_scheduler import INTERVAL, Pace
from nengo_nb.jupyter.live.view import LiveView

SETTLE, SECONDS = 0.5, 2.0
"""How long a simulation runs before it is measured, and while."""


@dataclass(frozen=True)
class Mode:
    """How it runs.

    Args:
        title: What that is called.
        speed: Multiple of real time; None is as fast as possible.
        every: Whether thirty frames a second are sent however busy the machine is.
        alone: Whether kernel and browser have a processor each.
    """

    title: str
    speed: float | None = None
    every: bool = False
    alone: bool = False


MODES = (
    Mode("in real time", 1.0),
    Mode("as fast as possible"),
    Mode("as fast as possible, 30 frames a second", every=True),
    Mode("as fast as possible, 30 frames a second, one processor for the kernel and another for "
         "the browser",
         every=True, alone=True),
)  # fmt: skip


class Processes:
    """All that takes processor time: the kernel, the server, and what the browser consists of."""

    def __init__(self) -> None:
        kernel = psutil.Process()
        server = kernel.parent()
        everything = server.parent().children(recursive=True)
        self._groups = defaultdict(list)
        for process in everything:
            command = " ".join(process.cmdline())
            if process in (kernel, server):
                self._groups["kernel" if process == kernel else "server"].append(process)
            elif "--type=renderer" in command:
                self._groups["page"].append(process)
            elif "--type=" in command or "chrom" in process.name():
                self._groups["rest of the browser"].append(process)

    def seconds(self) -> dict[str, float]:
        """Processor time of each, so far."""
        return {name: sum(map(_busy, group)) for name, group in self._groups.items()}

    def separate(self, apart: bool) -> None:
        """Give the kernel the first processor and everything else the others, or all to all."""
        every = set(range(os.cpu_count() or 1))
        for name, group in self._groups.items():
            own = {0} if name == "kernel" else every - {0}
            chosen = own if apart else every
            for process in group:
                _pin(process, chosen)


def _pin(process: psutil.Process, processors: set[int]) -> None:
    """Have all threads of a process run on some of the processors."""
    for thread in _threads(process):
        with contextlib.suppress(ProcessLookupError):  # it has ended since
            os.sched_setaffinity(thread, processors)


def _threads(process: psutil.Process) -> list[int]:
    try:
        return [thread.id for thread in process.threads()]
    except psutil.NoSuchProcess:
        return []


def _busy(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def measure(view: LiveView, processes: Processes, watched: bool) -> dict[str, Any]:
    """Let it run from the start for a while; what happened in a second."""
    scheduler, sim, never = view.widget.frame_scheduler, view.sim, threading.Event()
    assert sim is not None, "the simulator was closed"
    views = dict(scheduler._hidden)
    if not watched:
        scheduler._hidden.clear()  # as if there were none
    before = sim.n_steps
    view.run.reset()
    # It comes after the chunk in flight, and puts the samples aside.
    while sim.n_steps >= before > 0:
        never.wait(0.01)
    never.wait(SETTLE)
    steps, sent, busy, at, begin = (
        sim.n_steps,
        scheduler.sent,
        processes.seconds(),
        time.time(),
        time.perf_counter(),
    )
    never.wait(SECONDS)
    took = time.perf_counter() - begin
    used = {name: (seconds - busy[name]) / took for name, seconds in processes.seconds().items()}
    scheduler._hidden.update(views)
    return {
        "begin": at,
        "end": at + took,
        "steps": (sim.n_steps - steps) / took,
        "sent": (scheduler.sent - sent) / took,
        "used": used,
    }


def compare(view: LiveView, pairs: int, rows: list[Any]) -> None:
    """Measure all modes, watched and alone in alternation; then let it run on for what is
    drawn to be recorded.
    """
    processes, scheduler = Processes(), view.widget.frame_scheduler
    own_pace = scheduler._pace
    try:
        for number, mode in enumerate(MODES):
            scheduler._pace = (lambda: Pace(INTERVAL)) if mode.every else own_pace
            processes.separate(mode.alone)
            view.play(mode.speed)
            measure(view, processes, True)  # what comes first is slower
            for pair in range(pairs):
                first = pair % 2 == 0
                found = {
                    watched: measure(view, processes, watched) for watched in (first, not first)
                }
                rows.append([number, found[True], found[False]])
    finally:  # as whoever waits for its end sees it pause
        processes.separate(False)
        scheduler._pace = own_pace
        view.pause()
        view.run.reset()


def run_on(view: LiveView) -> None:
    """Run as fast as possible and in real time."""
    never = threading.Event()
    for speed in (None, 1.0):
        view.play(speed)
        never.wait(2.0)
    view.pause()
