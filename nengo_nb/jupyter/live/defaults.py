"""Default plots and sliders of a view, and the plots that a viewer has set as a preference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import nengo

from nengo_nb.jupyter.probes import records_spikes

from .keyboards import keyboards
from .layout_state import LayoutState
from .pointer_nodes import constants_of_modules
from .signals import Content, Source
from .specs import LiveExpression, LivePlot, LiveSlider, Steering

MOST = 6
"""Number of plots of a new view."""

FEW = 4
"""Number of nodes with sliders of a new view, and of nodes with entries for expressions."""


def make_plots(state: LayoutState, chosen: Sequence[Any] | None) -> list[LivePlot]:
    """Return the chosen plots; by default HTML, similarities and probes, or else decoded values."""
    if chosen is not None:
        return [spec if isinstance(spec, LivePlot) else LivePlot(spec) for spec in chosen]
    return _specs(_probed(state))


def make_sliders(state: LayoutState, chosen: Sequence[Any] | None) -> list[Steering]:
    """Return what was chosen; by default sliders of the first four small input nodes, and entries
    for the first four nodes that put out semantic pointers.
    """
    if chosen is not None:
        return [spec if isinstance(spec, Steering) else LiveSlider(spec) for spec in chosen]
    pointers = state.run.expressions.nodes
    inner = constants_of_modules(state.run.require_simulator().model.toplevel)
    keys = [info.name for info in keyboards(state.run.overrides.nodes)]
    small = [
        name
        for name, node in state.run.overrides.nodes.items()
        if node.size_out <= 8
        and name not in [*pointers, *keys, *state.run.overrides.failed]
        and id(node) not in inner
    ]
    expressions = [LiveExpression(name) for name in list(pointers)[:FEW]]
    return [*(LiveSlider(name) for name in small[:FEW]), *expressions]


def steer(state: LayoutState, steering: Steering) -> None:
    """Add sliders or an entry for expressions to a view.

    Raises:
        ValueError: The node cannot be set like that.
    """
    if isinstance(steering, LiveExpression):
        state.add_expression(steering)
    else:
        state.add_sliders(steering)


def prefer(state: LayoutState, wanted: str) -> None:
    """Replace the default plots of a new view by those that its first viewer prefers; others stay.

    Raises:
        ValueError: There is no such preference.
    """
    if wanted not in PREFERENCES:
        raise ValueError(f"a new view cannot show {wanted!r}; it can show {', '.join(PREFERENCES)}")
    # Every page that shows the view sends its preference: only the first one may change plots.
    by_default, state.unseen = state.unseen, False
    specs = _specs(PREFERENCES[wanted](state))
    if not by_default or [spec.target for spec in specs] == [
        plot.source.key for plot in state.plots
    ]:
        return
    with state.change():
        state.plots = ()
    for spec in specs:
        state.add_plot(spec)


def _specs(sources: Sequence[Source]) -> list[LivePlot]:
    return [LivePlot(source.key) for source in sources[:MOST]]


def _probed(state: LayoutState) -> list[Source]:
    """Return HTML, similarities to semantic pointers and probes, or else all decoded values."""
    sources = state.sources.values()
    # What a model of semantic pointers is about, before what was asked for as numbers.
    pointed = [source for source in sources if source.is_default]
    probed = [source for source in sources if isinstance(source.target, nengo.Probe)]
    pages = [source for source in sources if source.content is Content.HTML]
    signals = [*pointed, *probed] or [
        source for source in sources if isinstance(source.target, nengo.Ensemble)
    ]
    # A node that shows something was made to be looked at.
    return [*pages, *signals]


def _decoded(state: LayoutState) -> list[Source]:
    """Return the decoded value of every ensemble."""
    return _of_ensembles(state, lambda ens: ens, lambda probe: probe.attr == "decoded_output")


def _spikes(state: LayoutState) -> list[Source]:
    """Return the spikes of every ensemble of spiking neurons."""
    return _of_ensembles(state, lambda ens: ens.neurons, records_spikes)


def _of_ensembles(
    state: LayoutState,
    target_of: Callable[[nengo.Ensemble], Any],
    fits: Callable[[nengo.Probe], bool],
) -> list[Source]:
    """Return a source for each ensemble: its first fitting probe, or one to record anew."""
    sources = list(state.sources.values())
    chosen = []
    # Each once: parts of nengo.spa are in two networks.
    for ens in dict.fromkeys(state.run.require_simulator().model.toplevel.all_ensembles):
        target = target_of(ens)
        probed = (
            s for s in sources if isinstance(s.target, nengo.Probe) and s.target.target == target
        )
        own = (s for s in sources if s.target == target and s.attr is None and s.owner is None)
        # An existing probe is free; for anything else the program is compiled again.
        source = next((s for s in probed if fits(s.target)), None) or next(own, None)
        if source is not None and (source.spikes or target is ens):
            chosen.append(source)
    return chosen


PREFERENCES: dict[str, Callable[[LayoutState], list[Source]]] = {
    "probes": _probed,
    "decoded": _decoded,
    "spikes": _spikes,
    "none": lambda _: [],
}
"""Sources of a new view's plots, by the names in ``labextension/schema/settings.json``."""
