"""Live view, as ``nengo_nb.live`` returns it: displays itself, and is controlled from code."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.labels import remember_names
from nengo_nb.jupyter.outputs.player import Player

from .defaults import make_plots, make_sliders, steer
from .hooks import Hooks
from .interrupt import pause_on_interrupt
from .lifetime import lifetimes
from .output_owner import output_owners
from .players import make_view_player
from .run import LiveRun
from .runs import live_runs
from .sweep_window import show_sweep
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
    """View of a live run. It keeps its simulator, until a variable of the notebook does so.

    Args:
        sim: The simulator.
        plots: Plots or their targets; by default all probes.
        sliders: Sliders, entries for expressions, or nodes; by default of the input nodes.
        history_megabytes: Memory that samples may take; by default what the run has, 256 at first.
        hooks: Functions that the run calls with the simulator until the view is closed, in place of
            those of another view; by default those there are.
        is_output: Whether it is the output of the cell that runs, whose next run closes it.
    """

    def __init__(
        self,
        sim: Simulator,
        plots: Sequence[Any] | None = None,
        sliders: Sequence[Any] | None = None,
        history_megabytes: float | None = None,
        hooks: Hooks | None = None,
        *,
        is_output: bool = True,
    ) -> None:
        self._kept: Simulator | None = sim
        self._player: Player | None = None
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
            if hooks:
                self.run.set_hooks(self.widget, hooks)
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

    def sweep(
        self,
        node: Any,
        values: Sequence[float],
        seconds: float,
        dimension: int = 0,
        *,
        from_now: bool = False,
    ) -> None:
        """Run for each of some values of an input in the background, as fast as possible.

        Each run is kept and drawn, ``view.run.kept_runs.runs``, named by its value. All begin at
        the same state and differ in this one value; other inputs are as they are now, and those of
        random processes are the same. In the end the view pauses at the time and in the state that
        it had before. What a Python function of the network remembers is out of reach.

        Args:
            node: Node without input, or its name.
            values: At most 20 values that it puts out, each in a run of its own.
            seconds: Length of each run, in seconds.
            dimension: Index of the value, of a node that puts out several; the others follow the
                node, or stay where their sliders are.
            from_now: Whether runs begin at the present state; otherwise they begin at a reset.

        Raises:
            ValueError: A value, the node or the length cannot be, there is too little memory for
                all runs, or another sweep is under way.
        """
        state = self.widget.layout_state
        name = node if isinstance(node, str) else state.node_name(node)
        show_sweep(state, name, dimension, values, seconds, from_now=from_now)

    def code(self) -> str:
        """Return the present plots and sliders as Python code."""
        return self.widget.layout_state.code()

    def player(self, begin: float | None = None, end: float | None = None) -> Player:
        """Return what was recorded as a small player, which scrubs and zooms without a kernel.

        It displays itself, and ``save("run.html")`` writes it to a file. A shorter time has more
        detail.

        Args:
            begin: Begin in simulated seconds; by default of what was recorded.
            end: End in simulated seconds; by default the present.

        Raises:
            ValueError: Nothing was recorded in that time, or the player would be too large.
        """
        return make_view_player(self.widget.layout_state, begin, end)

    def record(
        self,
        path: str | PathLike[str],
        begin: float | None = None,
        end: float | None = None,
        speed: float | None = None,
        fps: float | None = None,
    ) -> None:
        """Write what was recorded to a file: a player, ``.html``, or a movie, ``.gif``, ``.mp4``.

        Args:
            path: Name of the file.
            begin: Begin in simulated seconds; by default of what was recorded.
            end: End in simulated seconds; by default the present.
            speed: Simulated seconds for each second of a movie; one by default.
            fps: Images for each second of a movie; by default 10 of a GIF and 25 of an MP4.

        Raises:
            ValueError: Nothing was recorded in that time, or the file would be too large.
            ModuleNotFoundError: There is no ffmpeg, which an MP4 needs.
            OSError: The file cannot be written, or ffmpeg fails.
        """
        self.player(begin, end).save(path, speed, fps)

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

        def keep_player(player: Player) -> None:
            live_view = view()
            if live_view is not None:
                live_view._player = player
                shown.update(live_view.bundle(live_view.sim), raw=True)

        self.widget.keep_picture = keep_picture
        self.widget.keep_player = keep_player

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        """Return the MIME bundle for front ends without ``_ipython_display_``, such as marimo."""
        return self.bundle(self.sim)

    def bundle(self, sim: Simulator | None) -> dict[str, Any]:
        """Return the MIME bundle: the widget, and for places without it a PNG and text, or a player
        that was kept.

        JupyterLab's extension shows the widget while its ``uid`` is alive and the best static type
        afterwards. A widget view alone would be an error text in a notebook that is opened again.
        """
        bundle: dict[str, Any] = {
            LIVE_TYPE: {"uid": self.widget.uid},
            WIDGET_TYPE: {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id},
            "text/plain": repr(self),
        }
        picture = "" if sim is None else self.widget.draw_picture(sim)
        if picture:
            bundle["image/png"] = picture
        if self._player is not None:
            bundle["text/html"] = self._player.page()
        return bundle
