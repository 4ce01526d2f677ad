"""Ties the lifetime of a live view's simulator to the notebook variable that names it.

A view keeps its simulator, and the notebook's list of outputs keeps the view. A simulator that a
variable refers to belongs to that variable instead: after the cell the view drops its reference,
and once no variable refers to the simulator any more, by ``del`` or another assignment, it is
collected, unless something else holds it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from .view import LiveView

_waiting: weakref.WeakSet[LiveView] = weakref.WeakSet()
"""Views whose simulator no variable has referred to yet; these keep it."""

_named: weakref.WeakSet[LiveView] = weakref.WeakSet()
"""Views that dropped their reference, as a variable refers to the simulator."""


def leave_to_variables(view: LiveView) -> None:
    """Let a view keep its simulator until a cell ends after which a variable refers to it."""
    shell: Any = get_ipython()
    if shell is None:
        return
    _waiting.add(view)
    # Registered only while there are such views: a shell calls it after every cell.
    if _after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after_cell)


def _after_cell(_result: object) -> None:
    shell: Any = get_ipython()
    # list() copies, as a thread may bind a variable meanwhile. Names with an underscore are
    # IPython's own, such as _ and _12, which would keep every value that was ever shown.
    meant = {id(value) for name, value in list(shell.user_ns.items()) if not name.startswith("_")}
    # Lists, because the loops change the sets that they go through.
    for view in [view for view in _waiting if id(view.sim) in meant]:
        view.let_go()
        _waiting.discard(view)
        _named.add(view)
    for view in [view for view in _named if id(view.sim) not in meant]:
        _named.discard(view)
        view.run.doubt()
    if not (_waiting or _named):
        shell.events.unregister("post_run_cell", _after_cell)
