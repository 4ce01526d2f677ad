"""Ownership of live views by cells: a cell that runs again closes the views of its former run."""

from __future__ import annotations

import weakref
from typing import Any

from IPython.core.getipython import get_ipython
from ipywidgets import Widget

from nengo_nb.jupyter.per_shell import per_shell


class OutputOwners:
    """Cells of one notebook with the live views that they show."""

    def __init__(self) -> None:
        # By cellId: the msg_id of the run that made the views, and the widgets of these views.
        self._shown: dict[str, tuple[str, weakref.WeakSet[Widget]]] = {}

    def add(self, widget: Widget) -> None:
        """Register a view with the running cell, and close those of its former run."""
        cell, run = _running_cell()
        if cell is None:
            return
        # A cell may show several views: only those with another msg_id are of a former run.
        before, widgets = self._shown.get(cell, (run, weakref.WeakSet()))
        old = [] if before == run else list(widgets)
        kept = widgets if before == run else weakref.WeakSet()
        kept.add(widget)
        self._shown[cell] = run, kept
        for stale in old:
            stale.close()


output_owners = per_shell(OutputOwners)
"""Returns the owners of live views in the running notebook."""


def _running_cell() -> tuple[str | None, str]:
    """Return ``cellId`` (None where unknown) and ``msg_id`` of the running request."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    # JupyterLab and Notebook 7 put the id into the metadata of the request; others need not.
    parent = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    return parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id", "")
