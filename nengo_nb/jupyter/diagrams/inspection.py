"""Inspection of built objects: tuning curves, decoded functions and weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder.connection import get_targets
from nengo.builder.ensemble import get_activities
from nengo.utils.ensemble import response_curves

from nengo_nb.diagram import built_facts
from nengo_nb.jupyter.protocol.diagram import Chart, ImageChart, InspectReply, LineChart

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

MOST_CURVES, MOST_CELLS = 60, 96
"""Largest numbers of tuning curves, and of rows or columns of an image."""

UNBUILT = (
    "There is no simulator that was built from this network as it is now: after '%nengo run NAME "
    "0.1' or "
    "nengo_nb.Simulator(...) there is more to see here."
)


def inspect_object(number: int, thing: Any, sim: AnySimulator | None) -> InspectReply:
    """Return the reply to a request about an object of a network.

    Args:
        number: Number of the request.
        thing: Object of the network.
        sim: Simulator in which it was built, or None.
    """
    if isinstance(thing, nengo.Node | nengo.Network):
        return InspectReply(id=number)
    if sim is None:
        return InspectReply(id=number, note=UNBUILT)
    # A generator: it runs, and may fail, in list() below.
    charts = _ensemble(thing, sim) if isinstance(thing, nengo.Ensemble) else _connection(thing, sim)
    try:
        return InspectReply(
            id=number, facts=list(built_facts(thing, sim.model)), charts=list(charts)
        )
    except Exception as error:
        return InspectReply(
            id=number, note=f"This cannot be drawn: {type(error).__name__}: {error}"
        )


def _ensemble(ensemble: nengo.Ensemble, sim: AnySimulator) -> Iterator[LineChart]:
    """Yield tuning curves, over the represented value or along preferred directions."""
    if isinstance(ensemble.neuron_type, nengo.Direct):
        return
    # Evenly spread over all neurons; unique where there are fewer neurons than curves.
    chosen = np.unique(np.linspace(0, ensemble.n_neurons - 1, MOST_CURVES).astype(int))
    few = (
        f"{len(chosen)} of {ensemble.n_neurons} neurons"
        if len(chosen) < ensemble.n_neurons
        else "all neurons"
    )
    if ensemble.dimensions == 1:
        x = np.linspace(-ensemble.radius, ensemble.radius, 81)
        rates = get_activities(_now(ensemble, sim), ensemble, x[:, None])
        label = "represented value"
    else:
        # In many dimensions a grid is out of the question:
        # each neuron is driven along its own encoder.
        x, rates = response_curves(ensemble, _Now(sim), np.linspace(-1, 1, 81))
        label = "each neuron's own direction"
    yield LineChart(
        title=f"Tuning curves, {few}",
        x=_row(x),
        lines=_rows(rates.T[chosen]),
        names=[],
        dashed=[],
        x_label=label,
        y_label="rate (Hz)",
    )


def _now(thing: Any, sim: AnySimulator) -> Any:
    """Return the built parameters with what was learned since, of the first item of a minibatch."""
    built = sim.model.params[thing]
    if sim.closed:
        return built
    now = sim.data[thing]
    # A learned parameter has one axis more than the built one, as items learn each for itself.
    batched = {
        name: getattr(now, name)[0]
        for name in now._fields
        if np.ndim(getattr(now, name)) > np.ndim(getattr(built, name)) > 0
    }
    return now._replace(**batched)


class _Now:
    """Stand-in for a simulator in Nengo's functions, which read nothing but ``sim.data[obj]``."""

    def __init__(self, sim: AnySimulator) -> None:
        self._sim = sim

    @property
    def data(self) -> _Now:
        return self

    def __getitem__(self, thing: Any) -> Any:
        return _now(thing, self._sim)


def _connection(connection: nengo.Connection, sim: AnySimulator) -> Iterator[Chart]:
    """Yield the decoded function beside the wanted one, and the weights."""
    built = _now(connection, sim)
    pre = connection.pre_obj
    decoded = isinstance(pre, nengo.Ensemble) and not isinstance(pre.neuron_type, nengo.Direct)
    if decoded and not connection.solver.weights:
        yield _decoded(connection, built, sim)
    weights = built.weights
    if weights is None:
        return
    # A sparse matrix of SciPy or Nengo.
    if hasattr(weights, "toarray"):
        weights = weights.toarray()
    # A scalar or diagonal transform has no, or one, axis, and kernels of a convolution have more.
    matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    matrix = matrix.reshape(len(matrix), -1)
    title = "Decoders" if decoded and not connection.solver.weights else "Weights"
    yield ImageChart(
        title=f"{title}, {matrix.shape[0]} × {matrix.shape[1]}",
        values=_rows(_small(matrix)),
        rows="outputs",
        columns="inputs",
    )


def _decoded(connection: nengo.Connection, built: Any, sim: AnySimulator) -> LineChart:
    """Return the decoded function along the first dimension, with all others at zero."""
    pre = connection.pre_obj
    x = np.linspace(-pre.radius, pre.radius, 81)
    points = np.zeros((len(x), pre.dimensions))
    points[:, 0] = x
    decoded = get_activities(_now(pre, sim), pre, points) @ np.asarray(built.weights).T
    lines, names = list(decoded.T[:4]), _names("decoded", decoded.shape[1])
    count = len(lines)
    # A function that is given as an array of targets cannot be evaluated at other points.
    if not isinstance(connection.function, np.ndarray):
        wanted = np.asarray(get_targets(connection, points)).T[:4]
        lines += list(wanted)
        names += _names("wanted", len(wanted))
    label = "represented value" if pre.dimensions == 1 else "first dimension, the others at zero"
    return LineChart(
        title="Decoded function",
        x=_row(x),
        lines=_rows(np.asarray(lines)),
        names=names,
        dashed=list(range(count, len(lines))),
        x_label=label,
        y_label="value",
    )


def _names(word: str, count: int) -> list[str]:
    """Return names of the first dimensions that are drawn, at most four."""
    return [word] if count == 1 else [f"{word} {index}" for index in range(min(count, 4))]


def _small(matrix: np.ndarray) -> np.ndarray:
    """Downsample a matrix to few rows and columns: of each patch the value farthest from zero."""
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > MOST_CELLS:
            # A mean would let weights of both signs cancel, and hide single large ones.
            edges = np.linspace(0, size, MOST_CELLS + 1).astype(int)[:-1]
            low, high = (
                np.minimum.reduceat(matrix, edges, axis),
                np.maximum.reduceat(matrix, edges, axis),
            )
            matrix = np.where(-low > high, low, high)
    return matrix


def _row(values: np.ndarray) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def _rows(values: np.ndarray) -> list[list[float | None]]:
    """Return numbers with four digits, and None for those that JSON lacks."""
    return [list(map(_number, row)) for row in values]


def _number(value: float) -> float | None:
    return float(f"{value:.4g}") if np.isfinite(value) else None
