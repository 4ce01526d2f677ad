"""Rate neurons whose responses are the activations of Keras that Nengo lacks.

The rate of a neuron is a function of its current, ``r = f(J)``; each formula is written once, for
NumPy (``nengo.Simulator``) and for TensorFlow (``rules``). Some rates are negative: such a neuron
stands for an analog unit, and has no spikes of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from nengo.neurons import NeuronType
from nengo.params import BoolParam, IntParam, NumberParam

Array = Any
"""A NumPy array or a TensorFlow tensor."""


@dataclass(frozen=True)
class Functions:
    """Elementary functions of arrays of one kind."""

    exp: Callable[[Array], Array]
    expm1: Callable[[Array], Array]
    tanh: Callable[[Array], Array]
    erf: Callable[[Array], Array]
    sigmoid: Callable[[Array], Array]
    softplus: Callable[[Array], Array]
    abs: Callable[[Array], Array]
    minimum: Callable[[Array, Array], Array]
    maximum: Callable[[Array, Array], Array]
    where: Callable[[Array, Array, Array], Array]


def _softplus(J: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, J)


def _sigmoid(J: np.ndarray) -> np.ndarray:
    # By the hyperbolic tangent, as exp(-J) overflows for currents far below zero.
    return 0.5 * (1 + np.tanh(0.5 * J))


def _erf(J: np.ndarray) -> np.ndarray:
    # NumPy has no error function, and SciPy is no dependency.
    return np.array([math.erf(x) for x in np.ravel(J)]).reshape(np.shape(J))


NUMPY = Functions(
    exp=np.exp,
    expm1=np.expm1,
    tanh=np.tanh,
    erf=_erf,
    sigmoid=_sigmoid,
    softplus=_softplus,
    abs=np.abs,
    minimum=np.minimum,
    maximum=np.maximum,
    where=np.where,
)


class ActivationRate(NeuronType):
    """A neuron without spikes or state whose rate is a function of its current,
    ``r = amplitude * f(J)``.

    Args:
        amplitude: Factor on the output.
        initial_state: As for every Nengo neuron type; there is no state to set.
    """

    negative = True

    amplitude = NumberParam("amplitude", low=0, low_open=True)

    def __init__(self, amplitude: float = 1.0, initial_state: dict[str, Any] | None = None) -> None:
        super().__init__(initial_state=initial_state)
        self.amplitude = amplitude

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        raise NotImplementedError("Activations must provide formula")

    def step(self, dt: float, J: np.ndarray, output: np.ndarray) -> None:
        """Write the rates under the currents ``J`` into ``output``."""
        output[...] = self.amplitude * self.formula(NUMPY, J)

    def max_rates_intercepts(
        self, gain: np.ndarray, bias: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the rates at 1, and the values of the represented variable with no current."""
        # Nengo would search numerically, neuron by neuron.
        return self.rates(1.0, gain, bias).ravel(), -bias / gain


class ClippedReLU(ActivationRate):
    """A rectified neuron with a ceiling, a threshold and a leak:
    ``amplitude * (max_value if J >= max_value, J if J >= threshold, else
    negative_slope * (J - threshold))``.

    Args:
        max_value: Largest rate, amplitude aside; infinity for none.
        negative_slope: Slope below the threshold.
        threshold: Current below which the neuron is silent, or leaks.
        amplitude: Factor on the output.
        initial_state: As for every Nengo neuron type; there is no state to set.
    """

    max_value = NumberParam("max_value")
    negative_slope = NumberParam("negative_slope")
    threshold = NumberParam("threshold")

    def __init__(
        self,
        max_value: float = 6.0,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        amplitude: float = 1.0,
        initial_state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(amplitude=amplitude, initial_state=initial_state)
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        above = math.minimum(J, self.max_value)
        below = self.negative_slope * (J - self.threshold)
        return math.where(self.threshold > J, below, above)


class ELU(ActivationRate):
    """``scale * (J if J > 0 else alpha * (exp(J / width) - 1))``.

    References:
        Clevert, Unterthiner & Hochreiter (2016), Fast and accurate deep network learning by
        exponential linear units. ICLR.
    """

    alpha = NumberParam("alpha")
    scale = NumberParam("scale")
    width = NumberParam("width", low=0, low_open=True)

    def __init__(
        self,
        alpha: float = 1.0,
        scale: float = 1.0,
        width: float = 1.0,
        amplitude: float = 1.0,
        initial_state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(amplitude=amplitude, initial_state=initial_state)
        self.alpha, self.scale, self.width = alpha, scale, width

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        # The branch that is not taken must stay finite, or its gradient would be NaN.
        below = self.alpha * math.expm1(math.minimum(J, 0.0) / self.width)
        return self.scale * math.where(J > 0, J, below)


class GELU(ActivationRate):
    """``J * Phi(J)`` with the normal distribution ``Phi``, or its approximation by a tanh.

    References:
        Hendrycks & Gimpel (2016), Gaussian error linear units. arXiv:1606.08415.
    """

    approximate = BoolParam("approximate")

    def __init__(
        self,
        approximate: bool = False,
        amplitude: float = 1.0,
        initial_state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(amplitude=amplitude, initial_state=initial_state)
        self.approximate = approximate

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        if self.approximate:
            inner = float(np.sqrt(2 / np.pi)) * (J + 0.044715 * J * J * J)
            return 0.5 * J * (1 + math.tanh(inner))
        return 0.5 * J * (1 + math.erf(J * float(np.sqrt(0.5))))


class SiLU(ActivationRate):
    """``J / (1 + exp(-J))``, also called swish.

    References:
        Ramachandran, Zoph & Le (2017), Searching for activation functions. arXiv:1710.05941.
    """

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return J * math.sigmoid(J)


class Mish(ActivationRate):
    """``J * tanh(log(1 + exp(J)))``.

    References:
        Misra (2019), Mish: a self regularized non-monotonic activation function. arXiv:1908.08681.
    """

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return J * math.tanh(math.softplus(J))


class Softplus(ActivationRate):
    """``log(1 + exp(J))``."""

    negative = False

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return math.softplus(J)


class LogSigmoid(ActivationRate):
    """``-log(1 + exp(-J))``."""

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return -math.softplus(-J)


class Softsign(ActivationRate):
    """``J / (1 + |J|)``."""

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return J / (1 + math.abs(J))


class Exponential(ActivationRate):
    """``exp(J)``."""

    negative = False

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return math.exp(J)


class HardSigmoid(ActivationRate):
    """``min(max(J / 6 + 1 / 2, 0), 1)``."""

    negative = False

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return math.minimum(math.maximum(J / 6 + 0.5, 0.0), 1.0)


class HardSiLU(ActivationRate):
    """``J * min(max(J / 6 + 1 / 2, 0), 1)``, also called hard swish.

    References:
        Howard et al. (2019), Searching for MobileNetV3. ICCV.
    """

    def formula(self, math: Functions, J: Array) -> Array:
        """Return ``f(J)``, elementwise."""
        return J * math.minimum(math.maximum(J / 6 + 0.5, 0.0), 1.0)


class Softmax(NeuronType):
    """Neurons that share one unit of activity: ``exp(J_i) / sum_j exp(J_j)``, a divisive
    normalization over each ``n_classes`` neurons in a row.

    Args:
        n_classes: Number of neighbouring neurons that are normalized together.
        initial_state: As for every Nengo neuron type; there is no state to set.

    References:
        Carandini & Heeger (2012), Normalization as a canonical neural computation. Nature Reviews
        Neuroscience 13.
    """

    negative = False

    n_classes = IntParam("n_classes", low=1)

    def __init__(self, n_classes: int, initial_state: dict[str, Any] | None = None) -> None:
        super().__init__(initial_state=initial_state)
        self.n_classes = n_classes

    def step(self, dt: float, J: np.ndarray, output: np.ndarray) -> None:
        """Write the rates under the currents ``J`` into ``output``."""
        # Nengo's optimizer may have put several ensembles of one type side by side.
        rows = J.reshape(-1, self.n_classes)
        powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
        output[...] = (powers / powers.sum(axis=-1, keepdims=True)).reshape(J.shape)

    def rates(self, x: Any, gain: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """Return the rates, ``(points, neurons)``, for values ``x`` along the encoders."""
        J = self.current(x, gain, bias)
        rates = np.zeros_like(J)
        self.step(1.0, J, rates)
        return rates

    def max_rates_intercepts(
        self, gain: np.ndarray, bias: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the rates at 1, and the values of the represented variable with no current."""
        return self.rates(1.0, gain, bias).ravel(), -bias / gain


ACTIVATIONS = (
    ClippedReLU,
    ELU,
    GELU,
    SiLU,
    Mish,
    Softplus,
    LogSigmoid,
    Softsign,
    Exponential,
    HardSigmoid,
    HardSiLU,
)
"""The types whose rule is their formula."""
