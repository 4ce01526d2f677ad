"""Diagrams of a notebook: their comm, opened with the first drawing, and activity of live runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

from nengo_nb.jupyter.per_shell import per_shell
from nengo_nb.jupyter.simulators import own_simulator

if TYPE_CHECKING:
    import nengo

    from nengo_nb.analysis import Health
    from nengo_nb.jupyter.live.view import LiveView
    from nengo_nb.jupyter.live.widget import LiveWidget
    from nengo_nb.simulator.any_simulator import AnySimulator

    from .comm import DiagramComm


class NotebookDiagrams:
    """Diagrams of one notebook."""

    find_in_session: Callable[[Any], AnySimulator | None] | None = None
    """Returns the simulator of ``%nengo`` that built an object. The extension sets it, as it has
    the session; where it was not loaded there is none.
    """

    open_in_session: Callable[[nengo.Network, Callable[[str], None]], LiveView | None] | None = None
    """Opens an empty live view of a network, or of what it is a part of, as ``%nengo live`` does;
    returns None if no variable has it. Set by the extension as well.
    """

    @cached_property
    def comm(self) -> DiagramComm | None:
        """The comm, opened with the first drawing; None if this is not a notebook's kernel."""
        if not hasattr(get_ipython(), "kernel"):
            return None
        # Imported here and not above: the card of a script needs neither widgets nor live runs.
        from nengo_nb.jupyter.comms.widget import the_only
        from nengo_nb.jupyter.live.runs import live_runs

        from .activity import Activity
        from .comm import DiagramComm

        options = the_only("nengo-nb-diagram-channel")
        comm = DiagramComm(self.find_simulator, self.open_view, **options)
        # Kept here, as live runs hold their listeners and observers weakly.
        self._activity = Activity(comm)
        live_runs.observe(self._activity)
        return comm

    def tell_health(self, network: nengo.Network, health: Health) -> None:
        """Show findings on the diagrams of a network, where there are any."""
        # Asked without opening it, which would be for nothing where no diagram was drawn.
        comm = self.__dict__.get("comm")
        if comm is not None:
            comm.health_checks.tell(network, health)

    def follow_builds(self) -> None:
        """Have badges follow what was built since; called after each cell."""
        comm = self.__dict__.get("comm")
        if comm is not None:
            comm.health_checks.follow()

    def find_simulator(self, thing: Any) -> AnySimulator | None:
        """Return a simulator that built an object: that of ``%nengo``, or one of a variable."""
        sim = None if self.find_in_session is None else self.find_in_session(thing)
        if sim is not None:
            return sim
        shell = get_ipython()
        # Looked at with each request, as variables come and go; a copy, as a cell may bind some.
        for value in [] if shell is None else list(shell.user_ns.values()):
            # By its interface and not its class: simulators of any backend, and no import of one.
            params = getattr(getattr(value, "model", None), "params", None)
            if isinstance(params, dict) and hasattr(value, "trange") and thing in params:
                found: AnySimulator = value
                return found
        return None

    def open_view(
        self, thing: Any, network: nengo.Network, tell: Callable[[str], None]
    ) -> LiveWidget:
        """Open an empty live view of a network, which is the output of no cell.

        It is of the simulator that a variable has, or else of the one of ``%nengo``, which is built
        where there is none.

        Args:
            thing: Object of the network.
            network: The network, or a part of it.
            tell: Is given the sentence that a new simulator was built, if it was.

        Raises:
            ValueError: There is neither.
        """
        from nengo_nb.jupyter.live.view import LiveView

        is_in_session = self.find_in_session is not None and self.find_in_session(thing)
        sim = own_simulator(None if is_in_session else self.find_simulator(thing))
        if sim is not None and not sim.closed:
            return LiveView(sim, (), (), is_output=False).widget
        view = None if self.open_in_session is None else self.open_in_session(network, tell)
        if view is None:
            raise ValueError(
                "no variable has this network or a simulator of it: nengo_nb.live(sim) in a cell "
                "shows what it is a part of"
            )
        return view.widget


notebook_diagrams = per_shell(NotebookDiagrams)
"""Returns the diagrams of the notebook that runs."""
