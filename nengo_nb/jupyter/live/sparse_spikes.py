"""Spikes of a window as times and neurons, of which only the new ones are read in each frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nengo_nb.analysis import SpikeTrains

from .history import History

MOST_VALUES = 2**24
"""Largest number of samples times neurons that are searched for spikes; of more neurons, evenly
chosen ones stand for all. Where none are known yet, that takes 0.2 s on two slow cores.
"""


@dataclass(frozen=True)
class SparseSpikes:
    """Spikes in the samples ``start`` to ``stop``, in the order of time.

    Args:
        dims: Neurons that were searched.
        amplitude: Amplitude of their type.
        start: Index of the first sample.
        stop: Index after the last one.
        samples: Index of the sample of each spike, ``(n_spikes,)``.
        neurons: Its row among the drawn neurons, ``(n_spikes,)``.
    """

    dims: tuple[int, ...] = ()
    amplitude: float = 1.0
    start: int = 0
    stop: int = 0
    samples: np.ndarray | None = None
    neurons: np.ndarray | None = None


def thinned(dims: tuple[int, ...], n_samples: int) -> tuple[int, ...]:
    """Return the neurons that are searched, evenly chosen where there are too many values."""
    step = 1
    # A power of two, so that a window that fills seldom chooses others.
    while n_samples * len(dims) > step * MOST_VALUES:
        step *= 2
    return dims[::step]


def find_sparse(
    old: SparseSpikes, history: History, part: slice, dims: tuple[int, ...], amplitude: float
) -> SparseSpikes:
    """Return the spikes in some samples, of which only those after ``old`` are searched.

    Args:
        old: Value that was returned for the last frame, or ``SparseSpikes()``.
        history: All recorded samples.
        part: Slice of samples.
        dims: Neurons.
        amplitude: Amplitude of the neuron type.
    """
    usable = (old.dims, old.amplitude) == (
        dims,
        amplitude,
    ) and old.start <= part.start <= old.stop <= part.stop
    begin = old.stop if usable else part.start
    samples, neurons = _search(history, slice(begin, part.stop), dims, amplitude)
    if usable and old.samples is not None and old.neurons is not None:
        first = int(np.searchsorted(old.samples, part.start))
        samples = np.concatenate([old.samples[first:], samples])
        neurons = np.concatenate([old.neurons[first:], neurons])
    return SparseSpikes(dims, amplitude, part.start, part.stop, samples, neurons)


def _search(
    history: History, part: slice, dims: tuple[int, ...], amplitude: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return sample and row of each spike; several in a step are as many."""
    values = history.values[part]
    if dims != tuple(range(values.shape[1])):
        values = values[:, list(dims)]
    samples, neurons = np.nonzero(values)
    exact = np.abs(values[samples, neurons]) * history.dt / amplitude
    # A neuron type of a user's own may have spikes of any size: each is at least one.
    counts = np.maximum(np.rint(exact).astype(np.int64), 1)
    if len(counts) and counts.max() > 1:
        samples, neurons = np.repeat(samples, counts), np.repeat(neurons, counts)
    return samples + part.start, neurons.astype(np.int32)


def trains_of(sparse: SparseSpikes, history: History) -> SpikeTrains | None:
    """Return spikes as spike trains; None of no samples."""
    if sparse.stop <= sparse.start or sparse.samples is None or sparse.neurons is None:
        return None
    first, last = history.times(sparse.start, sparse.stop)[[0, -1]]
    return SpikeTrains(
        history.times_of(sparse.samples),
        sparse.neurons,
        len(sparse.dims),
        float(first) - history.dt,
        float(last),
        history.dt,
    )
