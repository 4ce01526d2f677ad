"""Live run: advances a simulator on a thread of its own; see ``docs/developing/threads.md``."""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from nengo.exceptions import SimulatorClosed

from nengo_nb.jupyter.simulators import check_runs_live

from .checkpoints import Checkpoints
from .expressions import Expressions
from .failures import sentence_of_failure, traceback_of
from .history_limit import HistoryLimit
from .input_log import InputLog
from .kept_runs import KeptRuns
from .listener import Listener, tell
from .overrides import Overrides
from .pacing import Pacing
from .pointer_nodes import pointer_nodes
from .reached import Reached
from .run_thread import work
from .signals import input_nodes

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

Order = Callable[["Simulator"], None]


class LiveRun:
    """Background run of one simulator for all its views. It holds the simulator weakly.

    Args:
        sim: A ``nengo_nb.Simulator``.
    """

    doubted = False
    """Whether to collect garbage once, as the simulator may have lost its last owner."""

    def __init__(self, sim: Simulator) -> None:
        check_runs_live(sim)
        # Thread, callbacks and finalizer hold this event and never the run: a
        # bound method of the run would keep the run alive, and its thread with it.
        wake = self._wake = threading.Event()
        self._sim = weakref.ref(sim, lambda _: wake.set())
        # A simulator that was closed may be gone before the thread looks at it.
        closed = self._closed = threading.Event()

        def end() -> None:
            closed.set()
            wake.set()

        # A simulator outlives many runs, and would keep a call of each.
        weakref.finalize(self, sim.when_closed(end))
        self.dt = sim.dt
        self.overrides = Overrides(input_nodes(sim))
        pointers = pointer_nodes(sim.model.toplevel, self.overrides.nodes)
        self.expressions = Expressions(self.overrides, pointers)
        self.input_log = InputLog()
        self.checkpoints = Checkpoints()
        self.pacing = Pacing(sim.dt)
        self.playing = False
        self.moving = False
        """Whether a chunk is in flight or follows; after ``pause``, until the chunk has ended."""
        self.compiling = False
        self.ended = ""
        self.error = ""
        self.traceback = ""
        """User's lines that led to the error; empty where none did."""
        self.reached = Reached()
        self.history_limit = HistoryLimit()
        self.kept_runs = KeptRuns()
        self._goal: int | None = None
        # Held where an end that the run's thread has found must not undo what another thread asks
        # for in that moment. Nothing is called while it is held.
        self._asking = threading.Lock()
        # Number of starts asked for so far: what was asked for or begun before the last one must
        # not pause it.
        self._starts = 0
        # Whether something was played or done since listeners were last told of a pause. Another
        # thread may have paused long before the run's thread finds that it has to tell.
        self._untold = False
        # Orders with the starts before them. Any thread appends: append and popleft of a deque
        # are atomic.
        self._orders: deque[tuple[Order, int]] = deque()
        # Weak, so that a listener ends with its widget and not with the run.
        self._listeners: weakref.WeakSet[Listener] = weakref.WeakSet()
        self._views: weakref.WeakSet[Listener] = weakref.WeakSet()
        self._publish(sim)
        self._thread = threading.Thread(
            target=work,
            args=(weakref.ref(self), self._wake),
            name="nengo_nb-live-run",
            daemon=True,
        )
        # Wakes a thread that waits without a timeout, so that it finds the run gone and returns.
        weakref.finalize(self, self._wake.set)
        self._thread.start()

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""
        return self._sim()

    def require_simulator(self) -> Simulator:
        """Return the simulator; raise ValueError if it is gone."""
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
        """Simulated time at which it pauses by itself, in seconds, or None."""
        goal = self._goal
        return goal * self.dt if self.playing and goal is not None else None

    def listen(self, listener: Listener) -> None:
        """Call a listener's ``on_change`` at every change, ``on_pause`` when the run pauses."""
        self._listeners.add(listener)

    @property
    def views(self) -> list[Listener]:
        """Views that show it, in no order."""
        return list(self._views)

    def enter(self, view: Listener) -> None:
        """Add a view, which listens and keeps the run going."""
        self._views.add(view)
        self.listen(view)

    def leave(self, view: Listener) -> None:
        """Remove a closed view. The last one ends the run, as nothing could pause it then."""
        sim = self.sim
        # It will not be there at the next pause, and would leave the picture of the one before.
        if sim is not None and self.playing and view in self._views:
            tell(view.on_pause, sim)
        self._listeners.discard(view)
        self._views.discard(view)
        if not self._views:
            self.end("its last view was closed")
            self.kept_runs.clear()

    def changed(self) -> None:
        """Call ``on_change`` of all listeners, on the calling thread."""
        # A copy, because other threads add listeners meanwhile.
        for listener in list(self._listeners):
            tell(listener.on_change)

    def rested(self, sim: Simulator) -> None:
        """Call ``on_pause`` of all listeners, who keep a picture then."""
        for listener in list(self._listeners):
            tell(listener.on_pause, sim)

    # -- orders; each returns at once

    def play(self) -> None:
        """Run until paused."""
        self._start(None)

    def step(self, n_steps: int = 1) -> None:
        """Run for ``n_steps`` steps."""
        if n_steps < 1:
            raise ValueError(f"the number of steps must be positive (got {n_steps})")
        self._start(self.reached.n_steps + n_steps)

    def run_to(self, seconds: float) -> None:
        """Run to a simulated time in seconds; raise ValueError if it has been reached."""
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
        """Set simulated seconds per second of wall time; None is as fast as possible."""
        self.pacing.set_speed(speed)
        self._notify()

    def reset(self) -> None:
        """Go back to time zero after the chunk in flight; trained parameters stay.

        The samples that were recorded are kept as a run.
        """

        def order(sim: Simulator) -> None:
            self.kept_runs.keep(sim, 0, self.reached.branch)
            sim.reset(include_trainable=False)
            self.checkpoints.clear()
            self.history_limit.begin_anew()
            self.history_limit.apply(sim, self.kept_runs)
            self.error = ""

        self.do(order)

    def go_back(self, seconds: float) -> None:
        """Restore the last checkpoint at or before a time in seconds; later data are kept as a run.

        Raises:
            ValueError: There is none.
        """
        self.checkpoints.before(seconds)

        def order(sim: Simulator) -> None:
            # A reset that was asked for meanwhile has dropped them, and has gone back further.
            if self.checkpoints.times:
                snapshot = self.checkpoints.cut(seconds)
                self.kept_runs.keep(sim, snapshot.n_steps, self.reached.branch)
                sim.restore(snapshot)
                self.history_limit.apply(sim, self.kept_runs)

        self.playing = False
        self.do(order)

    def do(self, order: Order) -> None:
        """Queue a function of the simulator, called on the run's thread between two chunks."""
        # Orders, a reset for instance, change the picture as well.
        with self._asking:
            self._orders.append((order, self._starts))
            self._untold = True
        self._notify()

    def end(self, reason: str) -> None:
        """Stop for good; the thread ends. The first reason given is the one that views show."""
        self.ended = self.ended or reason
        self.playing = False
        self._notify()

    def fail(self, error: BaseException, starts: int | None = None) -> None:
        """Show an error as a sentence with the user's lines in the views, and pause.

        Args:
            error: The error.
            starts: Number of starts before what failed. A run that was started after that goes on.
        """
        self._stop(self._starts if starts is None else starts)
        self.moving = self.playing
        # The traceback first, as views show it where there is a sentence.
        self.traceback = traceback_of(error)
        self.error = sentence_of_failure(error)

    def doubt(self) -> None:
        """Have garbage collected soon, as the simulator may just have lost its last owner."""
        self.doubted = True
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread's end; returns whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _start(self, goal: int | None) -> None:
        if self.ended:
            raise ValueError(f"this simulation cannot go on: {self.ended}")
        self.pacing.start()
        with self._asking:
            self._starts += 1
            self._untold = True
            # Assigned from left to right: the thread may look in between, so playing comes last.
            self._goal, self.error, self.playing = goal, "", True
        self._notify()

    def _stop(self, starts: int) -> None:
        """Pause, unless the run was started again since there were so many starts."""
        with self._asking:
            if self._starts == starts:
                self.playing = False

    def _notify(self) -> None:
        self._wake.set()
        self.changed()

    # -- the thread

    def turn(self) -> float | None:
        """Carry out orders, then run a chunk; return the seconds to wait, None for until woken."""
        sim = self._sim()
        self.moving = False
        if sim is None or sim.closed:
            was_closed = sim is not None or self._closed.is_set()
            self.end("its simulator was closed" if was_closed else "its simulator is gone")
            self._orders.clear()
            # What was recorded can still be read, and played on until it was closed.
            if sim is not None and self._is_to_tell():
                self.rested(sim)
            return None
        while self._orders:
            order, starts = self._orders.popleft()
            self._attempt(sim, order, starts)
        # Read after the orders, which may pause; another thread may pause or play at any time.
        if self.playing:
            self.moving = True
            self._attempt(sim, self._chunk, self._starts)
        self.moving = self.playing
        # Published before rest is told: the picture that is kept then says the time reached.
        self._publish(sim)
        if self._is_to_tell():
            self.rested(sim)
        return self.pacing.wait() if self.playing else None

    def _is_to_tell(self) -> bool:
        """Whether listeners are to be told of a pause now; true once for each."""
        with self._asking:
            tell = self._untold and not (self.playing or self._orders)
            self._untold = self._untold and not tell
        return tell

    def _attempt(self, sim: Simulator, order: Order, starts: int) -> None:
        """Carry out an order or a chunk; an error pauses the run and is shown by its views."""
        try:
            order(sim)
        except SimulatorClosed:
            # A cell has closed it meanwhile, which is no error: the next turn ends the run.
            self.playing = False
        # A node may as well call sys.exit, which is to end neither this thread nor the kernel.
        except BaseException as error:
            self.fail(error, starts)

    def _chunk(self, sim: Simulator) -> None:
        """Take the steps of one chunk, and find when the next one is due."""
        # Read once, as another thread may change them while the chunk runs.
        with self._asking:
            starts, goal = self._starts, self._goal
        speed = self.pacing.speed
        begin = time.perf_counter()
        # Kept before the steps, so that the first checkpoint is the beginning.
        if self.checkpoints.is_due(sim.time):
            self.checkpoints.keep(sim.snapshot())
        count = self.pacing.count(sim.steps_per_second, speed)
        if goal is not None:
            count = max(min(count, goal - sim.n_steps), 1)
        if sim.waits_to_compile(count):  # which views show
            self.compiling = True
            self.changed()
        try:
            feeds = self.overrides.feeds(count, sim.minibatch_size or 1)
            sim.run_steps(count, data=feeds, progress_bar=False)
        finally:
            self.compiling = False
        if goal is not None and sim.n_steps >= goal:
            self._stop(starts)
        self.history_limit.apply(sim, self.kept_runs)
        self.pacing.took(count, speed, begin)

    def _publish(self, sim: Simulator) -> None:
        """Replace what views read of the simulation, and tell them."""
        outputs = sim.outputs
        names = {node: name for name, node in self.overrides.nodes.items()}
        by_name = {names[node]: values for node, values in outputs.items() if node in names}
        branch = self.reached.branch + (sim.n_steps < self.reached.n_steps)
        if sim.n_steps != self.reached.n_steps:
            self.input_log.add(sim.n_steps, by_name)
        # One assignment of an immutable value: a reader on another thread sees all of it or none.
        kept = self.history_limit.begin(sim)
        self.reached = Reached(sim.n_steps, branch, by_name, sim.recorded, kept)
        self.changed()
