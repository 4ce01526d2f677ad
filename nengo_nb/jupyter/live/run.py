"""A live run: a simulator that advances in a thread of its own, chunk by chunk, and takes
orders in between.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import nengo
import numpy as np
from nengo.exceptions import SimulatorClosed

from nengo_nb.jupyter.simulators import check_runs_live, own_simulator

from .controls import Controls
from .moments import Moments
from .targets import input_nodes

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.any_simulator import AnySimulator

log = logging.getLogger(__name__)

CHUNK_SECONDS = 0.03
"""Wall time of a chunk: a control is picked up as soon as that."""

Order = Callable[["Simulator"], None]


class Listener(Protocol):
    """Follows a live run. It is called on the run's thread, between two chunks."""

    def mark(self) -> None:
        """Something has changed."""

    def rest(self, sim: Simulator, /) -> None:
        """The simulation pauses."""


@dataclass(frozen=True)
class Reached:
    """Where a simulation is between two chunks.

    Args:
        n_steps: Steps taken.
        branch: Counts how often time went backwards.
        outputs: What each input node output last, by name, ``(batch, size)``.
        recorded: How many samples each probe has.
    """

    n_steps: int = 0
    branch: int = 0
    outputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    recorded: Mapping[nengo.Probe, int] = field(default_factory=dict)


class LiveRun:
    """What all views of one simulator share. It holds the simulator weakly: without one it ends.

    Args:
        sim: A ``nengo_nb.Simulator``.
    """

    doubted = False
    """Whether somebody let go of the simulator, who may have been the last."""

    def __init__(self, sim: Simulator) -> None:
        check_runs_live(sim)
        wake = self._wake = threading.Event()
        self._sim = weakref.ref(sim, lambda _: wake.set())
        sim.when_closed(wake.set)
        self.dt = sim.dt
        self.controls = Controls(input_nodes(sim))
        self.moments = Moments()
        self.speed: float | None = 1.0
        self.playing = False
        self.moving = False
        """Whether it is in a chunk, or will be: after a pause until the chunk in flight has
        ended.
        """
        self.compiling = False
        self.ended = ""
        self.error = ""
        self.ratio = 0.0
        self.reached = Reached()
        self._goal: int | None = None
        self._orders: deque[Order] = deque()
        self._due = 0.0
        self._listeners: weakref.WeakSet[Listener] = weakref.WeakSet()
        self._views: weakref.WeakSet[Listener] = weakref.WeakSet()
        self._publish(sim)
        self._thread = threading.Thread(
            target=_work,
            args=(weakref.ref(self), self._wake),
            name="nengo_nb-live-run",
            daemon=True,
        )
        weakref.finalize(self, self._wake.set)
        self._thread.start()

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""
        return self._sim()

    def require_simulator(self) -> Simulator:
        """The simulator.

        Raises:
            ValueError: It is gone.
        """
        sim = self._sim()
        if sim is None:
            raise ValueError("the simulator of this live view is gone")
        return sim

    @property
    def time(self) -> float:
        """Simulated time, in seconds."""
        return self.reached.n_steps * self.dt

    @property
    def goal(self) -> float | None:
        """The simulated time that it runs to, in seconds; None if it does not run, or runs
        until told otherwise.
        """
        return self._goal * self.dt if self.playing and self._goal is not None else None

    def listen(self, listener: Listener) -> None:
        """Call ``listener.mark()`` whenever something has changed, and
        ``listener.rest(sim)`` when it pauses.
        """
        self._listeners.add(listener)

    def enter(self, view: Listener) -> None:
        """A view shows it, and listens."""
        self._views.add(view)
        self.listen(view)

    def leave(self, view: Listener) -> None:
        """A view was closed; without any the run ends, as nobody could pause it."""
        self._listeners.discard(view)
        self._views.discard(view)
        if not self._views:
            self.end("its last view was closed")

    def changed(self) -> None:
        """Tell all listeners."""
        for listener in list(self._listeners):
            _tell(listener.mark)

    def rested(self, sim: Simulator) -> None:
        """Let all listeners keep a picture: the simulation pauses."""
        for listener in list(self._listeners):
            _tell(listener.rest, sim)

    # -- orders; each returns at once

    def play(self) -> None:
        """Run until told otherwise."""
        self._start(None)

    def step(self, n_steps: int = 1) -> None:
        """Run for some steps."""
        if n_steps < 1:
            raise ValueError(f"the number of steps must be positive (got {n_steps})")
        self._start(self.reached.n_steps + n_steps)

    def run_to(self, seconds: float) -> None:
        """Run to a simulated time.

        Raises:
            ValueError: It is over.
        """
        n_steps = seconds / self.dt
        goal = round(n_steps) if np.isfinite(n_steps) else 0
        if goal <= self.reached.n_steps:
            raise ValueError(
                f"{seconds:g} s is not ahead: the simulation is at {self.time:.3f} s already"
            )
        self._start(goal)

    def pause(self) -> None:
        """Stop after the chunk in flight."""
        self.playing = False
        self._notify()

    def set_speed(self, speed: float | None) -> None:
        """Simulated seconds per second; None is as fast as possible."""
        if speed is not None and not (np.isfinite(speed) and speed > 0):
            raise ValueError(f"a speed is a number above zero (got {speed})")
        self.speed = speed
        self._due = 0.0
        self._notify()

    def reset(self) -> None:
        """Go back to before the first step, after the chunk in flight."""

        def order(sim: Simulator) -> None:
            sim.reset(include_trainable=False)
            self.moments.clear()
            self.error = ""

        self.do(order)

    def go_back(self, seconds: float) -> None:
        """Go back to the last stored moment at or before a time; what came after it is
        forgotten.
        """
        self.playing = False
        self.do(lambda sim: sim.restore(self.moments.before(seconds)))

    def do(self, order: Order) -> None:
        """Call a function with the simulator between two chunks."""
        self._orders.append(order)
        self._notify()

    def end(self, reason: str) -> None:
        """Stop for good; the thread ends."""
        self.ended = self.ended or reason
        self.playing = False
        self._notify()

    def fail(self, error: Exception) -> None:
        """Pause, and tell why."""
        self.playing = self.moving = False
        self.error = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

    def doubt(self) -> None:
        """Somebody let go of the simulator: if nobody else holds it, collect it now and not
        some time later.
        """
        self.doubted = True
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; returns whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _start(self, goal: int | None) -> None:
        if self.ended:
            raise ValueError(f"this simulation cannot go on: {self.ended}")
        self._goal, self._due, self.error, self.playing = goal, 0.0, "", True
        self._notify()

    def _notify(self) -> None:
        self._wake.set()
        self.changed()

    # -- the thread

    def turn(self) -> float | None:
        """Carry out orders, then run a chunk; returns how long to wait, None for until woken."""
        sim = self._sim()
        self.moving = False
        if sim is None or sim.closed:
            self.end("its simulator was closed" if sim is not None else "its simulator is gone")
            return None
        was_playing = self.playing or bool(self._orders)
        while self._orders:
            self._attempt(sim, self._orders.popleft())
        if self.playing:
            self.moving = True
            self._attempt(sim, self._chunk)
        self.moving = self.playing
        self._publish(sim)
        if was_playing and not self.playing:
            self.rested(sim)
        return max(self._due - time.perf_counter(), 0.0) if self.playing else None

    def _attempt(self, sim: Simulator, order: Order) -> None:
        """Carry out an order; what fails is told, and pauses."""
        try:
            order(sim)
        except SimulatorClosed:
            self.playing = False
        except Exception as error:
            self.fail(error)

    def _chunk(self, sim: Simulator) -> None:
        begin, speed = time.perf_counter(), self.speed
        if self.moments.is_due(sim.time):
            self.moments.keep(sim.snapshot())
        count = self._count(sim, speed)
        if sim.steps_per_second is None:
            self.compiling = True
            self.changed()
        try:
            feeds = self.controls.feeds(count, sim.minibatch_size or 1)
            sim.run_steps(count, data=feeds, progress_bar=False)
        finally:
            self.compiling = False
        if self._goal is not None and sim.n_steps >= self._goal:
            self.playing = False
        now = time.perf_counter()
        if (
            speed is not None and speed == self.speed
        ):  # a new speed need not wait for a chunk of the old one
            beat = self._due if begin - self._due < CHUNK_SECONDS else begin
            self._due = beat + count * self.dt / speed
        seconds = max(now, self._due) - begin
        self.ratio += (
            0.2 * (count * self.dt / seconds - self.ratio)
            if self.ratio
            else count * self.dt / seconds
        )

    def _count(self, sim: Simulator, speed: float | None) -> int:
        """How many steps to take in one chunk: as many as the speed asks for, if the
        machine is fast enough.
        """
        possible = max(int((sim.steps_per_second or 500) * CHUNK_SECONDS), 1)
        wanted = possible if speed is None else speed * CHUNK_SECONDS / self.dt  # may be infinite
        count = max(round(min(possible, wanted)), 1)
        return count if self._goal is None else max(min(count, self._goal - sim.n_steps), 1)

    def _publish(self, sim: Simulator) -> None:
        """Let views know where the simulation is."""
        outputs = sim.outputs
        names = {node: name for name, node in self.controls.nodes.items()}
        found = {names[node]: values for node, values in outputs.items() if node in names}
        branch = self.reached.branch + (sim.n_steps < self.reached.n_steps)
        self.reached = Reached(sim.n_steps, branch, found, sim.recorded)
        self.changed()


def _work(reference: weakref.ref[LiveRun], wake: threading.Event) -> None:
    """Turn after turn. While it waits the thread holds nothing, so that everything else can
    be collected.
    """
    while True:
        run = reference()
        if run is None:
            return
        wake.clear()
        wait = _turn(run)
        if run.ended:
            run.changed()
            return
        doubted, run.doubted = run.doubted, False
        del run
        if doubted:
            gc.collect()
        wake.wait(wait)


def _tell(listen: Callable[..., None], *news: Any) -> None:
    """Call a listener; one that fails is no trouble of the simulation's."""
    try:
        listen(*news)
    except Exception:
        log.exception("a view could not follow a live run")


def _turn(run: LiveRun) -> float | None:
    """A turn, after which the thread goes on whatever has happened: an error pauses the
    run, and is told.
    """
    try:
        wait = run.turn()
    except Exception as error:
        log.exception("a live run was paused by an error")
        run.fail(error)
        run.changed()
        return None
    # A simulation may be so slow that its next step is beyond all clocks; it is woken by whoever
    # makes it faster.
    return wait if wait is None else min(wait, threading.TIMEOUT_MAX)


_runs: weakref.WeakKeyDictionary[Simulator, LiveRun] = weakref.WeakKeyDictionary()


def run_of(sim: Simulator) -> LiveRun:
    """The one live run of a simulator, started if there is none."""
    if sim not in _runs or _runs[sim].ended:
        _runs[sim] = LiveRun(sim)
    return _runs[sim]


def known_run(sim: AnySimulator | None) -> LiveRun | None:
    """The live run of a simulator, if it was ever started."""
    own = own_simulator(sim)
    return None if own is None else _runs.get(own)
