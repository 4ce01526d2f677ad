"""Statistics of values, or of the rate of a population, rendered as curves: spectra."""

from __future__ import annotations

import numpy as np

from nengo_nb.analysis.spectra import power_spectrum

from .history import History
from .render import Cache, Drawn, Style, Window, empty, values_of
from .spike_statistics import read_spikes

MOST_SAMPLES = 2**16
"""Largest number of samples that are looked at: the newest ones of the window."""

LONGEST_SEGMENT = 2048
"""Largest number of samples of a segment: its spectrum has half as many points to draw."""

RANGE = 80.0
"""Range of an axis of power in decibels: what is weaker than that is below it."""

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
        steps = np.rint((trains.times - trains.begin) / trains.dt).astype(np.int64) - 1
        counts = np.bincount(steps, minlength=round(trains.seconds / trains.dt))
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
        return Drawn(np.full((2, 1), np.nan, np.float32), -RANGE, 0.0, "one sample as yet")
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
    peaks = ", ".join(f"{peak:.3g}" for peak in found.peaks[:FEW])
    more = ", …" if len(found.peaks) > FEW else ""
    note = f"peak at {peaks}{more} Hz, {found.frequencies[1]:.2g} Hz apart{of_neurons}"
    return Drawn(array, max(low, high - RANGE), max(high, low + 1.0), note)
