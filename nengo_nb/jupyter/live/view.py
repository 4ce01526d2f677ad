"""The live view as a user holds it: it shows itself, and can be steered from code as well."""

from __future__ import annotations

import base64
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import nengo
from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.cards.channel import open_channel
from nengo_nb.jupyter.cards.glow import Glow
from nengo_nb.jupyter.names import remember_names
from nengo_nb.jupyter.probes import recorded, trace_probes
from nengo_nb.plots import draw_picture

from .cells import belongs_to_cell
from .defaults import plots_of, sliders_of
from .interrupt import pause_on_interrupt
from .keeping import leave_to_variables
from .run import LiveRun, run_of
from .widget import LiveWidget

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

LIVE_TYPE = "application/vnd.nengo.live+json"
WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"

NEEDS_A_PAGE = (
    "It needs the page of a notebook, as in JupyterLab, VS Code or Colab; here, '%nengo run' or "
    "sim.run run the "
    "network, and '%nengo plot' or nengo_nb.plot draw what was recorded."
)


class LiveView:
    """What ``nengo_nb.live`` returns. It keeps its simulator, until a variable of the notebook does
    so.

    Args:
        sim: The simulator.
        plots: What to draw; by default what is probed.
        sliders: The nodes to steer; by default the input nodes.
    """

    def __init__(
        self,
        sim: Simulator,
        plots: Sequence[Any] | None = None,
        sliders: Sequence[Any] | None = None,
    ) -> None:
        self._kept: Simulator | None = sim
        self.run: LiveRun = run_of(sim)
        remember_names(sim.model.toplevel)
        pause_on_interrupt(self.run)
        self.widget = LiveWidget(self.run, name_of(sim.model.toplevel))
        self.widget.glow = self._glow()
        try:
            for plot in plots_of(self.widget.scene, plots):
                self.widget.scene.add_plot(plot)
            self.widget.scene.unseen = plots is None
            for slider in sliders_of(self.widget.scene, sliders):
                self.widget.scene.add_sliders(slider)
        except BaseException:
            self.widget.close()
            raise
        belongs_to_cell(self.widget)
        leave_to_variables(self)

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""
        return self.run.sim

    def let_go(self) -> None:
        """Keep the simulator no longer."""
        self._kept = None

    def _glow(self) -> Glow | None:
        """What lets the diagrams of the network glow; the widget keeps it, as runs keep no
        listener.
        """
        channel = open_channel()
        if channel is None:
            return None
        glow = Glow(self.run, channel)
        self.run.listen(glow)
        return glow

    def play(self, speed: float | None = 1.0) -> None:
        """Run in the background, at a multiple of real time; None is as fast as possible."""
        self.run.set_speed(speed)
        self.run.play()

    def pause(self) -> None:
        """Stop after the chunk in flight."""
        self.run.pause()

    def code(self) -> str:
        """The view as it is arranged now, as code."""
        return self.widget.scene.code()

    def close(self) -> None:
        """Take the view away. The simulation goes on if another view shows it; else it
        stops, and its threads end.
        """
        self.widget.close()

    def __repr__(self) -> str:
        shown = f"Live view of {self.widget.scene.title} at {self.run.time:.3f} s"
        return shown if hasattr(get_ipython(), "kernel") else f"{shown}. {NEEDS_A_PAGE}"

    def _ipython_display_(self) -> None:
        """Show the view, and keep a picture beside it whenever the simulation pauses."""
        shown = DisplayHandle()
        shown.display(self.bundle(self.sim), raw=True)
        view = weakref.ref(self)

        def keep_picture(sim: Simulator) -> None:
            found = view()
            if found is not None:
                shown.update(found.bundle(sim), raw=True)

        self.widget.keep_picture = keep_picture

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        """The view for front ends that know no ``_ipython_display_``, such as marimo."""
        return self.bundle(self.sim)

    def bundle(self, sim: Simulator | None) -> dict[str, Any]:
        """The view, and for every place where it cannot be, a picture and words."""
        bundle: dict[str, Any] = {
            LIVE_TYPE: {"uid": self.widget.uid},
            WIDGET_TYPE: {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id},
            "text/plain": repr(self),
        }
        filled = [] if sim is None else self._recorded(sim)
        if sim is not None and filled:
            picture = draw_picture(trace_probes(sim, filled[:6], self.widget.scene.item))
            bundle["image/png"] = base64.b64encode(picture).decode("ascii")
        return bundle

    def _recorded(self, sim: Simulator) -> list[nengo.Probe]:
        """Probes of the plots that hold samples, each once."""
        shown = [plot.probe for plot in self.widget.scene.plots if plot.probe is not None]
        return recorded(sim, dict.fromkeys(probe for probe in shown if probe in sim.data))
