"""Thread of a live run, which refers to neither the run nor its simulator while it waits."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from typing import Protocol

log = logging.getLogger(__name__)


class ThreadedRun(Protocol):
    """The part of a live run that its thread uses."""

    ended: str
    doubted: bool

    def turn(self) -> float | None:
        """Carry out orders and a chunk; return the seconds to wait, None for until woken."""

    def fail(self, error: BaseException) -> None:
        """Show an error in the views, and pause."""

    def finish(self) -> None:
        """Note that the thread ends."""

    def changed(self) -> None:
        """Tell listeners of a change."""


def work(reference: weakref.ref[ThreadedRun], wake: threading.Event) -> None:
    """Take turns of a run until it has ended or is gone.

    Args:
        reference: The run.
        wake: Event that ends a wait.
    """
    while True:
        run = reference()
        if run is None:
            return
        # Cleared before the turn: a set() during the turn must end the wait below.
        wake.clear()
        wait = _turn(run)
        if run.ended:
            run.finish()
            run.changed()
            return
        doubted, run.doubted = run.doubted, False
        # A name of this frame would keep run and simulator alive during the wait.
        del run
        if doubted:
            # A simulator is in reference cycles, which only the collector frees.
            gc.collect()
        wake.wait(wait)


def _turn(run: ThreadedRun) -> float | None:
    """Take a turn; any error pauses the run and is shown, and the thread goes on."""
    try:
        wait = run.turn()
    except Exception as error:
        log.exception("a live run was paused by an error")
        run.fail(error)
        run.changed()
        return None
    # A speed near zero makes a wait longer than a lock can; set_speed wakes the thread before that.
    return wait if wait is None else min(wait, threading.TIMEOUT_MAX)
