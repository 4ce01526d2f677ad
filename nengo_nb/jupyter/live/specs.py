"""Declarations of plots and sliders in code, and the code that declares them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LivePlot:
    """Declaration of a plot of a live view.

    Args:
        target: Source of its values: a probe, an ensemble, its neurons, a node, a learning
            connection, a pair such as ``(neurons, "voltage")``, or the name of one.
        kind: Name of a kind of plot, such as ``"lines"`` or ``"image"``; by default what suits the
            target. An error lists the names that there are.
        dims: Indices of the drawn values, in that order; by default all, or the first ones of many.
        synapse: Time constant of a lowpass filter, in seconds, as a setting of this view alone; by
            default 10 ms for decoded values of what has no probe, and none for the rest.
        pointers: Keys and expressions such as ``"A * B"`` of a vocabulary that a similarity is
            drawn of; by default its keys, or the first ones of many.
        order: Name of the order of neurons: ``"index"``, ``"direction"`` for the one that they
            prefer, or ``"rate"`` or ``"activity"``, which need a plot that has recorded samples or
            ``dims`` in that order; by default the order of ``dims``, or else ``"index"``.
        reference: Probe that a ``"correlation"`` is with; by default the first one of a node.
        marker: Time around which values are averaged as ``"aligned"`` in seconds; by default 0.
        period: Time after which there is a marker again, in seconds; 0 for one alone. By default 1.
        over: Source whose path is drawn over an ``"xy"`` plot, such as a target, as ``target`` has
            it.
        limits: Smallest and largest value of the axis, of both axes of an ``"xy"`` plot, or of an
            image's colours; by default they follow the values.
        hidden: Positions of lines that are switched off, among those that are drawn.
        sound: Neurons of a ``"raster"`` whose spikes are heard as clicks: ``"all"`` that are drawn,
            or the index of one; by default none.
    """

    target: Any
    kind: str | None = None
    dims: Sequence[int] | None = None
    synapse: float | None = None
    pointers: Sequence[str] | None = None
    order: str | None = None
    reference: Any = None
    marker: float | None = None
    period: float | None = None
    over: Any = None
    limits: Sequence[float] | None = None
    hidden: Sequence[int] = ()
    sound: str | int | None = None


@dataclass(frozen=True)
class LiveSlider:
    """Declaration of the sliders of a node, one for each value it outputs.

    Args:
        node: The node, or its name. An ensemble, or a node that hands on what it gets, is given an
            input, which is added to what it gets otherwise.
        low: Value at the left end.
        high: Value at the right end.
    """

    node: Any
    low: float = -1.0
    high: float = 1.0


@dataclass(frozen=True)
class LiveExpression:
    """Declaration of an entry for expressions of semantic pointers, which a node then puts out.

    Args:
        node: Node that puts out pointers, or the module whose output it is, such as a
            ``nengo_spa.Transcode``, or the name of one. A module that no such node drives, such as
            a ``nengo_spa.State`` that gets a product, is given an input.
    """

    node: Any


Steering = LiveSlider | LiveExpression
"""Declaration of what steers an input node."""


def write_code(plots: Sequence[LivePlot], sliders: Sequence[Steering]) -> str:
    """Return the call of ``nengo_nb.live`` that shows plots and sliders; targets are names."""
    lines = ["nengo_nb.live(", "    sim,", "    plots=["]
    lines += [f"        nengo_nb.{_write(plot)}," for plot in plots]
    lines += ["    ],", "    sliders=["]
    lines += [f"        nengo_nb.{_write_steering(slider)}," for slider in sliders]
    return "\n".join([*lines, "    ],", ")"]) + "\n"


def _write_steering(steering: Steering) -> str:
    if isinstance(steering, LiveExpression):
        return f"LiveExpression({steering.node!r})"
    return f"LiveSlider({steering.node!r}, {steering.low!r}, {steering.high!r})"


def _write(plot: LivePlot) -> str:
    synapse = f", synapse={plot.synapse!r}" if plot.synapse is not None else ""
    dims = "" if plot.dims is None else f", dims={list(plot.dims)!r}"
    pointers = "" if plot.pointers is None else f", pointers={list(plot.pointers)!r}"
    names = ("order", "reference", "marker", "period", "over", "sound")
    chosen = {name: getattr(plot, name) for name in names if getattr(plot, name) is not None}
    if plot.limits is not None:
        chosen["limits"] = tuple(plot.limits)
    if plot.hidden:
        chosen["hidden"] = list(plot.hidden)
    others = "".join(f", {name}={value!r}" for name, value in chosen.items())
    return f"LivePlot({plot.target!r}, {plot.kind!r}{dims}{synapse}{pointers}{others})"
