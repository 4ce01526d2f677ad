"""Averages of signals and spikes around markers: event-triggered averages, and the PSTH."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rates import steps_of
from .spike_trains import SpikeTrains


@dataclass(frozen=True, eq=False)
class AlignedAverage:
    """Average around markers.

    Args:
        times: Times from a marker, in seconds, ``(n_times,)``.
        mean: Mean over markers, ``(n_times, size)``.
        sem: Standard error of that mean, ``(n_times, size)``; NaN of a single marker.
        n_markers: Number of markers whose surroundings were recorded as a whole.
    """

    times: np.ndarray
    mean: np.ndarray
    sem: np.ndarray
    n_markers: int


def periodic_markers(first: float, period: float, end: float) -> np.ndarray:
    """Return markers at ``first`` and every period after it until a time.

    Args:
        first: Time of the first marker, in seconds.
        period: Time between two of them, in seconds; zero for the first one alone.
        end: Time after which there are none, in seconds.
    """
    if first > end:
        return np.zeros(0)
    if period <= 0:
        return np.array([first])
    # Against rounding: a marker at the end counts.
    return first + period * np.arange(int((end - first) / period + 1e-9) + 1)


def aligned_average(
    values: np.ndarray,
    dt: float,
    markers: np.ndarray,
    before: float,
    after: float,
    begin: float = 0.0,
) -> AlignedAverage:
    """Return the average of signals around markers.

    Args:
        values: Signals, ``(samples, size)`` or ``(samples,)``.
        dt: Time between two samples, in seconds.
        markers: Times of the markers in seconds, ``(n_markers,)``. Those are left out whose
            surroundings were not recorded from begin to end.
        before: Time before each marker, in seconds.
        after: Time after each marker, in seconds.
        begin: Time before the first sample, in seconds: sample ``k`` is of
            ``begin + (k + 1) * dt``.

    Raises:
        ValueError: There is no time before or after markers.
    """
    steps, trials = _trials(values, dt, markers, before, after, begin)
    return _average(steps * dt, trials)


def psth(
    trains: SpikeTrains, markers: np.ndarray, before: float, after: float, width: float
) -> AlignedAverage:
    """Return the peristimulus time histogram: the rate of a population around markers.

    Args:
        trains: The spikes.
        markers: Times of the markers in seconds, ``(n_markers,)``. Those are left out whose
            surroundings were not observed from begin to end.
        before: Time before each marker in seconds, a multiple of the width.
        after: Time after each marker in seconds, a multiple of the width.
        width: Width of the bins in seconds, a multiple of the resolution.

    Returns:
        Rates in Hz, of the mean neuron, in bins whose middles are the times; a bin of a marker
        begins at it.

    Raises:
        ValueError: A time is no such multiple, or there are no neurons.
    """
    if not trains.n_neurons:
        raise ValueError("a population without neurons has no rate")
    bin_steps = steps_of(width, trains.dt, "width of bins")
    n_before = steps_of(before, width, "time before a marker") if before else 0
    n_after = steps_of(after, width, "time after a marker") if after else 0
    counts = np.bincount(trains.steps, minlength=trains.n_steps)
    rates = counts / (trains.n_neurons * trains.dt)
    _, trials = _trials(rates, trains.dt, markers, before, after, trains.begin)
    binned = trials.reshape(len(trials), n_before + n_after, bin_steps, 1).mean(axis=2)
    return _average((np.arange(-n_before, n_after) + 0.5) * width, binned)


def _trials(
    values: np.ndarray, dt: float, markers: np.ndarray, before: float, after: float, begin: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return steps from a marker, and the samples there, ``(n_markers, n_steps, size)``."""
    values = np.asarray(values, np.float64)
    values = values.reshape(len(values), -1)
    # The step that ends at a marker is the last one before it.
    steps = np.arange(1 - round(before / dt), round(after / dt) + 1)
    if not len(steps):
        raise ValueError("there is no time before or after markers to average over")
    places = np.rint((np.asarray(markers, np.float64) - begin) / dt).astype(np.int64) - 1
    whole = (places + steps[0] >= 0) & (places + steps[-1] < len(values))
    return steps, values[places[whole][:, np.newaxis] + steps]


def _average(times: np.ndarray, trials: np.ndarray) -> AlignedAverage:
    """Return mean and standard error of trials, ``(n_markers, n_times, size)``."""
    nothing = np.full(trials.shape[1:], np.nan)
    count = len(trials)
    mean = trials.mean(axis=0) if count else nothing
    sem = trials.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else nothing
    return AlignedAverage(times, mean, sem, count)
