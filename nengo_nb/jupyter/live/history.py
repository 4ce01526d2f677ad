"""History: the samples of one plot between two times, without a copy of all there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


@dataclass(frozen=True)
class History:
    """What was recorded at one probe, of one item of a batch.

    Args:
        values: ``(samples, size)``.
        last: Number of the step at which the last one was taken, if there is any.
        every: Steps between two samples.
        dt: Length of a step, in seconds.
    """

    values: np.ndarray
    last: int
    every: float
    dt: float

    @property
    def memory(self) -> np.ndarray:
        """The array that owns the samples."""
        owner: np.ndarray = self.values
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        return owner

    def times(self, begin: int, end: int) -> np.ndarray:
        """When some samples were taken, in seconds."""
        return self.times_of(np.arange(begin, end))

    def times_of(self, samples: np.ndarray) -> np.ndarray:
        """When samples with these indices were taken, in seconds: sample ``k`` of a run at
        step ``ceil(k * every)``.
        """
        total = int(self.last / self.every)
        numbers = samples + total - len(self.values) + 1
        return np.ceil(numbers * self.every - 1e-9) * self.dt

    def between(self, begin: float, end: float) -> slice:
        """Which samples lie in a window of time, with one more on its left, so that lines
        enter from the edge.
        """
        total = int(self.last / self.every)
        offset = total - len(self.values)
        low = int(begin / self.dt / self.every + 1e-6) - offset - 1
        high = int(end / self.dt / self.every + 1e-6) - offset
        return slice(max(low, 0), max(min(high, len(self.values)), 0))


def read_history(sim: Simulator, probe: Any, item: int, n_steps: int, length: int) -> History:
    """The history of a probe, as it was at a step that another thread may have passed already.

    Args:
        sim: The simulator.
        probe: The probe.
        item: The item of the minibatch.
        n_steps: Number of that step.
        length: How many samples there were.

    Raises:
        IndexError: The simulation has gone back since.
    """
    data = sim.data[probe]
    whole = data if sim.minibatch_size is None else data[item]
    if len(whole) < length:
        raise IndexError(f"{length} samples were recorded, but only {len(whole)} are left")
    values = whole[:length]
    every = 1.0 if probe.sample_every is None else max(probe.sample_every / sim.dt, 1.0)
    size = int(np.prod(sim.model.sig[probe]["in"].shape))  # which data that are empty do not say
    return History(values.reshape(length, size), n_steps, every, sim.dt)
