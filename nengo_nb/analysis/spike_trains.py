"""Spike trains: times and neurons of spikes, as all statistics of spiking take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """Spikes of a population while it was observed, at the resolution of the simulation.

    Args:
        times: Time of each spike in seconds, never decreasing, ``(n_spikes,)``. As Nengo counts, a
            spike of the first step is at ``dt``.
        neurons: Index of the neuron of each spike, ``(n_spikes,)``, whole numbers.
        n_neurons: Number of neurons; those without a spike count.
        begin: Time from which on they were observed, in seconds; spikes are after it.
        end: Time until which they were observed, in seconds; spikes are at it at the latest.
        dt: Resolution of the times, in seconds.

    Raises:
        ValueError: Times and neurons are not as many, or nothing was observed.
    """

    times: np.ndarray
    neurons: np.ndarray
    n_neurons: int
    begin: float
    end: float
    dt: float = 0.001

    def __post_init__(self) -> None:
        if np.shape(self.times) != np.shape(self.neurons):
            raise ValueError(
                f"each spike has a time and a neuron, but there are {np.size(self.times)} times "
                f"and {np.size(self.neurons)} neurons"
            )
        if not self.end > self.begin:
            raise ValueError(
                f"spikes are observed from a time to a later one, not from {self.begin:g} s to "
                f"{self.end:g} s"
            )

    @property
    def seconds(self) -> float:
        """Time for which the neurons were observed, in seconds."""
        return self.end - self.begin

    @property
    def n_steps(self) -> int:
        """Number of steps for which the neurons were observed."""
        return round(self.seconds / self.dt)

    @property
    def steps(self) -> np.ndarray:
        """Step at whose end, or in which, each spike is: 0 for the first one, ``(n_spikes,)``."""
        # Times are multiples of the resolution, but for rounding.
        steps = np.ceil((self.times - self.begin) / self.dt - 1e-6).astype(np.int64) - 1
        return np.maximum(steps, 0)

    @property
    def counts(self) -> np.ndarray:
        """Number of spikes of each neuron, ``(n_neurons,)``."""
        return np.bincount(self.neurons, minlength=self.n_neurons)

    def __repr__(self) -> str:
        return (
            f"SpikeTrains({len(self.times)} spikes of {self.n_neurons} neurons from "
            f"{self.begin:g} s to {self.end:g} s)"
        )


def find_spikes(
    values: np.ndarray, dt: float, begin: float = 0.0, amplitude: float = 1.0
) -> SpikeTrains:
    """Return the spikes in what a probe of ``ens.neurons`` recorded at every step.

    A neuron that spikes several times in a step, as those of ``nengo.PoissonSpiking`` may, has as
    many spikes at that time. Negative spikes, as neurons with Tanh have, count as others do.

    Args:
        values: Recorded output, ``(steps, n_neurons)``: ``amplitude / dt`` for each spike.
        dt: Length of a step, in seconds.
        begin: Time before the first of these steps, in seconds.
        amplitude: Amplitude of the neuron type, as in ``nengo.LIF(amplitude=0.01)``.

    Raises:
        ValueError: It has not two axes, or its values are not those of spikes.
    """
    values = np.asarray(values)
    if values.ndim != 2 or not len(values):
        raise ValueError(
            f"spikes are an array of steps and neurons, not one of the shape {values.shape}; of a "
            "minibatch choose one item, such as sim.data[probe][0]"
        )
    steps, neurons = np.nonzero(values)
    exact = np.abs(values[steps, neurons]).astype(np.float64) * dt / amplitude
    counts = np.rint(exact).astype(np.int64)
    is_wrong = (counts == 0) | (np.abs(exact - counts) > 0.01 * counts)
    if is_wrong.any():
        wrong = float(values[steps, neurons][np.argmax(is_wrong)])
        raise ValueError(
            f"the value {wrong:g} is no whole number of spikes of {amplitude / dt:g}: give the "
            "amplitude of the neuron type, and a probe without synapse that records every step"
        )
    times = begin + (np.repeat(steps, counts) + 1) * dt
    end = begin + len(values) * dt
    return SpikeTrains(times, np.repeat(neurons, counts), values.shape[1], begin, end, dt)
