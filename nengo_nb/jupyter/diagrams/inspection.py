"""Inspection of built objects: tuning curves, response curves, decoded functions and weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder.ensemble import get_activities
from nengo.utils.ensemble import response_curves

from nengo_nb.diagram import built_facts
from nengo_nb.jupyter.protocol.diagram import Chart, ImageChart, InspectReply, LineChart

from .charts import axis_numbers, downsample, rows
from .decoded import (
    POINTS,
    EvaluationError,
    chart_decoded,
    evaluation_error,
    is_decoded,
    label_of_axis,
    points_along,
)
from .present import PresentData, present

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

MOST_CURVES = 60
"""Largest number of curves of neurons."""

UNBUILT = (
    "There is no simulator that was built from this network as it is now: after '%nengo run NAME "
    "0.1' or "
    "nengo_nb.Simulator(...) there is more to see here."
)


def inspect_object(
    number: int, thing: Any, sim: AnySimulator | None, dimension: int = 0
) -> InspectReply:
    """Return the reply to a request about an object of a network.

    Args:
        number: Number of the request.
        thing: Object of the network.
        sim: Simulator in which it was built, or None.
        dimension: Dimension of the represented value along which charts are drawn.
    """
    if isinstance(thing, nengo.Node | nengo.Network):
        return InspectReply(id=number)
    if sim is None:
        return InspectReply(id=number, note=UNBUILT)
    dimensions = _dimensions_of(thing)
    # It comes from a page, and the copies of a stack are alike: of the same dimensions.
    along = min(max(dimension, 0), dimensions - 1)
    try:
        facts = list(built_facts(thing, sim.model))
        charts: list[Chart]
        if isinstance(thing, nengo.Ensemble):
            charts = list(_ensemble(thing, sim, along))
        else:
            error = evaluation_error(thing, sim) if is_decoded(thing) else None
            facts += [] if error is None else [error.fact]
            charts = list(_connection(thing, sim, along, error))
        return InspectReply(id=number, facts=facts, charts=charts, dimensions=dimensions)
    except Exception as error:
        return InspectReply(
            id=number, note=f"This cannot be drawn: {type(error).__name__}: {error}"
        )


def _dimensions_of(thing: nengo.Ensemble | nengo.Connection) -> int:
    """Return the number of dimensions along which charts can be drawn."""
    if isinstance(thing, nengo.Connection):
        return int(thing.pre_obj.dimensions) if is_decoded(thing) else 1
    return int(thing.dimensions)


def _ensemble(ensemble: nengo.Ensemble, sim: AnySimulator, dimension: int) -> Iterator[LineChart]:
    """Yield tuning curves along a dimension, and responses along the neurons' own encoders."""
    if isinstance(ensemble.neuron_type, nengo.Direct):
        return
    # Evenly spread over all neurons; unique where there are fewer neurons than curves.
    chosen = np.unique(np.linspace(0, ensemble.n_neurons - 1, MOST_CURVES).astype(int))
    few = (
        f"{len(chosen)} of {ensemble.n_neurons} neurons"
        if len(chosen) < ensemble.n_neurons
        else "all neurons"
    )
    x, points = points_along(ensemble, dimension)
    rates = get_activities(present(ensemble, sim), ensemble, points)
    yield _curves(f"Tuning curves, {few}", x, rates.T[chosen], label_of_axis(ensemble, dimension))
    # In many dimensions most neurons are at right angles to any axis:
    # here each is driven along its own encoder, up to its radius.
    x, rates = response_curves(ensemble, PresentData(sim), np.linspace(-1, 1, POINTS))
    yield _curves(f"Response curves, {few}", x, rates.T[chosen], "own encoder, in radii")


def _curves(title: str, x: np.ndarray, rates: np.ndarray, x_label: str) -> LineChart:
    """Return a chart of firing rates, ``(neurons, points)``."""
    return LineChart(
        title=title,
        x=axis_numbers(x),
        lines=rows(rates),
        names=[],
        dashed=[],
        x_label=x_label,
        y_label="rate (Hz)",
    )


def _connection(
    connection: nengo.Connection,
    sim: AnySimulator,
    dimension: int,
    error: EvaluationError | None,
) -> Iterator[Chart]:
    """Yield the decoded function beside the wanted one, and the weights."""
    decoded = is_decoded(connection)
    if decoded:
        yield chart_decoded(connection, sim, dimension, error)
    weights = present(connection, sim).weights
    if weights is None:
        return
    # A sparse matrix of SciPy or Nengo.
    if hasattr(weights, "toarray"):
        weights = weights.toarray()
    # A scalar or diagonal transform has no, or one, axis, and kernels of a convolution have more.
    matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    matrix = matrix.reshape(len(matrix), -1)
    title = "Decoders" if decoded else "Weights"
    yield ImageChart(
        title=f"{title}, {matrix.shape[0]} × {matrix.shape[1]}",
        values=rows(downsample(matrix)),
        rows="outputs",
        columns="inputs",
    )
