"""Interrupts: who presses Stop while no cell runs means what runs live.

A kernel ignores an interrupt between two cells. Where nobody else handles it, all live runs are
paused then. While a cell runs an interrupt is the cell's, as always.
"""

from __future__ import annotations

import signal
import weakref
from typing import Any

from IPython.core.getipython import get_ipython

from .run import LiveRun

_runs: weakref.WeakSet[LiveRun] = weakref.WeakSet()


def pause_on_interrupt(run: LiveRun) -> None:
    """Pause a run when its kernel is interrupted while it is idle. Called in a cell, whose
    end puts back a handler.
    """
    _runs.add(run)
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if getattr(kernel, "saved_sigint_handler", None) is not signal.SIG_IGN:
        return

    def handle(_signal: int, _frame: Any) -> None:
        kernel.io_loop.add_callback_from_signal(pause_all)

    kernel.saved_sigint_handler = handle


def pause_all() -> None:
    """Pause every run that can be interrupted."""
    for run in list(_runs):
        run.pause()
