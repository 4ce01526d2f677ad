"""Nengo's step of LIF neurons, number by number, without a new array for each of its operations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from nengo.neurons import LIF


def lif_step(
    neurons: LIF,
    dt: float,
    J: np.ndarray,
    output: np.ndarray,
    voltage: np.ndarray,
    refractory_time: np.ndarray,
) -> Callable[[], None]:
    """Return a function that takes a step of ``nengo.LIF.step``, with the same results.

    Args:
        neurons: The neuron type.
        dt: Length of a step, in seconds.
        J: Input currents.
        output: Spikes, of height ``amplitude / dt``.
        voltage: Membrane voltages.
        refractory_time: Seconds until the end of the refractory period.
    """
    tau_rc, tau_ref, min_voltage = neurons.tau_rc, neurons.tau_ref, neurons.min_voltage
    height = neurons.amplitude / dt
    delta_t, to_go = np.empty_like(voltage), np.empty_like(voltage)
    spiked = np.empty(voltage.shape, bool)

    def step() -> None:
        np.subtract(refractory_time, dt, out=refractory_time)
        np.subtract(dt, refractory_time, out=delta_t)
        np.maximum(delta_t, 0, out=delta_t)
        np.minimum(delta_t, dt, out=delta_t)
        np.divide(delta_t, -tau_rc, out=delta_t)
        np.expm1(delta_t, out=delta_t)
        np.subtract(J, voltage, out=to_go)
        np.multiply(to_go, delta_t, out=to_go)
        np.subtract(voltage, to_go, out=voltage)
        np.greater(voltage, 1, out=spiked)
        np.multiply(spiked, height, out=output)
        (which,) = spiked.nonzero()
        if not len(which):
            np.maximum(voltage, min_voltage, out=voltage)
            return
        # The time since the threshold was crossed, from a voltage that goes on to rise.
        since = np.log1p(-(voltage[which] - 1) / (J[which] - 1))
        np.maximum(voltage, min_voltage, out=voltage)
        voltage[which] = 0
        refractory_time[which] = tau_ref + (dt + tau_rc * since)

    return step
