"""Sampling: which steps of a run a probe records (``sample_every``, ``keep_history``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model

from nengo_nb.on_demand import tf
from nengo_nb.settings import NetworkSettings


@dataclass(frozen=True)
class Samples:
    """Selection of steps.

    Args:
        period: Steps from one sample to the next, which need not be whole; one is every step.
        last_only: Whether only the last of them is kept.
    """

    period: float = 1
    last_only: bool = False

    @property
    def are_all(self) -> bool:
        """Whether every step is recorded."""
        return self.period <= 1 and not self.last_only

    def steps(self, n_steps: int, first: int = 1) -> np.ndarray:
        """Return the indices of the recorded steps, of some in a row.

        Args:
            n_steps: Number of steps in the row.
            first: The number of the first of them in the run; the first of a run is 1.
        """
        # Nengo's rule, whose period may be a fraction: ``step % period < 1``.
        recorded = np.flatnonzero(np.arange(first, first + n_steps) % self.period < 1)
        return recorded[-1:] if self.last_only else recorded

    def count(self, n_steps: int) -> int:
        """Return the number of samples of a run from the start."""
        return len(self.steps(n_steps))

    def of(self, values: Any) -> Any:
        """Select the samples of a run from an array or a tensor ``(batch, steps, ...)``."""
        if self.are_all:
            return values
        steps = self.steps(values.shape[1])
        return tf.gather(values, steps, axis=1) if tf.is_tensor(values) else values[:, steps]


def samples_of(model: Model, probes: Iterable[nengo.Probe]) -> dict[nengo.Probe, Samples]:
    """Return the sampling of each of some probes.

    Args:
        model: The built network; settings are looked up where it was built from a network.
        probes: The probes.
    """
    settings = None if model.toplevel is None else NetworkSettings(model.toplevel)
    return {
        probe: Samples(
            1 if probe.sample_every is None else probe.sample_every / model.dt,
            settings is not None and not settings.get("keep_history", probe),
        )
        for probe in probes
    }


def sample_times(n_steps: int, dt: float, sample_every: float | None) -> np.ndarray:
    """Return the times of the samples of a run, in seconds; the first is ``dt``."""
    period = 1 if sample_every is None else sample_every / dt
    steps = np.arange(1, n_steps + 1)
    # Nengo's own formula: ``sample_every`` need not be a multiple of ``dt``.
    return dt * steps[steps % period < 1]
