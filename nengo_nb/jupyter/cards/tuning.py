"""Card of a tuning: a table of settings, and accuracy against time and synaptic operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_nb.jupyter.outputs.card import Card
from nengo_nb.jupyter.outputs.plot import Plot, plot_traces
from nengo_nb.plots import Kind, Trace

if TYPE_CHECKING:
    from nengo_nb.convert.tuning import Curve, Tuning


@dataclass(frozen=True, repr=False)
class TuningCard(Card):
    """Card of a tuning with its plot below.

    Args:
        plot: The curves.
    """

    plot: Plot | None = None

    def _repr_mimebundle_(self, **options: object) -> Any:
        if self.plot is None:
            return super()._repr_mimebundle_()
        data, metadata = self.plot._repr_mimebundle_(**options)
        page = self.page() + data["text/html"]
        return {**data, "text/html": page, "text/plain": repr(self)}, metadata


def make_tuning_card(tuning: Tuning) -> TuningCard:
    """Return the card of a tuning."""
    point = tuning.chosen
    facts = (
        ("chosen", f"{point.setting}, {point.n_steps} steps ({1000 * tuning.dt:g} ms each)"),
        ("accuracy", f"{point.accuracy:.4f}; the model's is {tuning.model_accuracy:.4f}"),
        ("firing rate", f"{point.rate:.1f} Hz on average"),
        ("synaptic operations", f"{point.operations:,.0f} for one example"),
    )
    return TuningCard("Tuning", facts, table=tuning.table(), plot=_plot(tuning))


MODEL = "model"
"""Name of the line at the accuracy of the model."""


def _plot(tuning: Tuning) -> Plot:
    """Return the plot: accuracy over presentation time, and over synaptic operations."""
    curves = tuning.curves
    names = (*_names(tuning), MODEL)
    steps = np.arange(1, 1 + len(curves[0].accuracy))
    over_time = Trace(
        "accuracy over presentation time",
        np.asarray(1000 * steps * tuning.dt, np.float64),
        np.stack([*(curve.accuracy for curve in curves), _level(tuning, len(steps))], axis=1),
        Kind.CURVES,
        quantity="accuracy",
        axis="presentation time (ms)",
        names=names,
    )
    costs = [np.cumsum(curve.operations) / 1000 for curve in curves]
    # Curves of one plot share their positions: each has samples at its own ones alone.
    positions = np.unique(np.concatenate(costs))
    values = [_at(positions, cost, curve) for cost, curve in zip(costs, curves, strict=True)]
    over_cost = Trace(
        "accuracy over synaptic operations",
        positions,
        np.stack([*values, _level(tuning, len(positions))], axis=1),
        Kind.CURVES,
        quantity="accuracy",
        axis="thousands of synaptic operations for one example",
        names=names,
    )
    return plot_traces([over_time, over_cost])


def _level(tuning: Tuning, n: int) -> np.ndarray:
    """Return a level line at the accuracy of the model, from the first of some positions to the
    last.
    """
    level = np.full(n, np.nan)
    level[[0, -1]] = tuning.model_accuracy
    return level


def _names(tuning: Tuning) -> list[str]:
    """Return a short name for each setting: the synapse is told where there are several."""
    settings = [curve.setting for curve in tuning.curves]
    if len({setting.synapse for setting in settings}) == 1:
        return [f"{setting.target:g} Hz" for setting in settings]
    return [f"{setting.target:g} Hz, {1000 * setting.synapse:g} ms" for setting in settings]


def _at(positions: np.ndarray, cost: np.ndarray, curve: Curve) -> np.ndarray:
    """Return the accuracies of a curve at its costs, and NaN at those of others."""
    values = np.full(len(positions), np.nan)
    # Of steps without a spike, which cost nothing, the last one counts.
    values[np.searchsorted(positions, cost)] = curve.accuracy
    return values
