"""Cells: which views a notebook's cell shows; one that runs again takes away those that it
showed before.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from .widget import LiveWidget

_shown: dict[str, tuple[str, weakref.WeakSet[LiveWidget]]] = {}
"""For each cell, which run of it made its views, and their widgets."""


def belongs_to_cell(widget: LiveWidget) -> None:
    """A view was made. If the running cell showed others when it ran before, they are off
    the page: close them.
    """
    cell, run = _running_cell()
    if cell is None:
        return
    before, widgets = _shown.get(cell, (run, weakref.WeakSet()))
    old = [] if before == run else list(widgets)
    kept = widgets if before == run else weakref.WeakSet()
    kept.add(widget)
    _shown[cell] = run, kept
    for each in old:
        each.close()


def _running_cell() -> tuple[str | None, str]:
    """What the page calls the cell that runs, and this run of it; no cell if the page does
    not say.
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    return parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id", "")
