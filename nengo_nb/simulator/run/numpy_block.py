"""Steps that were taken in NumPy, and are committed together."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
from nengo.base import NengoObject

from nengo_nb.engine.executor import Chunk

LONGEST = 1000
"""Most steps of a block."""

MOST_BYTES = 2**23
"""Room for the samples of a block; a probe of weights may fill it with a few steps."""

LONGEST_SECONDS = 0.05
"""Wall time after which a block is due, so that whoever watches the run sees it move."""


class Block:
    """Samples of the probes in a block of steps.

    Args:
        probed: The array that each probe records.
        n_steps: Number of steps that it need have room for.
        dtype: ``"float32"`` or ``"float64"``.
    """

    def __init__(self, probed: Mapping[NengoObject, np.ndarray], n_steps: int, dtype: str) -> None:
        self.count = 0
        step_bytes = sum(array.size for array in probed.values()) * np.dtype(dtype).itemsize
        length = max(min(n_steps, LONGEST, MOST_BYTES // max(step_bytes, 1)), 1)
        self.length = length
        self._probed = probed
        self._samples = {
            probe: np.empty((length, 1, array.size), dtype) for probe, array in probed.items()
        }
        self._pairs = [
            (samples.reshape(length, *probed[probe].shape), probed[probe])
            for probe, samples in self._samples.items()
        ]
        self._begin = time.perf_counter()

    def add(self) -> None:
        """Add a step: what the arrays hold now."""
        for samples, array in self._pairs:
            samples[self.count] = array
        self.count += 1

    def is_due(self) -> bool:
        """Whether it should be committed: it is full, or old."""
        return self.count == self.length or time.perf_counter() - self._begin > LONGEST_SECONDS

    def take(self) -> Chunk:
        """Return the steps as a chunk, and begin anew."""
        records = {probe: samples[: self.count].copy() for probe, samples in self._samples.items()}
        chunk = Chunk(self.count, (), records, {}, {}, None)
        self.count = 0
        self._begin = time.perf_counter()
        return chunk
