"""Firing rates: of each neuron, and of a population over time."""

from __future__ import annotations

import numpy as np

from .histograms import Histogram, count_units
from .spike_trains import SpikeTrains

MOST_BINS = 40
"""Largest number of bins of a histogram of firing rates, by default."""


def firing_rates(trains: SpikeTrains) -> np.ndarray:
    """Return the mean firing rate of each neuron, spikes per time, in Hz, ``(n_neurons,)``."""
    return trains.counts / trains.seconds


def rate_histogram(trains: SpikeTrains, most_bins: int = MOST_BINS) -> Histogram:
    """Return how many neurons fire how often.

    In a time ``T`` a neuron can only have a rate of a whole number of spikes over ``T``; bins are
    as wide as some of these. The first one has the silent neurons.

    Args:
        trains: The spikes.
        most_bins: Largest number of bins.

    Returns:
        Bins in Hz, with numbers of neurons.
    """
    counts = trains.counts
    highest = int(counts.max(initial=0))
    return count_units(counts, 1 / trains.seconds, 0, most_bins, highest)


def population_rate(trains: SpikeTrains, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean firing rate of a population over time: spikes per bin, neuron and second.

    This is the peristimulus time histogram of a single trial, over neurons. Bounds of bins are
    multiples of their width from time zero, whenever the observation begins; a bin that was not
    observed from its begin to its end is left out.

    Args:
        trains: The spikes.
        width: Width of the bins in seconds, a whole multiple of the resolution.

    Returns:
        Middles of the bins in seconds and rates in Hz, both ``(bins,)``.

    Raises:
        ValueError: The width is no multiple of the resolution, or there are no neurons.
    """
    steps = steps_of(width, trains.dt, "width of bins")
    if not trains.n_neurons:
        raise ValueError("a population without neurons has no rate")
    # Whole numbers of steps, as quotients of times would be off by rounding.
    begin = round(trains.begin / trains.dt)
    first, stop = -(-begin // steps), (begin + trains.n_steps) // steps
    places = (begin + trains.steps) // steps - first
    inside = places[(places >= 0) & (places < stop - first)]
    counts = np.bincount(inside, minlength=max(stop - first, 0))
    middles = (np.arange(first, max(stop, first)) + 0.5) * width
    return middles, counts / (trains.n_neurons * width)


def steps_of(seconds: float, dt: float, quantity: str) -> int:
    """Return a time as a number of steps.

    Raises:
        ValueError: It is no whole number of steps above zero; the sentence names the quantity.
    """
    steps = round(seconds / dt)
    if steps < 1 or abs(steps * dt - seconds) > 1e-6 * seconds:
        raise ValueError(f"the {quantity} is a multiple of {dt:g} s above zero (got {seconds:g} s)")
    return steps
