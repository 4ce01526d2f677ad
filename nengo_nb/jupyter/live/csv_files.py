"""CSV of a plot: all samples that were recorded, or of an analysis what is drawn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nengo_nb.jupyter.protocol.live import File

from .layout_state import LayoutState
from .plot import Plot
from .plot_kinds import PLOT_KINDS, pools_neurons
from .render import Cache


@dataclass(frozen=True)
class Head:
    """Header of the CSV of an analysis.

    Args:
        axis: Names of the columns in front of the values: the axis, or both ends of each bin.
        values: Name of the values of a whole population, or the unit that follows each label.
    """

    axis: tuple[str, ...]
    values: str


HEADS = {
    "rates": Head(("from (Hz)", "to (Hz)"), "neurons"),
    "population": Head(("time",), "population rate (Hz)"),
    "intervals": Head(("from (s)", "to (s)"), "intervals"),
    "spectrum": Head(("frequency (Hz)",), "power (dB)"),
    "correlation": Head(("lag (s)",), "correlation"),
    "aligned": Head(("time from marker (s)",), "average"),
}
"""Headers by the name of an analysis."""


def write_csv(state: LayoutState, plot_id: str) -> File:
    """Return the data of a plot as CSV.

    Raises:
        ValueError: There are none yet, or the plot is gone.
    """
    plot = state.plot(plot_id)
    if PLOT_KINDS[plot.kind].is_analysis:
        return _of_analysis(state, plot)
    return _of_samples(state, plot)


def _of_samples(state: LayoutState, plot: Plot) -> File:
    """Return all recorded samples, unfiltered, with a time column in seconds."""
    history = plot.history(state.run.require_simulator(), state.item, state.run.reached)
    if history is None or not len(history.values):
        raise ValueError("nothing was recorded yet")
    values = (
        history.values if plot.source.transform is None else history.values @ plot.source.transform
    )
    table = np.column_stack([history.times(0, len(values)), values[:, list(plot.dims)]])
    return _file(plot.source.key, ["time", *plot.labels], table)


def _of_analysis(state: LayoutState, plot: Plot) -> File:
    """Return what an analysis of the window has found, of each bin, frequency or lag."""
    window, head = state.window(), HEADS[plot.kind]
    sim = state.run.require_simulator()
    drawn = plot.draw(sim, state.item, state.run.reached, window, Cache())
    # An empty drawing has no rows, and one of nothing has no place along its axis.
    if not np.isfinite(drawn.array[:1]).any():
        reason = f": {drawn.note}" if drawn.note else ""
        raise ValueError(f"there is nothing to save yet{reason}")
    axis, *values = np.asarray(drawn.array, np.float64)
    if PLOT_KINDS[plot.kind].is_timed:
        axis = axis + window.begin
    columns = [axis, *values]
    if len(head.axis) == 2:  # bounds of bins, of which there is one more than counts
        columns = [axis[:-1], axis[1:], values[0][:-1]]
    names = [head.values]
    if not pools_neurons(plot.source, plot.kind):
        names = [f"{label} {head.values}" for label in plot.labels]
    name = f"{plot.source.key} {PLOT_KINDS[plot.kind].label}"
    return _file(name, [*head.axis, *names], np.column_stack(columns))


def _file(name: str, header: Sequence[str], table: np.ndarray) -> File:
    text = io.StringIO()
    # A comma in a label would make one column more in the header than in the table.
    names = ",".join(label.replace(",", " ") for label in header)
    np.savetxt(text, table, fmt="%.7g", delimiter=",", header=names, comments="")
    return File(name=f"{name}.csv", text=text.getvalue())
