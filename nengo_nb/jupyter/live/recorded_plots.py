"""Recorded plots: what was drawn of a live run as a replay keeps it, one recorder for each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nengo_nb.plots.extremes import thin_lines, thin_path
from nengo_nb.plots.recorded import (
    CloudsRecord,
    Detail,
    ImagesRecord,
    LinesRecord,
    PathsRecord,
    Record,
    RecordedRun,
    SpikesRecord,
    thin_spikes,
)
from nengo_nb.plots.reduce import drawable

from .history import History
from .layout_state import LayoutState
from .plot import Plot
from .plot_kinds import PLOT_KINDS
from .reached import Reached
from .render import Cache, Drawn, Window, values_of

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

FEWEST_IMAGES = 10
"""Number of images below which a plot of them says nothing of a run."""

MOST_IMAGES = 200
"""Largest number of images of a plot."""

BLOCK = 2**22
"""Number of values that are searched for spikes at once, which bounds the memory for it."""


@dataclass(frozen=True)
class Recording:
    """Settings of a recording.

    Args:
        sim: The simulator.
        item: Item of the minibatch.
        reached: State of the simulation.
        window: Recorded time.
        length: Length of the window of the view, in seconds.
        detail: Largest sizes.
    """

    sim: Simulator
    item: int
    reached: Reached
    window: Window
    length: float
    detail: Detail

    def history(self, plot: Plot) -> History | None:
        """Return the samples of a plot; None without any."""
        return plot.history(self.sim, self.item, self.reached)


def record_view(
    layout: LayoutState, begin: float | None, end: float | None, detail: Detail
) -> RecordedRun:
    """Return the recorded run of a view, of all plots that can be replayed.

    Args:
        layout: The view.
        begin: Begin in simulated seconds; None for the first recorded sample.
        end: End in simulated seconds; None for the present.
        detail: Largest sizes.

    Raises:
        ValueError: Nothing was recorded in that time, or nothing of it can be replayed.
    """
    sim, run = layout.run.require_simulator(), layout.run
    reached = run.reached
    now = reached.n_steps * run.dt
    window = Window(
        max(reached.kept, reached.kept if begin is None else begin),
        min(now, now if end is None else end),
    )
    if not window.begin < window.end:
        raise ValueError(
            f"nothing was recorded in this time: samples are of {reached.kept:g} to {now:g} s"
        )
    recording = Recording(sim, layout.item, reached, window, layout.length, detail)
    records, notes = [], _notes(layout)
    for plot in layout.plots:
        try:
            record = _record(plot, recording)
        except IndexError:
            raise ValueError("the simulation has just gone back in time; try again") from None
        if isinstance(record, str):
            notes.append(f"Not in it: {plot.title}, as {record}.")
        else:
            records.append(record)
    if not records:
        raise ValueError(" ".join(["there is nothing to replay.", *notes]))
    return RecordedRun(
        layout.title,
        window.begin,
        window.end,
        tuple(records),
        tuple(notes),
        min(layout.length, window.end - window.begin),
    )


def _notes(layout: LayoutState) -> list[str]:
    """Return sentences on what belongs to no plot."""
    notes = []
    if layout.items > 1:
        notes.append(f"Item {layout.item} of a minibatch of {layout.items}.")
    kept = [f"“{run.name}”" for run in layout.run.kept_runs.shown]
    if kept:
        notes.append(f"Only the present run is in it, without {', '.join(kept)}.")
    return notes


def _record(plot: Plot, recording: Recording) -> Record | str:
    """Return the record of a plot, or the reason why there is none."""
    record = RECORDERS.get(plot.kind)
    if record is None:
        kind = PLOT_KINDS[plot.kind]
        if kind.is_analysis:
            return f"{kind.label} are computed of the window that is shown"
        return f"{kind.label} is not recorded"
    if plot.source.now is not None:
        return "present weights are not recorded"
    history = recording.history(plot)
    if history is None or not plot.dims:
        return "nothing was recorded of it yet"
    part = history.between(recording.window.begin, recording.window.end)
    if part.stop <= part.start:
        return "nothing was recorded of it in this time"
    return record(plot, history, part, recording)


def _lines(plot: Plot, history: History, part: slice, recording: Recording) -> Record:
    """Record lines, with the extremes of intervals where there are too many samples."""
    values = values_of(history, part, plot.style, plot.synapse)
    all_times = history.times(part.start, part.stop)
    times, thinned = thin_lines(all_times, values, recording.detail.points)
    return LinesRecord(
        plot.title,
        _thinned(len(values), len(thinned)),
        tuple(plot.labels),
        plot.source.quantity,
        times,
        drawable(thinned),
        is_stacked=plot.kind == "stacked",
        hidden=plot.looks.hidden_of(plot.kind, len(plot.dims)),
        limits=plot.looks.limits_of(plot.kind),
    )


def _thinned(samples: int, points: int) -> str:
    if points >= samples:
        return ""
    return f"the extremes of {points // 2} intervals of {samples} samples"


def _population(plot: Plot, history: History, _part: slice, recording: Recording) -> Record | str:
    """Record the rate of a population in bins of the whole time."""
    drawn = PLOT_KINDS[plot.kind].render(history, recording.window, plot.style, Cache())
    if not drawn.array.size:
        return "one step has no rate"
    times, rates = drawn.array.astype(np.float64)
    window = recording.window
    return LinesRecord(
        plot.title,
        drawn.note,
        ("population",),
        "population rate (Hz)",
        times + window.begin,
        rates[:, np.newaxis],
    )


def _raster(plot: Plot, history: History, part: slice, recording: Recording) -> Record:
    """Record spikes, those of evenly chosen neurons where they are too many."""
    samples, rows = _find_spikes(history, part, plot.dims)
    count, n_rows = len(samples), len(plot.dims)
    numbers = np.rint(history.times_of(samples) / history.dt).astype(np.int64)
    steps, rows, step, every = thin_spikes(numbers, rows, n_rows, recording.detail.spikes)
    thinned = []
    if step > 1:
        thinned.append(f"those of {-(-n_rows // step)} of {n_rows} neurons")
    if every > 1:
        thinned.append(f"one of {every} spikes of each")
    note = f"{', '.join(thinned)} ({len(steps)} of {count} spikes)" if thinned else ""
    return SpikesRecord(plot.title, note, tuple(plot.labels), history.dt, steps, rows, step)


def _find_spikes(
    history: History, part: slice, dims: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sample and the row of each spike, in order of time."""
    every = max(BLOCK // max(len(dims), 1), 1)
    samples, rows = [], []
    for start in range(part.start, part.stop, every):
        values = history.values[start : min(start + every, part.stop)]
        if dims != tuple(range(values.shape[1])):
            values = values[:, list(dims)]
        steps, neurons = np.nonzero(values > 0)
        samples.append(steps + start)
        rows.append(neurons)
    return np.concatenate(samples), np.concatenate(rows)


def _paths(plot: Plot, history: History, part: slice, recording: Recording) -> Record:
    """Record one value over another, and the path over it, where there is one."""
    drawn = [(plot, history, part)]
    over = plot.over
    above = None if over is None else recording.history(over)
    if over is not None and above is not None:
        part_above = above.between(recording.window.begin, recording.window.end)
        drawn.append((over, above, part_above))
    times, points, thinned = [], [], []
    for each, samples, piece in drawn:
        values = values_of(samples, piece, each.style, each.synapse)
        all_times = samples.times(piece.start, piece.stop)
        some_times, some_points = thin_path(all_times, values, recording.detail.points)
        times.append(some_times)
        points.append(drawable(some_points))
        if len(some_points) < len(values):
            thinned.append(f"{len(some_points)} of {len(values)} samples, extremes among them")
    first, second = plot.labels
    return PathsRecord(
        plot.title,
        ", ".join(dict.fromkeys(thinned)),
        (first, second),
        tuple(each.source.key for each, _, _ in drawn),
        tuple(times),
        tuple(points),
        limits=plot.looks.limits_of(plot.kind),
    )


def _images(plot: Plot, history: History, _part: slice, recording: Recording) -> Record | str:
    """Record images at evenly spaced times, as a view would have drawn them."""
    wanted = _image_times(len(plot.dims), recording)
    if isinstance(wanted, str):
        return wanted
    times, drawings = _draw_at(plot, history, wanted, recording)
    low, high = min(d.low for d in drawings), max(d.high for d in drawings)
    return ImagesRecord(
        plot.title,
        f"{len(times)} images, one every {_spacing(times):.3g} s",
        "firing rate (Hz)" if plot.kind == "pattern" else plot.source.quantity,
        times,
        drawable(np.stack([drawn.array for drawn in drawings])),
        plot.looks.limits_of(plot.kind) or (low, max(high, low + 1e-9)),
        is_grey=plot.kind == "pattern",
    )


def _clouds(plot: Plot, history: History, _part: slice, recording: Recording) -> Record | str:
    """Record the similarities at evenly spaced times."""
    wanted = _image_times(len(plot.dims), recording)
    if isinstance(wanted, str):
        return wanted
    times, drawings = _draw_at(plot, history, wanted, recording)
    return CloudsRecord(
        plot.title,
        f"at {len(times)} times, one every {_spacing(times):.3g} s",
        tuple(plot.labels),
        times,
        drawable(np.concatenate([drawn.array for drawn in drawings])),
    )


def _image_times(size: int, recording: Recording) -> np.ndarray | str:
    """Return the times at which images of a size are recorded, or why none are."""
    window = recording.window
    steps = round((window.end - window.begin) / recording.sim.dt)
    count = min(recording.detail.cells // size, MOST_IMAGES)
    if count < FEWEST_IMAGES:
        return f"its {size} values are too many for a small file"
    # The end of the window is the last one, and its begin is none.
    return np.linspace(window.begin, window.end, max(min(count, steps), 1) + 1)[1:]


def _draw_at(
    plot: Plot, history: History, wanted: np.ndarray, recording: Recording
) -> tuple[np.ndarray, list[Drawn]]:
    """Return what a view that follows the run draws at some times, and at which there is any."""
    times, drawings = [], []
    for time in wanted.tolist():
        window = Window(max(time - recording.length, 0.0), time)
        drawn = PLOT_KINDS[plot.kind].render(history, window, plot.style, Cache())
        # The first sample may come later, where not every step is recorded.
        if drawn.array.size:
            times.append(time)
            drawings.append(drawn)
    return np.array(times), drawings


def _spacing(times: np.ndarray) -> float:
    return float(times[1] - times[0]) if len(times) > 1 else float(times[0])


RECORDERS: dict[str, Callable[[Plot, History, slice, Recording], Record | str]] = {
    "lines": _lines,
    "stacked": _lines,
    "raster": _raster,
    "population": _population,
    "xy": _paths,
    "image": _images,
    "pattern": _images,
    "cloud": _clouds,
}
"""Recorders of the kinds of plots that can be replayed."""
