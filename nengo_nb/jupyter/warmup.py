"""The warm-up: while a person still reads what a cell has shown, TensorFlow is imported and
the network compiled.
"""

from __future__ import annotations

import importlib
import logging
from threading import Event, Thread

import nengo

log = logging.getLogger(__name__)


class WarmUp:
    """Prepares for the simulator of one network after the other, in a thread; nobody has to
    wait for it.
    """

    def __init__(self) -> None:
        self._stop = Event()
        self.thread: Thread | None = None

    def begin(self, network: nengo.Network, dt: float, minibatch_size: int | None) -> None:
        """Prepare for a network; what was begun for another one ends."""
        self.end()
        self._stop = stop = Event()
        self.thread = Thread(
            target=_prepare,
            args=(network, dt, minibatch_size, stop),
            name="nengo_nb-warm-up",
        )
        self.thread.start()

    def end(self) -> None:
        """Do no more than what is under way, as the real work begins."""
        self._stop.set()


def _prepare(network: nengo.Network, dt: float, minibatch_size: int | None, stop: Event) -> None:
    """Bring TensorFlow without its chatter, and the simulator; then compile."""
    try:
        importlib.import_module("nengo_nb.quiet")
        ahead = importlib.import_module("nengo_nb.simulator.ahead")
        ahead.compile_ahead(network, dt, minibatch_size, stop.is_set)
    except (
        Exception
    ) as error:  # the same error is going to be shown to whoever builds the simulator
        log.debug("not compiled ahead: %s", error)
