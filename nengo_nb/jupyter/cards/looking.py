"""Looking: what a diagram asks about a box or an arrow, and what a simulator that was built has to
tell.

``labextension/src/diagram/messages.ts`` has the same fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import nengo
import numpy as np
from nengo.builder.connection import get_targets
from nengo.builder.ensemble import get_activities
from nengo.utils.ensemble import response_curves

from nengo_nb.diagram.saved import VERSION

from .kinds import built_facts

if TYPE_CHECKING:
    from nengo_nb.simulator.any_simulator import AnySimulator

MOST_CURVES, MOST_CELLS = 60, 96
"""Neurons whose curves are drawn, and rows and columns of an image."""

UNBUILT = (
    "There is no simulator that was built from this network as it is now: after '%nengo run NAME "
    "0.1' or "
    "nengo_nb.Simulator(...) there is more to see here."
)


@dataclass(frozen=True, kw_only=True)
class LookRequest:
    """Look at a copy of a box or an arrow of a drawing."""

    id: int
    drawing: str
    what: Literal["box", "arrow"]
    index: int
    copy: int
    type: Literal["look"] = "look"
    version: int = VERSION


@dataclass(frozen=True, kw_only=True)
class ActivityMessage:
    """How active the boxes of a drawing are, from 0 to 1; the values come in a buffer, a
    float32 for each box.
    """

    drawing: str
    type: Literal["activity"] = "activity"
    version: int = VERSION


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Lines over an axis they share; a name that begins with ``wanted`` is drawn dashed."""

    title: str
    x: list[float]
    lines: list[list[float | None]]
    names: list[str]
    x_label: str
    y_label: str
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, kw_only=True)
class ImageChart:
    """A matrix as an image: what its rows and columns are, and its values."""

    title: str
    values: list[list[float | None]]
    rows: str
    columns: str
    kind: Literal["image"] = "image"


@dataclass(frozen=True, kw_only=True)
class LookReply:
    """What came of a thing when it was built, and what cannot be seen of it."""

    id: int
    facts: list[tuple[str, str]] = field(default_factory=list)
    charts: list[LineChart | ImageChart] = field(default_factory=list)
    note: str = ""
    type: Literal["looked"] = "looked"
    version: int = VERSION


def look_at(number: int, thing: Any, sim: AnySimulator | None) -> LookReply:
    """The answer to a request about an object of a network.

    Args:
        number: Which request it is.
        thing: The object.
        sim: A simulator in which it was built, or None.
    """
    if isinstance(thing, nengo.Node | nengo.Network):
        return LookReply(id=number)
    if sim is None:
        return LookReply(id=number, note=UNBUILT)
    charts = _ensemble(thing, sim) if isinstance(thing, nengo.Ensemble) else _connection(thing, sim)
    try:
        return LookReply(id=number, facts=list(built_facts(thing, sim)), charts=list(charts))
    except Exception as error:
        return LookReply(id=number, note=f"This cannot be drawn: {type(error).__name__}: {error}")


def _ensemble(ensemble: nengo.Ensemble, sim: AnySimulator) -> Iterator[LineChart]:
    """Tuning curves: over the represented value, or in more dimensions over each neuron's
    own direction.
    """
    if isinstance(ensemble.neuron_type, nengo.Direct):
        return
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
        x, rates = response_curves(ensemble, _Now(sim), np.linspace(-1, 1, 81))
        label = "each neuron's own direction"
    yield LineChart(
        title=f"Tuning curves, {few}",
        x=_row(x),
        lines=_rows(rates.T[chosen]),
        names=[],
        x_label=label,
        y_label="rate (Hz)",
    )


def _now(thing: Any, sim: AnySimulator) -> Any:
    """What was built of a thing with what was learned since, of the first item if there is
    a minibatch.
    """
    built = sim.model.params[thing]
    if sim.closed:
        return built
    now = sim.data[thing]
    batched = {
        name: getattr(now, name)[0]
        for name in now._fields
        if np.ndim(getattr(now, name)) > np.ndim(getattr(built, name)) > 0
    }
    return now._replace(**batched)


class _Now:
    """What Nengo's functions want of a simulator: its ``data``."""

    def __init__(self, sim: AnySimulator) -> None:
        self._sim = sim

    @property
    def data(self) -> _Now:
        return self

    def __getitem__(self, thing: Any) -> Any:
        return _now(thing, self._sim)


def _connection(
    connection: nengo.Connection, sim: AnySimulator
) -> Iterator[LineChart | ImageChart]:
    """The function that was decoded beside the one that was wanted, and the weights."""
    built = _now(connection, sim)
    pre = connection.pre_obj
    decoded = isinstance(pre, nengo.Ensemble) and not isinstance(pre.neuron_type, nengo.Direct)
    if decoded and not connection.solver.weights:
        yield _decoded(connection, built, sim)
    weights = built.weights
    if weights is None:
        return
    if hasattr(weights, "toarray"):
        weights = weights.toarray()
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
    """Along the first dimension, with all others at zero."""
    pre = connection.pre_obj
    x = np.linspace(-pre.radius, pre.radius, 81)
    points = np.zeros((len(x), pre.dimensions))
    points[:, 0] = x
    found = get_activities(_now(pre, sim), pre, points) @ np.asarray(built.weights).T
    lines, names = list(found.T[:4]), _names("decoded", found.shape[1])
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
        x_label=label,
        y_label="value",
    )


def _names(word: str, count: int) -> list[str]:
    """A name for each of the first few dimensions."""
    return [word] if count == 1 else [f"{word} {index}" for index in range(min(count, 4))]


def _small(matrix: np.ndarray) -> np.ndarray:
    """A matrix with few rows and columns: of each patch the value that is farthest from zero."""
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > MOST_CELLS:
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
    """Numbers that JSON can hold."""
    return [[float(f"{v:.4g}") if np.isfinite(v) else None for v in row] for row in values]
