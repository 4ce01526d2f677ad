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
