"""Firing rates of neurons at evaluation points: Nengo's numbers from fewer passes over memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.neurons import LIF, AdaptiveLIF, AdaptiveLIFRate, LIFRate, NeuronType

Array = np.ndarray

LIF_TYPES = (LIF, LIFRate, AdaptiveLIF, AdaptiveLIFRate)
"""Types with the response curve of ``LIFRate``."""


def rates_of(neurons: NeuronType, x: Array, gain: Array, bias: Array, reuse: bool) -> Array:
    """Return the firing rates, ``(n_points, n_neurons)`` in Hz, that ``neurons.rates`` gives.

    Args:
        neurons: The neuron type.
        x: Inputs of the neurons, ``(n_points, n_neurons)``.
        gain: Gains, ``(n_neurons,)``.
        bias: Bias currents, ``(n_neurons,)``.
        reuse: Whether ``x`` may be overwritten.
    """
    doubles = x.dtype == gain.dtype == bias.dtype == np.float64
    if type(neurons) not in LIF_TYPES or not doubles or x.ndim != 2:
        return neurons.rates(x, gain, bias)
    return _lif_rates(neurons, x, gain, bias, reuse)


def _lif_rates(neurons: Any, x: Array, gain: Array, bias: Array, reuse: bool) -> Array:
    """``amplitude / (tau_ref + tau_rc * log1p(1 / j))`` where ``j = gain * x + bias - 1 > 0``."""
    j = np.multiply(gain, x, out=x if reuse else None, order="C")
    j += bias
    j -= 1
    # By indices, and in place: a mask, looked up three times, takes longer than the logarithms.
    active = np.flatnonzero(j > 0)
    flat = j.reshape(-1)
    values = flat[active]
    np.divide(1.0, values, out=values)
    np.log1p(values, out=values)
    values *= neurons.tau_rc
    values += neurons.tau_ref
    np.divide(neurons.amplitude, values, out=values)
    j[...] = 0
    flat[active] = values
    return j
