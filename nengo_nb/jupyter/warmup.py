"""The warm-up: TensorFlow is imported while a person still reads what a cell has shown."""

from __future__ import annotations

import importlib
import sys
from threading import Thread


def warm_up() -> Thread | None:
    """Begin to import what a simulator needs, unless it is there; whoever needs it meanwhile waits for the rest.

    Returns:
        The thread that imports, if there is one.
    """
    if "nengo_nb.simulator" in sys.modules:
        return None
    thread = Thread(target=_import, name="nengo_nb-warm-up")
    thread.start()
    return thread


def _import() -> None:
    """Bring TensorFlow without its chatter, and the simulator."""
    importlib.import_module("nengo_nb.quiet")
    importlib.import_module("nengo_nb.simulator")
