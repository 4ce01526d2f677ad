"""Keeping: who deletes a simulator's variable, or gives it to another simulator, means what runs
live as well.

A view keeps its simulator, and the notebook's list of outputs keeps the view. But a simulator that
a variable of the notebook means is that variable's: after the cell the view lets go of it, and once
no variable means it any more it is collected, if nobody else has it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from .view import LiveView

_waiting: weakref.WeakSet[LiveView] = weakref.WeakSet()
"""Views whose simulator no variable has meant yet."""

_named: weakref.WeakSet[LiveView] = weakref.WeakSet()
"""Views that let go of their simulator, as a variable means it."""


def leave_to_variables(view: LiveView) -> None:
    """Let a view keep its simulator only until a cell has ended and a variable means it."""
    shell: Any = get_ipython()
    if shell is None:
        return
    _waiting.add(view)
    if _after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after_cell)


def _after_cell(_result: object) -> None:
    shell: Any = get_ipython()
    meant = {id(value) for name, value in list(shell.user_ns.items()) if not name.startswith("_")}
    for view in [view for view in _waiting if id(view.sim) in meant]:
        view.let_go()
        _waiting.discard(view)
        _named.add(view)
    for view in [view for view in _named if id(view.sim) not in meant]:
        _named.discard(view)
        view.run.doubt()
    if not (_waiting or _named):
        shell.events.unregister("post_run_cell", _after_cell)
