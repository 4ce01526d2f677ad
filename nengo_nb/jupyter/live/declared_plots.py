"""Plots that declarations ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import nengo

from .analysis_settings import make_analysis
from .plot import Plot
from .plot_kinds import PLOT_KINDS, check_dims, default_dims, kinds_of
from .plot_looks import Looks, read_hidden, read_limits, read_sound
from .row_orders import INDEX, check_order, sort_rows
from .signals import Source, find_source
from .specs import LivePlot

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def make_plot(number: int, sources: Mapping[str, Source], spec: LivePlot, sim: Simulator) -> Plot:
    """Make the plot that a declaration asks for.

    Args:
        number: Number of it, of which its id is made.
        sources: All sources by key.
        spec: The declaration.
        sim: The simulator, whose encoders neurons may be sorted by.

    Raises:
        LookupError: There is no such source.
        ValueError: The source cannot be drawn like that.
    """
    source = find_source(sources, spec.target)

    def sort(order: str, dims: tuple[int, ...]) -> tuple[int, ...]:
        return sort_rows(order, dims, source, sim, None)

    usual = kinds_of(source)[0]
    kind = spec.kind or usual
    if kind not in PLOT_KINDS:
        raise ValueError(f"there is no kind of plot {kind!r}; there are {', '.join(PLOT_KINDS)}")
    probe = source.target if isinstance(source.target, nengo.Probe) else None
    plot = Plot(
        f"plot-{number}",
        source,
        usual,
        default_dims(source, usual),
        probe=probe,
        analysis=make_analysis(sources, source, spec),
    )
    dims = default_dims(source, kind) if spec.dims is None else tuple(spec.dims)
    check_dims(source, kind, dims)
    synapse = source.synapse if spec.synapse is None else spec.synapse
    if source.vocabulary is not None:
        plot = plot.changed(kind, (), synapse, INDEX, sort, _chosen_pointers(source, spec))
        return replace(plot, looks=_looks_of(spec, len(plot.dims), source.size))
    if spec.pointers is not None:
        raise ValueError(f"{source.key} has no vocabulary of semantic pointers to choose from")
    # For its checks of kind and synapse; the default dims that it chooses are replaced.
    plot = plot.changed(kind, (), synapse, INDEX, sort)
    if spec.order is None or spec.dims is not None:
        check_order(spec.order or INDEX, source)
        plot = replace(plot, dims=dims, order=spec.order or INDEX)
    else:
        plot = plot.changed(kind, dims, synapse, spec.order, sort)
    return replace(plot, looks=_looks_of(spec, len(dims), source.size))


def _looks_of(spec: LivePlot, count: int, size: int) -> Looks:
    """Return the looks that a declaration asks for, of a plot with so many drawn values of all."""
    return Looks(
        read_limits(spec.limits or ()),
        read_hidden(spec.hidden, count),
        read_sound(spec.sound, size),
    )


def _chosen_pointers(source: Source, spec: LivePlot) -> Sequence[str] | None:
    """Return the expressions that a declaration names, or whose indices it has; None for none."""
    if spec.pointers is not None or spec.dims is None:
        return spec.pointers
    return [source.labels[i] for i in spec.dims]
