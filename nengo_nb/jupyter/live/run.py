"""Live run: advances a simulator on a thread of its own; see ``docs/developing/threads.md``."""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from nengo.exceptions import SimulatorClosed

from nengo_nb.jupyter.simulators import check_runs_live

from .course import Course
from .expressions import Expressions
from .failures import sentence_of_failure, traceback_of
from .hook_calls import HookCalls
from .hooks import Hooks
from .input_log import InputLog
from .listener import Audience, Listener, tell
from .overrides import Overrides
from .pacing import Pacing
from .past import Past
from .pointer_nodes import pointer_nodes
from .reached import Reached
from .requests import Order, Requests
from .run_thread import work
from .signals import input_nodes
from .widening import Widening

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


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
        self._past = Past()
        self.checkpoints = self._past.checkpoints
        self.history_limit = self._past.limit
        self.kept_runs = self._past.kept_runs
        self.pacing = Pacing(sim.dt)
        self.widening = Widening()
        self._requests = Requests()
        self.moving = False
        """Whether a chunk is in flight or follows; after ``pause``, until the chunk has ended."""
        self.compiling = False
        self.ended = ""
        self.error = ""
        self.traceback = ""
        """User's lines that led to the error; empty where none did."""
        self.reached = Reached()
        self.sweep: Course | None = None
        """Sweep under way, which takes the place of playing on."""
        self._audience = Audience()
        self.hooks = HookCalls()
        self._publish(sim)
        self._thread = threading.Thread(
            target=work, args=(weakref.ref(self), wake), name="nengo_nb-live-run", daemon=True
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
    def playing(self) -> bool:
        """Whether it is to play on."""
        return self._requests.playing

    @property
    def time(self) -> float:
        """Simulated time, in seconds."""
        return self.reached.n_steps * self.dt

    @property
    def goal(self) -> float | None:
        """Simulated time at which it pauses by itself, in seconds, or None."""
        goal = self._requests.goal
        return goal * self.dt if self.playing and goal is not None else None

    def listen(self, listener: Listener) -> None:
        """Call a listener's ``on_change`` at every change, ``on_pause`` when the run pauses."""
        self._audience.add(listener)

    @property
    def views(self) -> list[Listener]:
        """Views that show it, in no order."""
        return self._audience.views

    def enter(self, view: Listener) -> None:
        """Add a view, which listens and keeps the run going."""
        self._audience.add_view(view)

    def leave(self, view: Listener) -> None:
        """Remove a closed view. The last one ends the run, as nothing could pause it then."""
        sim = self.sim
        # It will not be there at the next pause, and would leave the picture of the one before.
        if sim is not None and self.playing and self._audience.has_view(view):
            tell(view.on_pause, sim)
        self._audience.remove(view)
        if not self._audience.has_views:
            self.end("its last view was closed")
            self.kept_runs.clear()
        else:
            self.hooks.release(view)
            self._wake.set()

    def changed(self) -> None:
        """Call ``on_change`` of all listeners, on the calling thread."""
        self._audience.tell_of_change()

    def set_hooks(self, view: Listener, hooks: Hooks) -> None:
        """Call hooks from now on, in place of those there are, until a view is closed."""
        self.hooks.set(view, hooks)
        self._wake.set()

    # -- orders; each returns at once

    def play(self) -> None:
        """Run until paused."""
        self._start(None)

    def step(self, n_steps: int = 1) -> None:
        """Run for ``n_steps`` steps."""
        if n_steps < 1:
            raise ValueError(f"the number of steps must be positive (got {n_steps})")
        self._check_free()
        self._start(self.reached.n_steps + n_steps)

    def run_to(self, seconds: float) -> None:
        """Run to a simulated time in seconds; raise ValueError if it has been reached."""
        self._check_free()
        n_steps = seconds / self.dt
        goal = round(n_steps) if np.isfinite(n_steps) else 0
        if goal <= self.reached.n_steps:
            raise ValueError(
                f"{seconds:g} s is not ahead: the simulation is at {self.time:.3f} s already"
            )
        self._start(goal)

    def pause(self) -> None:
        """Stop after the chunk in flight."""
        self._requests.playing = False
        self._notify()

    def set_speed(self, speed: float | None) -> None:
        """Set simulated seconds per second of wall time; None is as fast as possible."""
        self.pacing.set_speed(speed)
        self._notify()

    def reset(self) -> None:
        """Go back to time zero after the chunk in flight; trained parameters stay.

        The samples that were recorded are kept as a run.
        """
        self._check_free()

        def order(sim: Simulator) -> None:
            self._past.reset(sim, self.reached.branch)
            self.error = ""

        self.do(order)

    def go_back(self, seconds: float) -> None:
        """Restore the last checkpoint at or before a time in seconds; later data are kept as a run.

        Raises:
            ValueError: There is none.
        """
        self._check_free()
        self.checkpoints.before(seconds)
        self._requests.playing = False
        self.do(lambda sim: self._past.go_back(sim, seconds, self.reached.branch))

    def begin_sweep(self, sweep: Course) -> None:
        """Begin a sweep, which pauses where the run is now once it has ended."""
        self._check_free()
        self._check_going()
        self.sweep = sweep
        self._start(None)

    def stop_sweep(self) -> None:
        """End a sweep after the chunk in flight, if one is under way."""
        self.do(self._end_sweep)

    def _check_free(self) -> None:
        if self.sweep is not None:
            raise ValueError("a sweep is under way: pause it, or stop it first")

    def do(self, order: Order) -> None:
        """Queue a function of the simulator, called on the run's thread between two chunks."""
        self._requests.add(order)
        self._notify()

    def end(self, reason: str) -> None:
        """Stop for good; the thread ends. The first reason given is the one that views show."""
        self.ended = self.ended or reason
        self._requests.playing = False
        self._notify()

    def fail(self, error: BaseException, starts: int | None = None) -> None:
        """Show an error as a sentence with the user's lines in the views, and pause.

        Args:
            error: The error.
            starts: Number of starts before what failed. A run that was started after that goes on.
        """
        self._requests.stop(self._requests.starts if starts is None else starts)
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
        self._check_going()
        self.pacing.start()

        def begin() -> None:
            self.error = ""

        self._requests.start(goal, begin)
        self._notify()

    def _check_going(self) -> None:
        if self.ended:
            raise ValueError(f"this simulation cannot go on: {self.ended}")

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
            self.finish()
            self.end("its simulator was closed" if was_closed else "its simulator is gone")
            self._requests.orders.clear()
            # What was recorded can still be read, and played on until it was closed.
            if sim is not None and self._requests.is_to_tell():
                self._audience.tell_of_pause(sim)
            return None
        self._attempt(sim, self.hooks.close, self._requests.starts)
        while self._requests.orders:
            order, starts = self._requests.orders.popleft()
            self._attempt(sim, order, starts)
        # Read after the orders, which may pause; another thread may pause or play at any time.
        if self.playing:
            self.moving = True
            advance = self._chunk if self.sweep is None else self._swept
            self._attempt(sim, advance, self._requests.starts)
        self.moving = self.playing
        if not self.playing:
            self._attempt(sim, self.hooks.pause, self._requests.starts)
        # Published before rest is told: the picture that is kept then says the time reached.
        self._publish(sim)
        if self._requests.is_to_tell():
            self._audience.tell_of_pause(sim)
        return self.pacing.wait() if self.playing else None

    def finish(self) -> None:
        """Take back what a sweep has set aside, and call the last hook, as the thread ends."""
        sim = self._sim()
        if sim is not None:
            self._attempt(sim, self._end_sweep, self._requests.starts)
            self.hooks.end()
            self._attempt(sim, self.hooks.close, self._requests.starts)

    def _attempt(self, sim: Simulator, order: Order, starts: int) -> None:
        """Carry out an order or a chunk; an error pauses the run and is shown by its views."""
        try:
            order(sim)
        # A node may as well call sys.exit, which is to end neither this thread nor the kernel.
        except BaseException as error:
            if isinstance(error, SimulatorClosed) and sim.closed:
                # A cell has closed it meanwhile, which is no error: the next turn ends the run.
                self._requests.playing = False
            else:
                self.fail(error, starts)

    def _chunk(self, sim: Simulator) -> None:
        """Take the steps of one chunk, and find when the next one is due."""
        # Read once, as another thread may change them while the chunk runs.
        starts, goal = self._requests.read()
        speed = self.pacing.speed
        begin = time.perf_counter()
        # Kept before the steps, so that the first checkpoint is the beginning.
        self._past.keep_moment(sim)
        count = self.pacing.count(sim.steps_per_second, speed)
        if goal is not None:
            count = max(min(count, goal - sim.n_steps), 1)
        count = self.take(sim, count)
        if goal is not None and sim.n_steps >= goal:
            self._requests.stop(starts)
        self.history_limit.apply(sim, self.kept_runs)
        self.pacing.took(count, speed, begin)

    def take(self, sim: Simulator, count: int) -> int:
        """Take steps on the run's thread, with hooks around them; return how many were taken."""
        if sim.waits_to_compile(count):  # which views show
            self.compiling = True
            self.changed()
        batch = sim.minibatch_size or 1
        try:
            return self.hooks.take(
                sim, count, lambda n: self.overrides.feeds(n, batch), lambda: self.playing
            )
        finally:
            self.compiling = False

    def _swept(self, sim: Simulator) -> None:
        """Take a chunk of a sweep, and end it after the last one, or at an error."""
        sweep = self.sweep
        goes_on = False
        try:
            goes_on = sweep is not None and sweep.take_chunk(sim)
        finally:
            if not goes_on:
                self._end_sweep(sim)

    def _end_sweep(self, sim: Simulator) -> None:
        """Pause where the simulation was before a sweep, if there is one."""
        sweep, self.sweep = self.sweep, None
        if sweep is not None:
            self._requests.playing = False
            sweep.end(sim)
            self.jump()

    def jump(self) -> None:
        """Note that what is recorded is another course from here on, wherever its time is."""
        self.reached = replace(self.reached, branch=self.reached.branch + 1)

    def _publish(self, sim: Simulator) -> None:
        """Replace what views read of the simulation, and tell them."""
        outputs = sim.outputs
        names = {node: name for name, node in self.overrides.nodes.items()}
        by_name = {names[node]: values for node, values in outputs.items() if node in names}
        branch = self.reached.branch + (sim.n_steps < self.reached.n_steps)
        if sim.n_steps != self.reached.n_steps and self.sweep is None:
            self.input_log.add(sim.n_steps, by_name)
        # One assignment of an immutable value: a reader on another thread sees all of it or none.
        kept = self.history_limit.begin(sim)
        self.reached = Reached(sim.n_steps, branch, by_name, sim.recorded, kept)
        self.changed()
