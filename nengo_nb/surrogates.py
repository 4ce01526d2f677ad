"""Surrogate derivatives of a spike, whose own derivative is zero or infinite.

A surrogate is a function of the voltage's distance above the threshold, in units of the way from
rest to threshold. Choose one with ``configure_settings(surrogate=...)``, by an instance, by its
name in :data:`SURROGATES`, or with a function of your own that takes and returns a tensor.
``"rate"`` takes the derivative of the neuron's firing rate.

References:
    Neftci, Mostafa & Zenke (2019), Surrogate gradient learning in spiking neural networks. IEEE
    Signal Processing Magazine 36(6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FastSigmoid:
    """``1 / (1 + slope * |x|)^2``.

    References:
        Zenke & Ganguli (2018), SuperSpike: supervised learning in multilayer spiking neural
        networks. Neural Computation 30(6).
    """

    slope: float = 10.0

    def __call__(self, x: Any) -> Any:
        """The derivative at a distance ``x`` from the threshold."""
        return 1 / (1 + self.slope * abs(x)) ** 2


@dataclass(frozen=True)
class Triangle:
    """``max(0, 1 - |x| / width)``.

    References:
        Bellec, Salaj, Subramoney, Legenstein & Maass (2018), Long short-term memory and
        learning-to-learn in networks of spiking neurons. NeurIPS 31.
    """

    width: float = 1.0

    def __call__(self, x: Any) -> Any:
        """The derivative at a distance ``x`` from the threshold."""
        height = 1 - abs(x) / self.width
        # max(height, 0) for tensors and arrays alike; this module does not import TensorFlow.
        return (height + abs(height)) / 2


@dataclass(frozen=True)
class ArcTan:
    """``1 / (1 + (pi / 2 * slope * x)^2)``.

    References:
        Fang, Yu, Chen, Masquelier, Huang & Tian (2021), Incorporating learnable membrane time
        constant to enhance learning of spiking neural networks. ICCV.
    """

    slope: float = 2.0

    def __call__(self, x: Any) -> Any:
        """The derivative at a distance ``x`` from the threshold."""
        return 1 / (1 + (1.5707963267948966 * self.slope * x) ** 2)


RATE = "rate"

SURROGATES: dict[str, Any] = {
    "arctan": ArcTan(),
    "fast_sigmoid": FastSigmoid(),
    RATE: RATE,
    "triangle": Triangle(),
}
"""Surrogates by the names of the setting ``surrogate``."""
