"""Recorded samples of one probe by time, as views of the recorded array and without a copy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


@dataclass(frozen=True)
class History:
    """Samples of a probe, of one item of the minibatch.

    Args:
        values: ``(samples, size)``.
        last: Number of steps that the simulation had taken.
        every: Steps between two samples, which need not be whole (``sample_every / dt``).
        dt: Length of a step, in seconds.
    """

    values: np.ndarray
    last: int
    every: float
    dt: float

    @property
    def memory(self) -> np.ndarray:
        """Array that owns the memory of ``values``, until it grows or the simulation is reset."""
        return owner_of(self.values)

    def times(self, begin: int, end: int) -> np.ndarray:
        """Return the times of samples ``begin`` to ``end``, in seconds."""
        return self.times_of(np.arange(begin, end))

    def times_of(self, samples: np.ndarray) -> np.ndarray:
        """Return times of samples by index, in seconds; sample ``k`` is of step ceil(k * every)."""
        # There may be fewer samples than of a whole run, after clear_probes or where
        # a value was watched only later: the index is counted back from the last one.
        total = int(self.last / self.every)
        numbers = samples + total - len(self.values) + 1
        # The period may be a rounding error above a whole number, which must not add a step.
        return np.ceil(numbers * self.every - 1e-9) * self.dt

    def between(self, begin: float, end: float) -> slice:
        """Return the samples in a window, and one more, so that lines enter at the left edge."""
        total = int(self.last / self.every)
        offset = total - len(self.values)
        # 1e-6 of a sample, so that a sample exactly at the bound counts as within.
        low = int(begin / self.dt / self.every + 1e-6) - offset - 1
        high = int(end / self.dt / self.every + 1e-6) - offset
        return slice(max(low, 0), max(min(high, len(self.values)), 0))


def read_history(sim: Simulator, probe: Any, item: int, n_steps: int, length: int) -> History:
    """Return the history of a probe as of a step that the run's thread may have passed already.

    Args:
        sim: The simulator.
        probe: The probe.
        item: The item of the minibatch.
        n_steps: Number of that step.
        length: Number of samples that there were.

    Raises:
        IndexError: The simulation has gone back since, and forgot some of them.
    """
    data = sim.data[probe]
    whole = data if sim.minibatch_size is None else data[item]
    if len(whole) < length:
        raise IndexError(f"{length} samples were recorded, but only {len(whole)} are left")
    # Samples are only ever added, so this view stays valid while the run goes on.
    values = whole[:length]
    every = steps_between(probe, sim.dt)
    size = math.prod(sim.model.sig[probe]["in"].shape)  # which data that are empty do not say
    return History(values.reshape(length, size), n_steps, every, sim.dt)


def steps_between(probe: Any, dt: float) -> float:
    """Return the steps between two samples of a probe, which need not be whole.

    Args:
        probe: The probe.
        dt: Length of a step, in seconds.
    """
    return 1.0 if probe.sample_every is None else max(probe.sample_every / dt, 1.0)


def owner_of(array: np.ndarray) -> np.ndarray:
    """Return the array that owns the memory of another one."""
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    return owner
