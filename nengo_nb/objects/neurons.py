"""Neuron types that Nengo lacks: a smooth LIF rate, and rectified neurons that leak.

They run in ``nengo.Simulator`` as well; how TensorFlow computes them is in ``rules``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.dists import Uniform
from nengo.neurons import LIFRate, RectifiedLinear
from nengo.params import NumberParam


class SoftLIFRate(LIFRate):
    """The rate of a LIF neuron, smoothed around its threshold, so that it has a finite slope
    everywhere.

    With ``j = sigma * log(1 + exp((J - 1) / sigma))`` the rate is
    ``amplitude / (tau_ref + tau_rc * log(1 + 1 / j))``. For ``sigma`` towards zero, ``j`` becomes
    ``max(J - 1, 0)``, and the rate that of ``LIFRate``.

    Gains and biases are those of ``LIFRate``: far above the threshold the two agree, at the
    intercept a soft neuron fires a little.

    Args:
        sigma: Width of the smoothing at the threshold, in units of current.
        tau_rc: Membrane time constant, in seconds.
        tau_ref: Refractory time, in seconds.
        amplitude: Factor on the output.
        initial_state: As for every Nengo neuron type; there is no state to set.

    References:
        Hunsberger & Eliasmith (2015), Spiking deep networks with LIF neurons. arXiv:1510.08829,
        equation 5.
    """

    sigma = NumberParam("sigma", low=0, low_open=True)

    def __init__(
        self,
        sigma: float = 1.0,
        tau_rc: float = 0.02,
        tau_ref: float = 0.002,
        amplitude: float = 1,
        initial_state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            tau_rc=tau_rc, tau_ref=tau_ref, amplitude=amplitude, initial_state=initial_state
        )
        self.sigma = sigma

    def rates(self, x: np.ndarray, gain: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """Return steady rates, in Hz, of neurons (columns) for values ``x`` (rows) along
        their encoders.
        """
        return self._rate(self.current(x, gain, bias))

    def step(self, dt: float, J: np.ndarray, output: np.ndarray) -> None:
        """Write the rates under the currents ``J`` into ``output``."""
        output[...] = self._rate(J)

    def _rate(self, J: np.ndarray) -> np.ndarray:
        z = (J - 1) / self.sigma
        far = z < -15
        j = self.sigma * np.logaddexp(0, z)
        # Where j is next to nothing: log(1 + 1 / j) = log(1 + j) - log(j), and the logarithm of a
        # softplus is known.
        log_j = np.log(self.sigma) + z - 0.5 * np.exp(np.minimum(z, 0))
        # np.where computes both branches, so the argument of the other one is replaced.
        inverse = np.where(far, np.log1p(j) - log_j, np.log1p(1 / np.where(far, 1, j)))
        return self.amplitude / (self.tau_ref + self.tau_rc * inverse)


class LeakyReLU(RectifiedLinear):
    """A rectified neuron that lets a part of negative currents through:
    ``amplitude * (J if J > 0 else slope * J)``.

    Args:
        negative_slope: Factor on negative currents.
        amplitude: Factor on the output.
        initial_state: As for every Nengo neuron type; there is no state to set.

    References:
        Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models.
        ICML workshop.
    """

    negative = True

    negative_slope = NumberParam("negative_slope")

    def __init__(
        self,
        negative_slope: float = 0.3,
        amplitude: float = 1,
        initial_state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(amplitude=amplitude, initial_state=initial_state)
        self.negative_slope = negative_slope

    def step(self, dt: float, J: np.ndarray, output: np.ndarray) -> None:
        """Write the rates under the currents ``J`` into ``output``."""
        output[...] = self.amplitude * self._leaky(J)

    def _leaky(self, J: np.ndarray) -> np.ndarray:
        return np.where(J > 0, J, self.negative_slope * J)


class SpikingLeakyReLU(LeakyReLU):
    """``LeakyReLU`` with spikes: a negative rate is a train of negative spikes.

    Each step ``v`` grows by the rate times ``dt``. The whole part of ``v``, below zero too, is the
    number of spikes, and the rest is kept, between 0 and 1. Voltages start evenly spread there, so
    the expected number of spikes is the rate times the time from the very first step, for either
    sign.

    Args:
        negative_slope: Factor on negative currents.
        amplitude: Factor on the output.
        initial_state: Initial values: a distribution or array for ``"voltage"``.
    """

    state = {"voltage": Uniform(low=0, high=1)}  # noqa: RUF012 - as Nengo declares it
    spiking = True

    def rates(self, x: np.ndarray, gain: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """Return steady rates, in Hz, of neurons (columns) for values ``x`` (rows) along
        their encoders.
        """
        return self.amplitude * self._leaky(self.current(x, gain, bias))

    def step(  # type: ignore[override] # Nengo hands a step the states its type declares
        self, dt: float, J: np.ndarray, output: np.ndarray, voltage: np.ndarray
    ) -> None:
        """Write the spikes under the currents ``J`` into ``output``, each
        ``amplitude / dt`` high.
        """
        # In place: output and voltage are views of the simulator's signals.
        voltage += self._leaky(J) * dt
        n_spikes = np.floor(voltage)
        output[...] = (self.amplitude / dt) * n_spikes
        voltage -= n_spikes
