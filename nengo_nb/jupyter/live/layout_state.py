"""State of a live view: plots, sliders and window, and the frames that are made of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_nb.diagram import name_of
from nengo_nb.jupyter.protocol import VERSION
from nengo_nb.jupyter.protocol import live as m
from nengo_nb.jupyter.protocol.steering import PointerNodeInfo
from nengo_nb.plots import Trace

from .added_inputs import add_if_undriven, add_input, find_target, pointer_input
from .catalog import catalog
from .declared_plots import make_plot
from .frame_parts import FrameRenderer
from .html_views import HTML
from .kept_runs import histories_of
from .keyboards import keyboards
from .plot import Plot
from .plot_kinds import kinds_of
from .plot_looks import check_over, over_dims
from .pointer_nodes import drivers_of, why_undriven
from .render import Window
from .run import LiveRun
from .signals import Content, find_source, usual_attribute
from .slider_values import check_range, held_indices, slider_values
from .specs import LiveExpression, LivePlot, LiveSlider, write_code

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.run.dynamic_probes import Prepared

LENGTH = 2.0
"""Length of the window of a new view, in simulated seconds."""

AHEAD = 0.25
"""Share of the window after the present, for kept runs that go on there."""


class LayoutState:
    """Plots, sliders and the window of time of one view.

    Messages change them on any thread while the scheduler makes frames of them: tuples are replaced
    as a whole and never changed, so that a reader needs no lock. Two threads that replace one, and
    two that describe it for pages, need ``change`` and ``lock``.

    Args:
        run: Live run that is shown.
        title: Name of its network.
        on_change: Called whenever more than the data changed, on the thread of the change.
    """

    def __init__(self, run: LiveRun, title: str, on_change: Callable[[], None]) -> None:
        self.run = run
        self.title = title
        self.changed = on_change
        sim = run.require_simulator()
        self.sources = catalog(sim)
        self.plots: tuple[Plot, ...] = ()
        self.sliders: tuple[LiveSlider, ...] = ()
        self.expressions: tuple[str, ...] = ()
        """Names of the nodes for which expressions of semantic pointers can be typed."""
        self.length = LENGTH
        self.end: float | None = None
        self.item = 0
        self.unseen = False
        """Whether the plots are defaults that no page has shown yet, so that they may change."""
        self.items = sim.minibatch_size or 1
        self._renderer = FrameRenderer()
        self._numbers = iter(range(1_000_000))
        # From a change until pages are told of it: otherwise a layout that was described before
        # another thread's change could reach a page after the one with it, and stay there.
        self.lock = threading.RLock()

    # -- what is shown

    @contextmanager
    def change(self) -> Iterator[None]:
        """Let no other thread change the layout meanwhile; then tell pages."""
        with self.lock:
            yield
            self.changed()

    def add_plot(self, spec: LivePlot) -> Plot:
        """Add a plot; compile in the background if nothing records its source yet.

        Raises:
            LookupError: There is no such source.
            ValueError: It cannot be drawn like that.
        """
        if spec.kind == "html" and isinstance(spec.target, nengo.Node):
            spec = replace(spec, target=(spec.target, HTML))
        sim = self.run.require_simulator()
        plot = make_plot(next(self._numbers), self.sources, spec, sim)
        watched = self._watched(plot)
        with self.change():
            self.plots = (*self.plots, replace(plot, probe=watched or plot.probe))
        if plot.source.content is not Content.HTML and (watched or plot.probe) is None:
            self._begin_to_record(plot)
        if spec.over is not None:
            self.draw_over(plot.id, spec.over)
        return plot

    def draw_over(self, plot_id: str, target: Any) -> None:
        """Draw the path of another source over an xy plot; None ends that.

        Raises:
            LookupError: There is no such source.
            ValueError: The plot is gone, or one of both is no path.
        """
        plot, over = self.plot(plot_id), None
        if target is not None:
            source = check_over(plot.kind, find_source(self.sources, target))
            spec = LivePlot(source.key, "xy", over_dims(plot.dims, source))
            sim = self.run.require_simulator()
            over = make_plot(next(self._numbers), self.sources, spec, sim)
            over = replace(over, probe=self._watched(over) or over.probe)
        self._update(plot_id, over=over)
        if over is not None and over.probe is None:
            self._begin_to_record(over)

    def _begin_to_record(self, plot: Plot) -> None:
        """Compile a program that records a plot while the run goes on; then the run adopts it."""

        def prepare(sim: Simulator) -> Prepared | None:
            # Looked up again: what was prepared before may have been of the same source.
            if watched := self._watched(plot):
                self._update(plot.id, probe=watched)
                return None
            source = plot.source
            # Not added to the network, which belongs to the user.
            probe = nengo.Probe(
                source.target, source.attr, label=source.key, add_to_container=False
            )
            return sim.prepare([probe])

        def record(prepared: Prepared) -> None:
            self._update(plot.id, probe=prepared.probes[0])

        def fail(error: Exception) -> None:
            self._update(plot.id, trouble=f"This cannot be watched: {error}")

        self.run.widening.begin(self.run, prepare, record, fail)

    def _watched(self, plot: Plot) -> nengo.Probe | None:
        """Return a probe that records the source already, such as one of another view, or None."""
        source, sim = plot.source, self.run.sim
        if plot.probe is not None or sim is None:
            return None
        # Without synapse and with every sample only: a
        # view filters for itself, and so can change it.
        return next(
            (
                probe
                for probe in sim.model.probes
                if probe.target == source.target
                and probe.synapse is None
                and probe.sample_every is None
                and probe.attr == (source.attr or usual_attribute(source.target))
            ),
            None,
        )

    def _update(self, plot_id: str, **values: Any) -> None:
        with self.change():
            self.plots = tuple(p.updated(plot_id, **values) for p in self.plots)

    def grow(self) -> None:
        """Draw pointers that vocabularies have got meanwhile, where none were chosen."""
        if not any(plot.grown() for plot in self.plots):
            return
        with self.change():
            self.plots = tuple(plot.grown() or plot for plot in self.plots)

    def drop_failed(self) -> None:
        """Take away the sliders and entries of inputs that the simulation cannot get."""
        failed = self.run.overrides.failed
        if failed.isdisjoint([*(slider.node for slider in self.sliders), *self.expressions]):
            return
        with self.change():
            self.sliders = tuple(each for each in self.sliders if each.node not in failed)
            self.expressions = tuple(name for name in self.expressions if name not in failed)

    def plot(self, plot_id: str) -> Plot:
        """Return the plot with an id.

        Raises:
            ValueError: It is gone.
        """
        for plot in self.plots:
            if plot.id == plot_id:
                return plot
        raise ValueError("this plot is gone")

    def add_sliders(self, spec: LiveSlider) -> str:
        """Add the sliders of a node, or of an input that an ensemble gets for it.

        Returns:
            The name of the node or input.

        Raises:
            ValueError: The node's output cannot be overridden, or the range is empty or not finite.
        """
        check_range(spec.low, spec.high)
        name = spec.node if isinstance(spec.node, str) else self.node_name(spec.node)
        if name not in self.run.overrides.settable and (
            fed := find_target(self.sources, spec.node)
        ):
            name = add_input(self.run, *fed)
        self.run.overrides.node(name)
        with self.change():
            if all(slider.node != name for slider in self.sliders):
                self.sliders = (*self.sliders, LiveSlider(name, float(spec.low), float(spec.high)))
        return name

    def add_expression(self, spec: LiveExpression) -> str:
        """Add the entry for a node's expressions, or for an input that a module gets for them.

        Returns:
            The name of the node or input.

        Raises:
            ValueError: The node puts out no semantic pointers.
        """
        run = self.run
        name = add_if_undriven(run, self.sources, spec.node) or run.expressions.find(spec.node)
        with self.change():
            if name not in self.expressions:
                self.expressions = (*self.expressions, name)
        return name

    def change_sliders(self, name: str, low: float, high: float) -> None:
        """Set the range of a node's sliders.

        Raises:
            ValueError: There are no such sliders, or the range is empty.
        """
        if all(slider.node != name for slider in self.sliders):
            raise ValueError(f"there are no sliders of {name} here")
        check_range(low, high)
        with self.change():
            self.sliders = tuple(
                LiveSlider(name, low, high) if slider.node == name else slider
                for slider in self.sliders
            )

    def node_name(self, node: Any) -> str:
        """Return the name of an input node, or what another thing is called."""
        return next(
            (n for n, candidate in self.run.overrides.nodes.items() if candidate is node),
            name_of(node),
        )

    def code(self) -> str:
        """Return the view as Python code."""
        # An input that was added goes by the name of what gets it.
        added = self.run.overrides.added
        sliders = [replace(each, node=added.get(each.node, each.node)) for each in self.sliders]
        expressions = [LiveExpression(added.get(name, name)) for name in self.expressions]
        return write_code([plot.spec() for plot in self.plots], [*sliders, *expressions])

    def describe(self) -> m.Layout:
        """Return the message with everything but the data of frames."""
        sliders = [
            m.SliderInfo(
                name=s.node, size=self.run.overrides.node(s.node).size_out, low=s.low, high=s.high
            )
            for s in self.sliders
        ]
        sources = [
            m.SourceInfo(
                key=s.key,
                name=s.key,
                kinds=list(kinds_of(s)),
                size=s.size,
                costs=not isinstance(s.target, nengo.Probe) and s.content is not Content.HTML,
            )
            for s in self.sources.values()
        ]
        return m.Layout(
            version=VERSION,
            title=self.title,
            plots=[self._describe(plot) for plot in self.plots],
            sliders=sliders,
            expressions=list(self.expressions),
            pointer_nodes=[
                PointerNodeInfo(name=name, title=pointer_node.title)
                for name, pointer_node in self.run.expressions.nodes.items()
            ],
            keyboards=keyboards(self.run.overrides.nodes),
            nodes=self.run.overrides.settable,
            sources=sources,
            items=self.items,
            item=self.item,
            dt=self.run.dt,
        )

    def _describe(self, plot: Plot) -> m.PlotInfo:
        """Return the message of a plot, with what drives the module that it shows."""
        info = plot.info()
        if plot.source.vocabulary is None:
            return info
        nodes = self.run.expressions.nodes
        drivers = drivers_of(plot.source, nodes)
        if not drivers and pointer_input(plot.source) is not None:
            drivers = [plot.source.path]
        undriven = "" if drivers else why_undriven(plot.source, nodes)
        return replace(info, drivers=drivers, undriven=undriven)

    # -- a frame

    def latest(self) -> float:
        """Return the end of what can be shown: the present, or that of a drawn kept run."""
        return max(self.run.time, self.run.kept_runs.latest)

    def window(self) -> Window:
        """Return the window of time: it ends at ``end``, or follows the present if that is None."""
        now, latest = self.run.time, self.latest()
        # Where a kept run went on from here is seen before the present run goes there.
        ahead = max(now + AHEAD * self.length, self.length)
        end = min(ahead if self.end is None else self.end, latest)
        return Window(max(end - self.length, 0.0), max(end, self.run.dt))

    def frame(self, number: int) -> tuple[m.Frame, bytes]:
        """Render one frame: the message, and one float32 buffer with the data of all plots."""
        run, sim, window = self.run, self.run.sim, self.window()
        reached = run.reached
        parts, buffer = self._renderer.render(
            self.plots,
            sim,
            self.item,
            reached,
            window,
            moves=run.moving or run.playing,
            runs=run.kept_runs.shown,
        )
        speed = getattr(sim, "steps_per_second", None) or 0.0
        megabytes = run.history_limit.megabytes
        frame = m.Frame(
            number=number,
            time=run.time,
            n_steps=reached.n_steps,
            playing=run.moving or run.playing,
            compiling=run.compiling,
            speed=run.pacing.speed,
            ratio=run.pacing.ratio,
            rate=speed,
            ended=run.ended,
            error=run.error,
            traceback=run.traceback if run.error else "",
            begin=window.begin,
            end=window.end,
            follows=self.end is None,
            length=self.length,
            moments=run.checkpoints.times,
            kept=reached.kept,
            megabytes=megabytes if np.isfinite(megabytes) else None,
            runs=[kept.info() for kept in run.kept_runs.runs],
            latest=self.latest(),
            forgotten=run.kept_runs.forgotten,
            sweep=run.sweep.info if run.sweep else None,
            held=[held_indices(run, slider.node) for slider in self.sliders],
            values=[
                slider_values(run, slider.node, self.item, window, self.end)
                for slider in self.sliders
            ],
            typed=[run.expressions.text(name) for name in self.expressions],
            parts=parts,
        )
        return frame, buffer

    def traces(self, sim: Simulator, most: int) -> list[Trace]:
        """Return what is recorded in the window for a static plot, of each source once.

        Args:
            sim: The simulator.
            most: Largest number of traces.
        """
        window, reached = self.window(), self.run.reached
        traces: dict[str, Trace] = {}
        for plot in self.plots:
            history = plot.history(sim, self.item, reached)
            if history is None or plot.source.now is not None or plot.source.key in traces:
                continue
            kept = histories_of(self.run.kept_runs.shown, plot.probe, self.item)
            trace = plot.trace_runs(history, window, kept)
            if trace is not None:
                traces[plot.source.key] = trace
        return list(traces.values())[:most]
