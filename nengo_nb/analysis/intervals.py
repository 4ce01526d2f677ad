"""Inter-spike intervals: their distribution and how much they vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .histograms import Histogram, count_units
from .spike_trains import SpikeTrains

MOST_BINS = 60
"""Largest number of bins of a histogram of intervals above the refractory period, by default."""


@dataclass(frozen=True, eq=False)
class Intervals:
    """Inter-spike intervals of a population, those of each neuron in the order of time.

    Args:
        seconds: Intervals in seconds, ``(n_intervals,)``.
        neurons: Index of the neuron of each, never decreasing, ``(n_intervals,)``.
        n_neurons: Number of neurons; those without an interval count.
        dt: Resolution of the times of spikes, in seconds.
    """

    seconds: np.ndarray
    neurons: np.ndarray
    n_neurons: int
    dt: float

    @property
    def counts(self) -> np.ndarray:
        """Number of intervals of each neuron, ``(n_neurons,)``."""
        return np.bincount(self.neurons, minlength=self.n_neurons)


def find_intervals(trains: SpikeTrains) -> Intervals:
    """Return the times between each two spikes of a neuron that follow each other."""
    # Stable, so that the spikes of a neuron stay in the order of time; of small
    # numbers NumPy makes a radix sort, whose time grows no faster than their number.
    small = trains.neurons.astype(np.uint16) if trains.n_neurons < 2**16 else trains.neurons
    order = np.argsort(small, kind="stable")
    times, neurons = trains.times[order], trains.neurons[order]
    same = neurons[1:] == neurons[:-1]
    return Intervals(np.diff(times)[same], neurons[1:][same], trains.n_neurons, trains.dt)


def cv(intervals: Intervals) -> np.ndarray:
    """Return the coefficient of variation of each neuron's intervals, ``(n_neurons,)``.

    It is their standard deviation over their mean: 0 for a clock and 1 for a Poisson process, of
    which few intervals give less. A rate that changes makes it larger; see ``cv2``. NaN for neurons
    with fewer than two intervals.

    The deviation is that of the intervals that there are (``ddof=0``), as in
    ``scipy.stats.variation`` and ``elephant.statistics.cv``.
    """
    counts = intervals.counts
    means = _means(intervals.seconds, intervals.neurons, counts)
    squares = (intervals.seconds - means[intervals.neurons]) ** 2
    variances = _means(squares, intervals.neurons, counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts >= 2, np.sqrt(variances) / means, np.nan)


def cv2(intervals: Intervals) -> np.ndarray:
    """Return the CV2 of each neuron's intervals ``I``, ``(n_neurons,)``.

    It is the mean of ``2 * abs(I[k + 1] - I[k]) / (I[k + 1] + I[k])``: 0 for a clock and 1 for a
    Poisson process as the CV is, but nearly the same where the rate changes slowly. NaN for neurons
    with fewer than two intervals.

    References:
        Holt, Softky, Koch and Douglas (1996). Comparison of discharge variability in vitro and in
        vivo in cat visual cortex neurons. Journal of Neurophysiology 75(5), 1806-1814.
    """
    seconds, neurons = intervals.seconds, intervals.neurons
    same = neurons[1:] == neurons[:-1]
    sums = (seconds[1:] + seconds[:-1])[same]
    # Several spikes in one step have intervals of zero, which do not differ.
    ratios = np.zeros(len(sums))
    np.divide(2 * np.abs(np.diff(seconds))[same], sums, out=ratios, where=sums > 0)
    return _means(ratios, neurons[1:][same], np.maximum(intervals.counts - 1, 0))


def interval_histogram(
    intervals: Intervals,
    tau_ref: float = 0.0,
    longest: float | None = None,
    most_bins: int = MOST_BINS,
) -> Histogram:
    """Return how often which interval occurs.

    Intervals are whole numbers of steps, and so are bins. One of them begins with the shortest
    interval that the refractory period allows, so that none has intervals of both sides of it;
    those before it are empty as long as the neurons keep to it. Spikes are recorded at the end of
    their step: 10.2 ms may be recorded as 10 steps of 1 ms.

    Args:
        intervals: The intervals.
        tau_ref: Refractory period, in seconds.
        longest: Interval to which the bins go, in seconds; by default the longest there is.
        most_bins: Largest number of bins above the refractory period.

    Returns:
        Bins in seconds, with numbers of intervals.
    """
    steps = np.rint(intervals.seconds / intervals.dt).astype(np.int64)
    # Rounding must not make one step of a period of 2 ms, which may be a little less than two.
    first = int(tau_ref / intervals.dt + 1e-6)
    last = int(steps.max(initial=first)) if longest is None else round(longest / intervals.dt)
    return count_units(steps, intervals.dt, first, most_bins, max(last, first))


def _means(values: np.ndarray, neurons: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the mean of each neuron's values, ``(n_neurons,)``; NaN without any."""
    sums = np.bincount(neurons, values, minlength=len(counts))
    return np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
