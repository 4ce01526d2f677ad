"""Interrupts of an idle kernel: the Stop button between two cells pauses all live runs.

ipykernel ignores SIGINT while no cell runs. Where no other handler is in place, all live runs are
paused then. While a cell runs an interrupt is the cell's, as always.
"""

from __future__ import annotations

import signal
from typing import Any

from IPython.core.getipython import get_ipython

from .runs import live_runs


def pause_on_interrupt() -> None:
    """Pause all live runs whenever the idle kernel is interrupted. Called from a cell."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    # While a cell runs, ipykernel keeps the handler of the idle kernel in saved_sigint_handler,
    # to put it back at the end: so this attribute is replaced, not the handler in force.
    if getattr(kernel, "saved_sigint_handler", None) is not signal.SIG_IGN:
        return

    def handle(_signal: int, _frame: Any) -> None:
        # A signal handler interrupts the main thread anywhere, perhaps
        # within a lock: the event loop calls back when nothing else runs.
        kernel.io_loop.add_callback_from_signal(pause_all)

    kernel.saved_sigint_handler = handle


def pause_all() -> None:
    """Pause all live runs."""
    for run in live_runs.all():
        run.pause()
