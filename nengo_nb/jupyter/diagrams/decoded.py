"""Decoded functions of connections, beside the functions that were wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import nengo
import numpy as np
from nengo.builder.connection import get_targets
from nengo.builder.ensemble import get_activities

from nengo_nb.jupyter.protocol.diagram import LineChart

from .charts import axis_numbers, rows
from .present import present

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

POINTS = 81
"""Number of values along the axis of a chart."""

MOST_LINES = 4
"""Number of dimensions of a decoded function that are drawn."""


@dataclass(frozen=True)
class Decoded:
    """Values that a connection decodes at values of its ensemble, and those that were wanted.

    Args:
        values: Decoded values, ``(points, size_out)``, behind the transform.
        wanted: Values of the function behind the transform, of the same shape; None if they
            cannot be told: for targets that are given at other points, and for a random
            transform, of which Nengo keeps no copy.
    """

    values: np.ndarray
    wanted: np.ndarray | None

    @property
    def rmse(self) -> float | None:
        """Root mean square of the difference over all points and dimensions."""
        if self.wanted is None or not self.wanted.size:
            return None
        return float(np.sqrt(np.square(self.values - self.wanted).mean()))


def is_decoded(connection: nengo.Connection) -> bool:
    """Whether a connection has decoders, and no full weights with encoders in them."""
    pre = connection.pre_obj
    has_neurons = isinstance(pre, nengo.Ensemble) and not isinstance(pre.neuron_type, nengo.Direct)
    return has_neurons and not connection.solver.weights


def decode(connection: nengo.Connection, points: np.ndarray, sim: AnySimulator) -> Decoded:
    """Decode a connection as it is now, at values of its ensemble, ``(points, dimensions)``."""
    pre = connection.pre_obj
    # The decoders of a built connection have the transform in them.
    weights = np.asarray(present(connection, sim).weights)
    values = get_activities(present(pre, sim), pre, points) @ weights.T
    transform = _matrix_of(connection)
    is_given = isinstance(connection.function, np.ndarray)
    if transform is None or (is_given and len(connection.function) != len(points)):
        return Decoded(values, None)
    return Decoded(values, np.asarray(get_targets(connection, points)) @ transform.T)


def _matrix_of(connection: nengo.Connection) -> np.ndarray | None:
    """Return the transform as a matrix, ``(size_out, size_mid)``; None for a random one."""
    # NoTransform has no init, and Nengo 3 has a matrix of 1 in its place.
    init = getattr(connection.transform, "init", 1.0)
    if isinstance(init, nengo.dists.Distribution):
        return None
    factors = np.asarray(init, float)
    if factors.ndim == 2:
        return factors
    return np.eye(connection.size_mid) * factors


@dataclass(frozen=True)
class EvaluationError:
    """Error of decoders as they are now, over the points that they were solved for.

    Args:
        rmse: Root mean square over all points and dimensions.
        n_points: Number of points.
    """

    rmse: float
    n_points: int

    @property
    def fact(self) -> tuple[str, str]:
        """The error as a word and a short text."""
        return "RMSE now", f"{self.rmse:.3g} over {self.n_points:,} evaluation points"


def evaluation_error(connection: nengo.Connection, sim: AnySimulator) -> EvaluationError | None:
    """Return the error of a connection's decoders; None where what was wanted cannot be told."""
    points = sim.model.params[connection].eval_points
    if points is None:
        return None
    rmse = decode(connection, np.asarray(points), sim).rmse
    return None if rmse is None else EvaluationError(rmse, len(points))


def chart_decoded(
    connection: nengo.Connection,
    sim: AnySimulator,
    dimension: int,
    error: EvaluationError | None,
) -> LineChart:
    """Return the decoded function along a dimension, with all others at zero.

    Args:
        connection: A connection with decoders.
        sim: Simulator in which it was built.
        dimension: The dimension.
        error: Error of the decoders, for the title; None if it is not known.
    """
    pre = connection.pre_obj
    x, points = points_along(pre, dimension)
    decoded = decode(connection, points, sim)
    lines = list(decoded.values.T[:MOST_LINES])
    names = _names("decoded", decoded.values.shape[1])
    count = len(lines)
    # Targets that are given cannot be evaluated at other points.
    if decoded.wanted is not None and not isinstance(connection.function, np.ndarray):
        lines += list(decoded.wanted.T[:MOST_LINES])
        names += _names("wanted", decoded.wanted.shape[1])
    return LineChart(
        title="Decoded function" + ("" if error is None else f", RMSE {error.rmse:.2g}"),
        x=axis_numbers(x),
        lines=rows(np.asarray(lines)),
        names=names,
        dashed=list(range(count, len(lines))),
        x_label=label_of_axis(pre, dimension),
        y_label="value",
    )


def points_along(ensemble: nengo.Ensemble, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """Return values of a dimension within the radius, and these as points, the others at zero."""
    x = np.linspace(-ensemble.radius, ensemble.radius, POINTS)
    points = np.zeros((POINTS, ensemble.dimensions))
    points[:, dimension] = x
    return x, points


def label_of_axis(ensemble: nengo.Ensemble, dimension: int) -> str:
    """Return the label of such an axis."""
    if ensemble.dimensions == 1:
        return "represented value"
    return f"dimension {dimension}, the others at zero"


def _names(word: str, count: int) -> list[str]:
    """Return names of the first dimensions that are drawn."""
    return [word] if count == 1 else [f"{word} {index}" for index in range(min(count, MOST_LINES))]
