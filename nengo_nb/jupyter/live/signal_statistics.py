"""Statistics of values, or of the rate of a population, rendered as curves over something else than
time: spectra, correlations, and averages around markers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nengo_nb.analysis import (
    AlignedAverage,
    aligned_average,
    cross_correlation,
    periodic_markers,
    power_spectrum,
    psth,
)
from nengo_nb.analysis.histograms import bin_width

from .history import History
from .render import Cache, Drawn, Style, Window, bounds, empty, values_of
from .spike_statistics import POPULATION_SECONDS, read_spikes

MOST_SAMPLES = 2**16
"""Largest number of samples that are looked at: the newest ones of the window."""

LONGEST_SEGMENT = 2048
"""Largest number of samples of a segment: its spectrum has half as many points to draw."""

RANGE = 80.0
"""Range of an axis of power in decibels: what is weaker than that is below it."""

LONGEST_LAG = 0.5
"""Longest lag of a correlation, in seconds."""

LAG_SHARE = 0.25
"""Longest lag of a correlation as a share of what is recorded: beyond it few samples overlap."""

BEFORE = 0.25
"""Share of the time around a marker that is before it."""

MOST_TIMES = 200
"""Largest number of bins around a marker."""

MOST_MARKERS = 50
"""Largest number of markers that are averaged over: the last ones."""

FEW = 3
"""Largest number of values whose numbers are in the note."""


def read_signals(
    history: History, window: Window, style: Style, cache: Cache
) -> tuple[np.ndarray, str]:
    """Return the newest drawn values in a window, or of spikes the rate of the population.

    Returns:
        Signals, ``(samples, size)``, with one for all neurons in Hz; and a note of how many neurons
        they are of if not all.
    """
    if style.spikes:
        trains, of_neurons = read_spikes(history, window, style, cache)
        if trains is None:
            return np.zeros((0, 1)), ""
        counts = np.bincount(trains.steps, minlength=trains.n_steps)
        rates = counts / (max(trains.n_neurons, 1) * trains.dt)
        return rates[-MOST_SAMPLES:, np.newaxis], of_neurons
    part = history.between(window.begin, window.end)
    newest = slice(max(part.start, part.stop - MOST_SAMPLES), part.stop)
    return values_of(history, newest, style, style.synapse), ""


def spectrum(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render the power spectral density in decibels, 0 dB for 1 squared unit per Hz."""
    signals, of_neurons = read_signals(history, window, style, cache)
    if not len(signals):
        return empty()
    # Of a single sample there is no spectrum yet, and NaN draws nothing.
    if len(signals) < 2:
        return _nothing("one sample as yet")
    dt = history.dt * history.every
    # A power of two next to half of the window: rhythms of the brain are slow.
    half = 2 ** round(np.log2(len(signals) / 2))
    segment = min(max(half, 2), LONGEST_SEGMENT)
    found = power_spectrum(np.nan_to_num(signals), dt, segment)
    # Zero has no place on a logarithmic axis, and no power, as means are subtracted.
    frequencies, power = found.frequencies[1:], found.power[1:]
    with np.errstate(divide="ignore"):
        decibels = np.where(power > 0, 10 * np.log10(power), np.nan)
    array = np.vstack([frequencies, decibels.T]).astype(np.float32)
    if np.isnan(decibels).all():
        return Drawn(array, -RANGE, 0.0, "no power, as it does not change")
    low, high = float(np.nanmin(decibels)), float(np.nanmax(decibels))
    peaks = _some([f"{peak:.3g}" for peak in found.peaks])
    note = f"peak at {peaks} Hz, {found.frequencies[1]:.2g} Hz apart{of_neurons}"
    return Drawn(array, max(low, high - RANGE), max(high, low + 1.0), note)


def correlation(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render the correlation with a reference, by the time that the signals come after it."""
    signals, of_neurons = read_signals(history, window, style, cache)
    reference = style.reference
    if not len(signals):
        return empty()
    if reference is None:
        return _nothing("nothing to correlate this with")
    if reference.every != history.every:
        return _nothing("these are not sampled at the same times")
    dt = history.dt * history.every
    other = np.nan_to_num(reference.values[reference.between(window.begin, window.end)])
    # Both end with the window.
    count = min(len(signals), len(other))
    if count < 2:
        return _nothing("too few samples as yet")
    signals, other = np.nan_to_num(signals[-count:]), other[-count:]
    longest = min(LONGEST_LAG, LAG_SHARE * count * dt)
    found = [
        cross_correlation(signal, other[:, column], dt, longest)
        for signal, column in zip(signals.T, _columns(style, other.shape[1]), strict=True)
    ]
    values = np.hstack([each.values for each in found])
    best = [f"{each.values.max():.2f} at {1000 * each.best_lags[0]:.3g} ms" for each in found]
    note = f"largest {_some(best)}{of_neurons}"
    array = np.vstack([found[0].lags, values.T]).astype(np.float32)
    return Drawn(array, min(float(values.min()), 0.0), max(float(values.max()), 0.1), note)


def _columns(style: Style, size: int) -> list[int]:
    """Return the column of a reference that each signal is correlated with: its own, or the first
    one where it has no such one.
    """
    if style.spikes:
        return [0]
    fits = max(style.dims, default=0) < size
    return [dim if fits else 0 for dim in style.dims]


def aligned(history: History, window: Window, style: Style, cache: Cache) -> Drawn:
    """Render the average around markers, of all that was recorded until the window's end."""
    if not len(history.values):
        return empty()
    span = style.period if style.period > 0 else window.end - window.begin
    dt = history.dt * history.every
    # Rates in shorter bins are single spikes.
    shortest = round(POPULATION_SECONDS / dt) if style.spikes else 1
    width = max(bin_width(max(span / dt, 1.0), MOST_TIMES), shortest, 1) * dt
    before = max(round(BEFORE * span / width), 1) * width
    after = max(round((1 - BEFORE) * span / width), 1) * width
    markers = periodic_markers(style.marker, style.period, window.end - after)[-MOST_MARKERS:]
    if not len(markers):
        return _nothing(f"no marker yet with {after:.3g} s after it")
    around = Window(max(float(markers[0]) - before - dt, 0.0), window.end)
    found, of_neurons = _average(history, around, style, cache, (markers, before, after, width))
    if found is None or not found.n_markers:
        return _nothing(f"no marker yet with {before:.3g} s before and {after:.3g} s after it")
    array = np.vstack([found.times, found.mean.T]).astype(np.float32)
    low, high = bounds(found.mean)
    error = f", error ± {np.nanmean(found.sem):.2g}" if found.n_markers > 1 else ""
    count = "1 marker" if found.n_markers == 1 else f"{found.n_markers} markers"
    note = f"{count}, bins of {1000 * width:.3g} ms{error}{of_neurons}"
    return Drawn(array, min(low, 0.0) if style.spikes else low, max(high, low + 1e-9), note)


def _average(
    history: History,
    around: Window,
    style: Style,
    cache: Cache,
    place: tuple[np.ndarray, float, float, float],
) -> tuple[AlignedAverage | None, str]:
    """Return the average around markers: of the population rate, or of values in the same bins."""
    markers, before, after, width = place
    if style.spikes:
        trains, of_neurons = read_spikes(history, around, style, cache)
        if trains is None or not trains.n_neurons:
            return None, of_neurons
        return psth(trains, markers, before, after, width), of_neurons
    part = history.between(around.begin, around.end)
    if part.stop <= part.start:
        return None, ""
    dt = history.dt * history.every
    values = values_of(history, part, style, style.synapse)
    begin = float(history.times(part.start, part.start + 1)[0]) - dt
    found = aligned_average(np.nan_to_num(values), dt, markers, before, after, begin)
    steps = round(width / dt)
    if steps == 1 or not found.n_markers:
        return found, ""
    size = values.shape[1]
    mean, sem = (each.reshape(-1, steps, size).mean(axis=1) for each in (found.mean, found.sem))
    times = found.times.reshape(-1, steps).mean(axis=1)
    return AlignedAverage(times, mean, sem, found.n_markers), ""


def _nothing(reason: str) -> Drawn:
    """Return a drawing of no point, with a note on why."""
    return Drawn(np.full((2, 1), np.nan, np.float32), 0.0, 1.0, reason)


def _some(texts: Sequence[str]) -> str:
    """Join the first few texts."""
    return ", ".join([*texts[:FEW], *(["…"] if len(texts) > FEW else [])])
