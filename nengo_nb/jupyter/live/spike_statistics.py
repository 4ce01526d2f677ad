"""Statistics of the spikes in a window, rendered: rates, population rate, inter-spike intervals."""

from __future__ import annotations

import numpy as np

from nengo_nb.analysis import (
    Histogram,
    SpikeTrains,
    cv,
    cv2,
    find_intervals,
    firing_rates,
    interval_histogram,
    population_rate,
    rate_histogram,
)
from nengo_nb.analysis.histograms import bin_width

from .history import History
from .render import Cache, Drawn, Style, Window, empty
from .sparse_spikes import find_sparse, thinned, trains_of

POPULATION_BINS = 400
"""Largest number of bins of a population rate in a window."""

POPULATION_SECONDS = 0.005
"""Smallest width of these bins, in seconds."""

FEW_LONGEST = 0.95
"""Share of the intervals that a histogram shows at least: a few long ones would crowd the rest."""

LEAST_INTERVALS = 20
"""Number of steps that a histogram of intervals covers at least."""

EVEN_BINS = 5
"""Axes end after a multiple of so many bins, so that they seldom change."""


def read_spikes(
    history: History, window: Window, style: Style, cache: Cache
) -> tuple[SpikeTrains | None, str]:
    """Return the spikes in a window, and a note of how many neurons they are of if not all."""
    part = history.between(window.begin, window.end)
    if part.stop <= part.start:
        return None, ""
    # The sample before the window, with which lines enter, is not in it.
    if history.times(part.start, part.start + 1)[0] <= window.begin + 0.5 * history.dt:
        part = slice(part.start + 1, part.stop)
    cache.check(history)
    dims = thinned(style.dims, part.stop - part.start)
    cache.spikes = find_sparse(cache.spikes, history, part, dims, style.amplitude)
    note = "" if len(dims) == len(style.dims) else f", {len(dims)} of {len(style.dims)} neurons"
    return trains_of(cache.spikes, history), note


def rates(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render how many neurons fire how often in the window; the mean is marked."""
    trains, of_neurons = read_spikes(history, window, style, cache)
    if trains is None:
        return empty()
    each = firing_rates(trains)
    silent = int((each == 0).sum())
    note = f"mean {each.mean():.1f} Hz, median {np.median(each):.1f} Hz, {silent} silent"
    return _histogram(rate_histogram(trains), float(each.mean()), note + of_neurons)


def population(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render the mean rate of all neurons over time, in bins."""
    trains, of_neurons = read_spikes(history, window, style, cache)
    if trains is None:
        return empty()
    width = _population_width(window, history.dt)
    times, mean_rates = population_rate(trains, width)
    mean = firing_rates(trains).mean()
    if not len(times):
        # The first bin, as far as it has come.
        times, mean_rates = np.array([(trains.begin + trains.end) / 2]), np.array([mean])
    array = np.stack([times - window.begin, mean_rates]).astype(np.float32)
    note = f"mean {mean:.1f} Hz, bins of {1000 * width:.3g} ms{of_neurons}"
    return Drawn(array, 0.0, max(float(mean_rates.max()), 1.0), note)


def _population_width(window: Window, dt: float) -> float:
    """Return the width of the bins of a population rate, in seconds."""
    steps = max((window.end - window.begin) / dt, 1.0)
    shortest = round(POPULATION_SECONDS / dt)
    return max(bin_width(steps, POPULATION_BINS), shortest, 1) * dt


def intervals(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render how often which inter-spike interval occurs; the refractory period is marked."""
    trains, of_neurons = read_spikes(history, window, style, cache)
    if trains is None:
        return empty()
    found = find_intervals(trains)
    longest = LEAST_INTERVALS * history.dt + style.tau_ref
    if len(found.seconds):
        longest = max(longest, float(np.quantile(found.seconds, FEW_LONGEST)))
    histogram = interval_histogram(found, style.tau_ref, longest)
    variation = f"CV {_mean(cv(found))}, CV2 {_mean(cv2(found))}, {len(found.seconds)} intervals"
    beyond = f", {histogram.n_beyond} longer" if histogram.n_beyond else ""
    mark = style.tau_ref if style.tau_ref > 0 else float("nan")
    return _histogram(histogram, mark, variation + beyond + of_neurons)


def _mean(values: np.ndarray) -> str:
    """Write the mean over the neurons that have a value."""
    there = values[~np.isnan(values)]
    return f"{there.mean():.2f}" if len(there) else "–"


def _histogram(histogram: Histogram, mark: float, note: str) -> Drawn:
    """Arrange a histogram in rows: bounds, counts, and a place to be marked."""
    array = np.full((3, len(histogram.edges)), np.nan, np.float32)
    array[0] = histogram.edges
    array[1, :-1] = histogram.counts
    array[2, 0] = mark
    width = histogram.edges[1] - histogram.edges[0]
    even = -(-len(histogram.counts) // EVEN_BINS) * EVEN_BINS
    low = float(histogram.edges[0])
    return Drawn(array, low, low + even * float(width), note)
