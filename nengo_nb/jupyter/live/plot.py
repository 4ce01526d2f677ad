"""Plot of a live view: its source and settings, and its data in a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import nengo

from nengo_nb.jupyter.protocol.live import PlotInfo
from nengo_nb.jupyter.protocol.plot_settings import PlotSettings
from nengo_nb.plots import Kind, Trace, make_trace
from nengo_nb.plots.live import live_figure
from nengo_nb.plots.palette import line_style

from .analysis_settings import NO_REFERENCE, Analysis
from .history import History, read_history
from .plot_kinds import PLOT_KINDS, check_dims, default_dims, kinds_of, pools_neurons
from .plot_looks import Looks
from .reached import Reached
from .render import (
    Cache,
    Drawn,
    Style,
    Window,
    empty,
    image_shape,
    matrix,
    overlay,
    values_of,
)
from .row_orders import INDEX, check_order, sort_rows
from .signals import Content, Source
from .similarities import compare
from .specs import LivePlot

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

    from .kept_runs import KeptRun

Sort = Callable[[str, tuple[int, ...]], tuple[int, ...]]
"""Sorts the indices of values by the order of a name."""


@dataclass(frozen=True)
class Plot:
    """Immutable settings of a plot; a change makes another one.

    Args:
        id: Name of it in messages.
        source: Source of its values.
        kind: Name of its kind.
        dims: Indices of the drawn values, in the order in which they are drawn.
        synapse: Time constant of a lowpass filter in seconds, zero for none.
        order: Name of the order of neurons.
        pointers: Expressions of semantic pointers that the source is compared with; None for the
            first keys of its vocabulary, however many that has by now.
        probe: Probe that records it; None while that is being prepared.
        trouble: Reason why no probe can record it; empty if there is none.
        analysis: Settings of kinds that are analyses.
        looks: Limits of its axis, and lines that are switched off.
        over: Path that is drawn over it while it is an xy plot.
    """

    id: str
    source: Source
    kind: str
    dims: tuple[int, ...]
    synapse: float = 0.0
    order: str = INDEX
    pointers: tuple[str, ...] | None = None
    probe: nengo.Probe | None = None
    trouble: str = ""
    analysis: Analysis = field(default_factory=Analysis)
    looks: Looks = field(default_factory=Looks)
    over: Plot | None = None

    @property
    def labels(self) -> list[str]:
        """Labels of the drawn values."""
        names = self.source.names
        return [names[i] for i in self.dims]

    @property
    def title(self) -> str:
        """Name of the source, and the filter with which it is drawn."""
        kind, source = PLOT_KINDS[self.kind], self.source
        label = kind.label
        if self.kind == "correlation" and self.analysis.reference is not None:
            label = f"correlation with {self.analysis.reference.key}"
        name = f"{source.key}, {label}" if kind.is_analysis else source.key
        # Neither a raster and what is computed of spikes, nor present weights are filtered.
        counts_spikes = self.kind == "raster" or pools_neurons(source, self.kind)
        if not self.synapse or counts_spikes or source.now is not None:
            return name
        return f"{name} (synapse {1000 * self.synapse:g} ms)"

    def vocabulary(self) -> tuple[str, ...]:
        """Return the keys of the vocabulary that it is compared with; none for other values."""
        vocabulary = self.source.vocabulary
        return () if vocabulary is None else vocabulary.keys()

    def info(self) -> PlotInfo:
        """Return the plot as a message, with its Bokeh figure."""
        over = self._drawn_over()
        state = self.trouble or self._waits_for() or ("" if over is None else over.trouble)
        source = self.source
        kind = PLOT_KINDS[self.kind]
        drawn, quantity = self.labels, source.quantity
        pools = pools_neurons(source, self.kind)
        if pools:
            drawn, quantity = ["population"], "population rate (Hz)"
        figure = {}
        if kind.draw is not None:
            figure = live_figure(kind.draw, kind.is_timed, quantity, drawn)
        colored = drawn if kind.has_legend else ()
        return PlotInfo(
            id=self.id,
            source=source.key,
            title=self.title,
            kind=self.kind,
            kinds=list(kinds_of(source)),
            labels=list(source.names),
            dims=list(self.dims),
            colors=[line_style(i)[0] for i in range(len(colored))],
            synapse=self.synapse,
            order=self.order,
            neurons=source.is_neural,
            pointers=list(self.pointers or ()),
            vocabulary=list(self.vocabulary()),
            drivers=[],
            undriven="",
            analysis=self.analysis.info(),
            state=state,
            settings=PlotSettings(
                over="" if over is None else over.source.key,
                limits=list(self.looks.limits_of(self.kind) or ()),
                has_limits=kind.has_limits,
                # Neither a raster and what is computed of spikes, nor present weights are filtered.
                has_synapse=self.kind != "raster" and not pools and source.now is None,
                has_order=source.is_neural and not pools,
                hidden=list(self.looks.hidden_of(self.kind, len(self.dims))),
                sound=self.looks.sound_of(self.kind),
            ),
            figure=figure,
        )

    def updated(self, plot_id: str, **values: Any) -> Plot:
        """Return it with other values where the plot with that id is it, or is drawn over it."""
        if self.id == plot_id:
            return replace(self, **values)
        if self.over is None:
            return self
        return replace(self, over=self.over.updated(plot_id, **values))

    def _drawn_over(self) -> Plot | None:
        return self.over if self.kind == "xy" else None

    def _waits_for(self) -> str:
        """Return a sentence on why there is nothing to draw yet; empty if there is."""
        if self.source.content is Content.HTML:
            return ""
        if self.probe is None:
            return "Compiling what records this …"
        if self.kind == "correlation" and self.analysis.reference is None:
            return NO_REFERENCE
        return "" if self.dims else "Its vocabulary has no pointers yet; they come as it runs."

    def spec(self) -> LivePlot:
        """Return the plot as it is declared in code, without what is the default."""
        whole = self.dims == default_dims(self.source, self.kind)
        synapse = None if self.synapse == self.source.synapse else self.synapse
        over, count = self._drawn_over(), len(self.dims)
        spec = LivePlot(self.source.key, self.kind, None if whole else self.dims, synapse)
        if self.source.vocabulary is not None:
            spec = replace(spec, dims=None, pointers=self.pointers)
        elif self.order != INDEX:
            # In this order it is drawn again, as it would be another one after another run.
            spec = replace(spec, dims=self.dims, order=self.order)
        return replace(
            self.analysis.declare(spec),
            over=None if over is None else over.source.key,
            limits=self.looks.limits_of(self.kind),
            hidden=self.looks.hidden_of(self.kind, count),
            sound=self.looks.sound_of(self.kind) or None,
        )

    @cached_property
    def style(self) -> Style:
        """Settings that turn samples into a drawing."""
        source = self.source
        shape = (
            image_shape(source.shape, len(self.dims)) if not source.labels else (1, len(self.dims))
        )
        compared = source.labels if source.vocabulary is not None else ()
        neurons = None if source.ensemble is None else source.ensemble.neuron_type
        return Style(
            self.dims,
            self.synapse,
            source.spikes,
            source.transform,
            shape,
            compared,
            # Not every type of neurons has these.
            amplitude=float(getattr(neurons, "amplitude", 1.0)),
            tau_ref=float(getattr(neurons, "tau_ref", 0.0)),
            marker=self.analysis.marker,
            period=self.analysis.period,
            hidden=self.looks.hidden_of(self.kind, len(self.dims)),
        )

    def history(self, sim: Simulator, item: int, reached: Reached) -> History | None:
        """Return all recorded samples, or None if nothing records them yet."""
        # A probe may be set before the run has published a state that counts its samples.
        if self.probe is None or self.probe not in reached.recorded:
            return None
        return read_history(sim, self.probe, item, reached.n_steps, reached.recorded[self.probe])

    def sort(self, sim: Simulator, item: int, reached: Reached) -> Sort:
        """Return what sorts its values by the encoders and by what was recorded until now."""
        history = self.history(sim, item, reached)
        return lambda order, dims: sort_rows(order, dims, self.source, sim, history)

    def draw(
        self, sim: Simulator, item: int, reached: Reached, window: Window, cache: Cache
    ) -> Drawn:
        """Render the data of the present run in one frame, before kinds join those of others."""
        # Without a minibatch there is no batch axis to choose from; weights
        # that do not change while it runs have none in either case.
        if self.source.now is not None and self.probe is not None:
            present = self.source.now(sim)
            return matrix(
                present if sim.minibatch_size is None or present.ndim < 3 else present[item],
                self.style,
            )
        history = self.history(sim, item, reached)
        if history is None or not self.dims:
            return empty()
        style = self.style
        if self.kind == "correlation":
            style = replace(style, reference=self.analysis.history(sim, item, reached))
        drawn = PLOT_KINDS[self.kind].render(history, window, style, cache)
        above = self._drawn_over()
        if above is None:
            return drawn
        return overlay(drawn, above.draw(sim, item, reached, window, Cache()))

    def trace_runs(
        self, history: History, window: Window, earlier: Sequence[tuple[KeptRun, History]]
    ) -> Trace | None:
        """Return the samples in a window with those of kept runs, where these can be drawn.

        Args:
            history: All recorded samples.
            window: The window.
            earlier: Kept runs, with their samples.
        """
        trace = self.trace(history, window)
        if trace is None or trace.kind is not Kind.LINES:
            return trace
        found = [(run, self.trace(each, window)) for run, each in earlier]
        under = [
            replace(each, label=run.name, level=run.level)
            for run, each in found
            if each is not None
        ]
        return replace(trace, under=tuple(under))

    def trace(self, history: History, window: Window) -> Trace | None:
        """Return the samples in a window as a static plot draws them; None without any.

        Args:
            history: All recorded samples.
            window: The window.
        """
        part = history.between(window.begin, window.end)
        if part.stop <= part.start or not self.dims:
            return None
        return make_trace(
            self.title,
            history.times(part.start, part.stop),
            values_of(history, part, self.style, 0.0 if self.source.spikes else self.synapse),
            spikes=self.source.spikes,
            quantity=self.source.quantity,
            index="neuron" if self.source.is_neural else "dimension",
        )

    def changed(
        self,
        kind: str,
        dims: Sequence[int],
        synapse: float,
        order: str,
        sort: Sort,
        pointers: Sequence[str] | None = None,
    ) -> Plot:
        """Return the plot with other settings.

        Args:
            kind: Name of a kind.
            dims: Indices of the drawn values; empty for the default ones.
            synapse: Time constant of the filter, in seconds.
            order: Name of the order of neurons.
            sort: Sorts the indices of values by the order of that name.
            pointers: Expressions that a similarity is drawn of; None for those of the vocabulary.

        Raises:
            ValueError: The source cannot be drawn like that.
        """
        possible = kinds_of(self.source)
        if kind not in possible:
            raise ValueError(
                f"{self.source.key} cannot be drawn as {kind!r}: {', '.join(possible)} can"
            )
        if not 0 <= synapse < 100:
            raise ValueError(f"a filter's time constant is between 0 and 100 s (got {synapse})")
        check_order(order, self.source)
        if self.source.vocabulary is not None:
            return self._compared(kind, pointers, synapse)
        # Another kind draws another number of values, so it begins with its own defaults.
        chosen = tuple(dims) if kind == self.kind and dims else default_dims(self.source, kind)
        check_dims(self.source, kind, chosen)
        arranged = self._arranged(chosen, order, sort)
        looks = self.looks if arranged == self.dims else replace(self.looks, hidden=())
        return replace(self, kind=kind, dims=arranged, synapse=synapse, order=order, looks=looks)

    def _arranged(self, chosen: tuple[int, ...], order: str, sort: Sort) -> tuple[int, ...]:
        """Return the indices of drawn values in an order."""
        if order == INDEX:
            return chosen if self.order == INDEX else tuple(sorted(chosen))
        # Sorted anew only where others are drawn, or another order is asked for.
        if order == self.order and set(chosen) == set(self.dims):
            return self.dims
        return sort(order, chosen)

    def grown(self) -> Plot | None:
        """Return the plot with the pointers that its vocabulary has got; None if there are none."""
        if self.source.vocabulary is None or self.pointers is not None:
            return None
        if self.source.labels == _first_keys(self.vocabulary(), self.kind):
            return None
        return self._compared(self.kind, None, self.synapse)

    def _compared(self, kind: str, pointers: Sequence[str] | None, synapse: float) -> Plot:
        """Return the plot of a similarity with other settings; raise ValueError if it cannot be."""
        expressions = _first_keys(self.vocabulary(), kind)
        if pointers is not None:
            # Once each, however they are spaced.
            expressions = tuple(dict.fromkeys(" ".join(text.split()) for text in pointers))
        source = compare(self.source, expressions)
        dims = tuple(range(len(expressions)))
        check_dims(source, kind, dims)
        chosen = None if pointers is None else expressions
        # Lines at the same positions are of other pointers then.
        same = expressions == tuple(self.source.labels)
        looks = self.looks if same else replace(self.looks, hidden=())
        return replace(
            self, source=source, kind=kind, dims=dims, synapse=synapse, pointers=chosen, looks=looks
        )


def _first_keys(keys: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Return the keys of a vocabulary that a kind of plot draws by default."""
    return keys[: PLOT_KINDS[kind].default_count(len(keys))]
