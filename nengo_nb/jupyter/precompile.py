"""Compilation ahead of time: imports TensorFlow and compiles a network while its card is read."""

from __future__ import annotations

import importlib
import logging
from threading import Event, Thread

import nengo

log = logging.getLogger(__name__)


class WarmUp:
    """Thread that compiles for the simulator of the newest network; nothing waits for it."""

    def __init__(self) -> None:
        self._stop = Event()
        self.thread: Thread | None = None

    def begin(self, network: nengo.Network, dt: float, minibatch_size: int | None) -> None:
        """Begin for a network; the thread of another one ends where it may stop next."""
        self.end()
        # An event of its own for each thread: to end one must not end the next one.
        self._stop = stop = Event()
        # No daemon: a process that ends waits for it, as TensorFlow
        # must not be torn down while it is imported or compiles.
        self.thread = Thread(
            target=_prepare,
            args=(network, dt, minibatch_size, stop),
            name="nengo_nb-warm-up",
        )
        self.thread.start()

    def end(self) -> None:
        """Stop after the part that is under way, as the real build begins."""
        self._stop.set()


def _prepare(network: nengo.Network, dt: float, minibatch_size: int | None, stop: Event) -> None:
    """Import TensorFlow without its log, and then compile."""
    try:
        importlib.import_module("nengo_nb.quiet")
        ahead = importlib.import_module("nengo_nb.simulator.run.precompile")
        ahead.compile_ahead(network, dt, minibatch_size, stop.is_set)
    except (
        Exception
    ) as error:  # the same error is going to be shown to whoever builds the simulator
        log.debug("not compiled ahead: %s", error)
