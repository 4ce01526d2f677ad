"""Spike trains of known processes."""

from __future__ import annotations

import numpy as np

from nengo_nb.analysis import SpikeTrains

DT = 0.001


def trains_of(*times, end, begin=0.0, dt=DT):
    """Spike trains of one neuron for each array of times, in seconds."""
    joined = np.concatenate([np.asarray(each, float) for each in times])
    neurons = np.repeat(np.arange(len(times)), [len(each) for each in times])
    order = np.argsort(joined, kind="stable")
    return SpikeTrains(joined[order], neurons[order], len(times), begin, end, dt)


def poisson(rate, n_neurons, seconds, seed=0, dt=1e-6):
    """Poisson processes of the same rate in Hz, with a resolution that is nearly none."""
    rng = np.random.RandomState(seed)
    times = [
        np.sort(rng.uniform(0, seconds, rng.poisson(rate * seconds))) for _ in range(n_neurons)
    ]
    return trains_of(*times, end=seconds, dt=dt)


def gamma(shape, rate, n_neurons, seconds, seed=0):
    """Gamma processes, whose intervals have the coefficient of variation ``1 / sqrt(shape)``."""
    rng = np.random.RandomState(seed)
    number = int(2 * rate * seconds)
    steps = rng.gamma(shape, 1 / (shape * rate), (n_neurons, number))
    times = [row[row <= seconds] for row in np.cumsum(steps, axis=1)]
    return trains_of(*times, end=seconds, dt=1e-6)
