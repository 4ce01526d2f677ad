"""Import of Nengo ahead of time: in a thread, from ``%load_ext`` on, while the cell is still read.

``import nengo`` brings ``nengo.utils.ipython`` and so nbformat and jsonschema, which, where
JupyterLab is installed, compiles the grammar of ``rfc3987_syntax``. Called from the depth at which
a kernel runs a cell, that can take several times as long as it should: CPython from 3.11 on keeps
frames in pieces of memory of 16 kB, and a loop whose calls cross the end of a piece allocates and
frees one at each call. A thread has pieces of its own. So an ``import nengo`` in a cell waits for
the rest of one that has begun, and computes nothing else than it would.

``NENGO_NB_IMPORT_AHEAD=off`` in the environment switches it off.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from threading import Thread

AHEAD = "NENGO_NB_IMPORT_AHEAD"
OFF = ("off", "0", "")

log = logging.getLogger(__name__)


def begin_import() -> Thread | None:
    """Begin to import Nengo, and return the thread that does; None if there is nothing to do."""
    if "nengo" in sys.modules or os.environ.get(AHEAD) in OFF:
        return None
    # A daemon: a kernel that is shut down meanwhile need not wait for it.
    thread = Thread(target=_import, name="nengo_nb-import-nengo", daemon=True)
    thread.start()
    return thread


def _import() -> None:
    try:
        importlib.import_module("nengo")
    except Exception as error:  # the cell that imports it shows the same error
        log.debug("not imported ahead: %s", error)
