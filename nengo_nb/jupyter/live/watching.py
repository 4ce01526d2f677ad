"""Plots and sliders that are added to live views from elsewhere, such as from a diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nengo

from nengo_nb.diagram import name_of

from .added_inputs import takes_input
from .keyboards import keyboards
from .layout_state import LayoutState
from .offers import SIMILARITY, Offer
from .runs import live_runs
from .signals import Content, Source, find_source
from .specs import LiveExpression, LivePlot, LiveSlider
from .widget import LiveWidget


@dataclass(frozen=True)
class Added:
    """Place of what was added to a view: the id of a plot, or the name of a node."""

    plot: str = ""
    node: str = ""


def find_view(thing: Any, preferred: Sequence[str] = ()) -> LiveWidget | None:
    """Return an open live view of a simulator that built an object, or None.

    Args:
        thing: Object of a network.
        preferred: Names of views, of which the first one that fits is taken.
    """
    views: dict[str, LiveWidget] = {}
    for run in live_runs.all():
        sim = run.sim
        if sim is None or run.ended or thing not in sim.model.params:
            continue
        views |= {view.uid: view for view in run.views if isinstance(view, LiveWidget)}
    seen = [uid for uid in preferred if uid in views]
    # Of those that nobody sees any will do: the page is going to show it.
    return views[seen[0]] if seen else next(iter(views.values()), None)


def add_to_view(state: LayoutState, offer: Offer) -> Added:
    """Add to a view what an offer promises, unless it is there.

    Raises:
        LookupError: The view's simulator does not have it.
        ValueError: It cannot be drawn or set.
    """
    if offer.steers:
        return Added(node=_steer(state, offer.target))
    source = _recorded(state, _find(state, offer))
    for plot in state.plots:
        if plot.source.key == source.key:
            return Added(plot=plot.id)
    return Added(plot=state.add_plot(LivePlot(source.key)).id)


def _find(state: LayoutState, offer: Offer) -> Source:
    target, attr = offer.target, offer.attr
    if attr == SIMILARITY:
        for source in state.sources.values():
            if source.vocabulary is not None and source.target is target:
                return source
    elif attr is None:
        # A similarity to semantic pointers comes after what it is computed of.
        return find_source(state.sources, target)
    return find_source(state.sources, (target, attr))


def _recorded(state: LayoutState, source: Source) -> Source:
    """Return a source's probe where the network has one, as that costs nothing, or the source."""
    if source.owner is not None or source.content is Content.HTML:
        return source
    wanted = source.attr or source.target.probeable[0]
    for other in state.sources.values():
        probe = other.target
        if not isinstance(probe, nengo.Probe) or probe.sample_every is not None:
            continue
        if probe.target == source.target and probe.attr == wanted:
            return other
    return source


def _steer(state: LayoutState, node: nengo.Node | nengo.Ensemble) -> str:
    """Add what sets a node, or an input that something gets; return the name of either there."""
    if takes_input(node):
        return state.add_sliders(LiveSlider(node))
    for name, each in state.run.overrides.nodes.items():
        if each is not node:
            continue
        if name in state.run.expressions.nodes:
            state.add_expression(LiveExpression(name))
        # A view has the keyboards of all nodes that take keys.
        elif not keyboards({name: node}):
            state.add_sliders(LiveSlider(name))
        return name
    raise ValueError(f"{name_of(node)} has no output of its own that could be set")
