"""Spikes of a window as bits, of which only those of new samples are packed in each frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .history import History


@dataclass(frozen=True)
class PackedSpikes:
    """Whether neurons spiked in the samples from ``start`` on.

    Args:
        dims: Neurons, one bit each.
        start: Index of the first sample.
        bits: ``(samples, bytes)``, the first neuron in the lowest bit.
    """

    dims: tuple[int, ...] = ()
    start: int = 0
    bits: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.uint8))


def pack_spikes(
    old: PackedSpikes, history: History, part: slice, dims: tuple[int, ...]
) -> PackedSpikes:
    """Return the spikes in some samples, of which only those after ``old`` are read.

    Args:
        old: Value that was returned for the last frame, or ``PackedSpikes()``.
        history: All recorded samples.
        part: Slice of samples.
        dims: Neurons.
    """
    stop = old.start + len(old.bits)
    usable = old.dims == dims and old.start <= part.start <= stop <= part.stop
    begin = stop if usable else part.start
    values = history.values[begin : part.stop]
    if dims != tuple(range(values.shape[1])):
        values = values[:, list(dims)]
    bits = np.packbits(values > 0, axis=1, bitorder="little")
    if usable:
        bits = np.concatenate([old.bits[part.start - old.start :], bits])
    return PackedSpikes(dims, part.start, bits)


def join_samples(bits: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return which neurons spiked in any sample of each column of time, ``(columns, bytes)``.

    Args:
        bits: ``(samples, bytes)``.
        starts: Index of the first sample of each column; it ends where the next one begins.
    """
    lengths = np.diff(starts, append=len(bits))
    joined = bits[starts]
    # A column has few samples, and reduceat takes twenty times as long for short columns.
    for place in range(1, int(lengths.max())):
        longer = np.flatnonzero(lengths > place)
        joined[longer] |= bits[starts[longer] + place]
    return joined


def count_bits(bits: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many neurons spiked, of each stretch of neighbours, ``(columns, stretches)``.

    Args:
        bits: ``(columns, bytes)``, the first neuron in the lowest bit.
        edges: Index of the first neuron of each stretch, and that after the last one.
    """
    before = np.zeros((len(bits), bits.shape[1] + 1), np.int32)
    np.cumsum(np.bitwise_count(bits), axis=1, dtype=np.int32, out=before[:, 1:])
    # The byte that an edge lies in counts up to its bit; one past the last byte has none.
    padded = np.pad(bits, ((0, 0), (0, 1)))
    lower = ((1 << (edges & 7)) - 1).astype(np.uint8)
    counts = before[:, edges >> 3] + np.bitwise_count(padded[:, edges >> 3] & lower)
    return np.diff(counts, axis=1)
