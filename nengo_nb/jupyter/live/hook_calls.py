"""Calls of hooks, when it is time for them."""

from __future__ import annotations

import logging
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import nengo
import numpy as np

from .hooks import Hooks
from .pacing import CHUNK_SECONDS

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

    from .listener import Listener

log = logging.getLogger(__name__)

Feeds = Mapping[nengo.Node, np.ndarray]
"""Data for ``run_steps``, of some nodes."""


class HookCalls:
    """Calls the hooks of a live run when it is time for them, on its thread.

    Views set them on any thread: they are replaced as a whole.
    """

    def __init__(self) -> None:
        self._moments = Moments(Hooks())
        self._view: weakref.ref[Listener] | None = None
        # Those that are to be closed yet. Append and popleft of a deque are atomic.
        self._old: deque[Hooks] = deque()

    def set(self, view: Listener, hooks: Hooks) -> None:
        """Call these hooks from now on, until a view is released; those before are closed."""
        self._old.append(self._moments.hooks)
        self._moments, self._view = Moments(hooks), weakref.ref(view)

    def release(self, view: Listener) -> None:
        """Call no hooks any more, if those there are were given to this view."""
        if self._view is not None and self._view() is view:
            self.end()

    def end(self) -> None:
        """Call no hooks any more."""
        self._old.append(self._moments.hooks)
        self._moments, self._view = Moments(Hooks()), None

    def close(self, sim: Simulator) -> None:
        """Call the last hook of those that were replaced, once."""
        while self._old:
            try:
                _call(self._old.popleft(), sim, "on_close")
            except Exception:
                # There may be no page left that could show it.
                log.exception("the hook on_close of a live view failed")
                raise

    def pause(self, sim: Simulator) -> None:
        """Note that the run is paused: call a hook, unless that was done before."""
        self._moments.pause(sim)

    def take(
        self, sim: Simulator, count: int, feeds: Callable[[int], Feeds], goes_on: Callable[[], bool]
    ) -> int:
        """Take steps, with the hooks before them and after each.

        Args:
            sim: The simulator.
            count: Number of steps; with a hook after each, only as many as a chunk has time for.
            feeds: Returns what nodes are fed in a number of steps from here on.
            goes_on: Whether another step is wanted; asked before each that has a hook after it.

        Returns:
            Number of steps taken.
        """
        moments = self._moments
        moments.begin(sim)
        hook = moments.hooks.on_step
        if hook is None:
            sim.run_steps(count, data=feeds(count), progress_bar=False)
            return count
        end = time.perf_counter() + CHUNK_SECONDS
        for taken in range(count):
            if not goes_on() or (taken and time.perf_counter() > end):
                return taken
            sim.step_and_call(hook, "on_step", feeds(1))
        return count


class Moments:
    """Moments of a run at which some hooks are due.

    Args:
        hooks: The hooks.
    """

    def __init__(self, hooks: Hooks) -> None:
        self.hooks = hooks
        self._has_started = False
        self._runs = False

    def begin(self, sim: Simulator) -> None:
        """Note that steps follow."""
        # Also after a reset by a cell, which nobody tells of.
        is_first = not self._has_started or sim.n_steps == 0
        if is_first:
            _call(self.hooks, sim, "on_start")
        elif not self._runs:
            _call(self.hooks, sim, "on_continue")
        self._has_started = self._runs = True

    def pause(self, sim: Simulator) -> None:
        """Note that no step follows for now."""
        if self._runs:
            self._runs = False
            _call(self.hooks, sim, "on_pause")


def _call(hooks: Hooks, sim: Simulator, name: str) -> None:
    hook = getattr(hooks, name)
    if hook is not None:
        sim.call_hook(hook, name)
