"""Live view, as ``nengo_nb.live`` returns it: displays itself, and is controlled from code."""

from __future__ import annotations

import base64
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.plots import draw_picture

from .defaults import make_plots, make_sliders, steer
from .interrupt import pause_on_interrupt
from .lifetime import lifetimes
from .output_owner import output_owners
from .run import LiveRun
from .runs import live_runs
from .widget import LiveWidget

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

LIVE_TYPE = "application/vnd.nengo.live+json"
WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"

MOST_DRAWN = 6
"""Number of plots in the picture that a notebook keeps."""

NEEDS_A_PAGE = (
    "It needs the page of a notebook, as in JupyterLab, VS Code or Colab; here, '%nengo run' or "
    "sim.run run the "
    "network, and '%nengo plot' or nengo_nb.plot draw what was recorded."
)


class LiveView:
    """View of a live run. It keeps its simulator, until a variable of the notebook does so.

    Args:
        sim: The simulator.
        plots: Plots or their targets; by default all probes.
        sliders: Sliders, entries for expressions, or nodes; by default of the input nodes.
        history_megabytes: Memory that samples may take; by default what the run has, 256 at first.
        is_output: Whether it is the output of the cell that runs, whose next run closes it.
    """

    def __init__(
        self,
        sim: Simulator,
        plots: Sequence[Any] | None = None,
        sliders: Sequence[Any] | None = None,
        history_megabytes: float | None = None,
        *,
        is_output: bool = True,
    ) -> None:
        self._kept: Simulator | None = sim
        # Before the run is there, as it has the names of the nodes that can be set.
        remember_names(sim.model.toplevel)
        self.run: LiveRun = live_runs.open(sim)
        pause_on_interrupt()
        self.widget = LiveWidget(self.run, name_of(sim.model.toplevel))
        try:
            if history_megabytes is not None:
                self.run.history_limit.set(history_megabytes)
            for plot in make_plots(self.widget.layout_state, plots):
                self.widget.layout_state.add_plot(plot)
            # Only plots that code did not choose may be replaced by a viewer's preference.
            self.widget.layout_state.unseen = plots is None
            for slider in make_sliders(self.widget.layout_state, sliders):
                steer(self.widget.layout_state, slider)
        # The widget listens to the run and its thread works already, so it must be closed.
        except BaseException:
            self.widget.close()
            raise
        # Only now, as a view that failed must not close those of the cell's former run.
        if is_output:
            output_owners().add(self.widget)
        lifetimes().leave_to_variables(self)

    @property
    def sim(self) -> Simulator | None:
        """The simulator; None if it is gone."""
        return self.run.sim

    def let_go(self) -> None:
        """Drop the reference to the simulator, which a variable of the notebook keeps now."""
        self._kept = None

    def play(self, speed: float | None = 1.0) -> None:
        """Run in the background, at a multiple of real time; None is as fast as possible."""
        self.run.set_speed(speed)
        self.run.play()

    def pause(self) -> None:
        """Pause after the chunk in flight."""
        self.run.pause()

    def code(self) -> str:
        """Return the present plots and sliders as Python code."""
        return self.widget.layout_state.code()

    def close(self) -> None:
        """Close the view. The run goes on for other views; without any it ends."""
        self.widget.close()

    def __repr__(self) -> str:
        shown = f"Live view of {self.widget.layout_state.title} at {self.run.time:.3f} s"
        return shown if hasattr(get_ipython(), "kernel") else f"{shown}. {NEEDS_A_PAGE}"

    def _ipython_display_(self) -> None:
        """Display the view, and update the output with a picture whenever the simulation pauses."""
        shown = DisplayHandle()
        shown.display(self.bundle(self.sim), raw=True)
        # ipywidgets keeps every widget until it is closed. A strong reference in the
        # widget's callback would keep this view, too, and with it the simulator.
        view = weakref.ref(self)

        def keep_picture(sim: Simulator) -> None:
            live_view = view()
            if live_view is not None:
                shown.update(live_view.bundle(sim), raw=True)

        self.widget.keep_picture = keep_picture

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        """Return the MIME bundle for front ends without ``_ipython_display_``, such as marimo."""
        return self.bundle(self.sim)

    def bundle(self, sim: Simulator | None) -> dict[str, Any]:
        """Return the MIME bundle: the widget, and for places without it a PNG and text.

        JupyterLab's extension shows the widget while its ``uid`` is alive and the best static type
        afterwards. A widget view alone would be an error text in a notebook that is opened again.
        """
        bundle: dict[str, Any] = {
            LIVE_TYPE: {"uid": self.widget.uid},
            WIDGET_TYPE: {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id},
            "text/plain": repr(self),
        }
        # The window that the view shows, as a whole run of minutes would be drawn as a block.
        traces = [] if sim is None else self.widget.layout_state.traces(sim, MOST_DRAWN)
        if traces:
            picture = draw_picture(traces)
            bundle["image/png"] = base64.b64encode(picture).decode("ascii")
        return bundle
