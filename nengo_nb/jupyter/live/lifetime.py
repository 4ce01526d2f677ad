"""Ties the lifetime of a live view's simulator to the notebook variable that names it.

A view keeps its simulator, and the notebook's list of outputs keeps the view. A simulator that a
variable refers to belongs to that variable instead: after the cell the view drops its reference,
and once no variable refers to the simulator any more, by ``del`` or another assignment, it is
collected, unless something else holds it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Protocol

from IPython.core.getipython import get_ipython

from nengo_nb.jupyter.per_shell import per_shell

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

    from .run import LiveRun


class Keeper(Protocol):
    """View that keeps a simulator until a variable does so."""

    run: LiveRun

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""

    def let_go(self) -> None:
        """Drop the reference to the simulator."""


class Lifetimes:
    """Views of one shell, by whether a variable refers to their simulators."""

    def __init__(self) -> None:
        # Views whose simulator no variable has referred to yet; these keep it.
        self._waiting: weakref.WeakSet[Keeper] = weakref.WeakSet()
        # Views that dropped their reference, as a variable refers to the simulator.
        self._named: weakref.WeakSet[Keeper] = weakref.WeakSet()

    def leave_to_variables(self, view: Keeper) -> None:
        """Let a view keep its simulator until a cell ends after which a variable refers to it."""
        shell: Any = get_ipython()
        if shell is None:
            return
        self._waiting.add(view)
        # Registered only while there are such views: a shell calls it after every cell.
        if self._after_cell not in shell.events.callbacks["post_run_cell"]:
            shell.events.register("post_run_cell", self._after_cell)

    def _after_cell(self, _result: object) -> None:
        shell: Any = get_ipython()
        variables = list(shell.user_ns.items())  # a copy, as a thread may bind one meanwhile
        # Names with an underscore are IPython's own, such as _ and _12, which would keep every
        # value that was ever shown.
        meant = {id(value) for name, value in variables if not name.startswith("_")}
        # Lists, because the loops change the sets that they go through.
        for view in [view for view in self._waiting if id(view.sim) in meant]:
            view.let_go()
            self._waiting.discard(view)
            self._named.add(view)
        for view in [view for view in self._named if id(view.sim) not in meant]:
            self._named.discard(view)
            view.run.doubt()
        if not (self._waiting or self._named):
            shell.events.unregister("post_run_cell", self._after_cell)


lifetimes = per_shell(Lifetimes)
"""Returns the lifetimes of the views of the running shell."""
