"""Distributions for initial weights.

They are Nengo distributions, for ``transform``, ``encoders`` or wherever one fits. Nengo draws a
dense transform as ``sample(size_out, size_in)``, so of ``sample(n, d)`` the fan in is ``d`` and the
fan out is ``n``.

Nengo draws a convolution's kernel one position at a time, as ``sample(channels, filters)``: there
fan in and fan out are exchanged, and the number of positions is not counted. ``fan_avg`` does not
mind the exchange; for the positions, divide ``scale`` by their number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from nengo.dists import Distribution
from nengo.params import EnumParam, NumberParam

STDDEV_WITHIN_TWO = 0.8796256610342398
"""Standard deviation of a standard normal variable that is known to lie within -2 and 2."""


class TruncatedNormal(Distribution):
    """A normal distribution without its tails.

    Args:
        mean: Centre of the distribution.
        stddev: Standard deviation of the normal distribution, before anything is cut off.
        limit: Farthest distance of a sample from the mean; by default twice ``stddev``.

    References:
        Robert (1995), Simulation of truncated normal variables. Statistics and Computing 5.
    """

    mean = NumberParam("mean")
    stddev = NumberParam("stddev", low=0, low_open=True)
    limit = NumberParam("limit", low=0, low_open=True, optional=True)

    def __init__(self, mean: float = 0, stddev: float = 1, limit: float | None = None) -> None:
        super().__init__()
        self.mean = mean
        self.stddev = stddev
        self.limit = limit

    def sample(self, n: int, d: int | None = None, rng: Any = np.random) -> np.ndarray:
        """Draw samples of shape ``(n, d)``, or ``(n,)`` without ``d``."""
        shape = self._sample_shape(n, d)
        size = math.prod(shape)
        limit = 2 * self.stddev if self.limit is None else self.limit
        samples = np.zeros(0)
        while samples.size < size:
            samples = np.concatenate([samples, self._accepted(size - samples.size, limit, rng)])
        return (self.mean + samples).reshape(shape)

    def _accepted(self, n: int, limit: float, rng: Any) -> np.ndarray:
        """Return the accepted ones of ``n`` tries around zero (rejection sampling)."""
        if limit > self.stddev:
            tries = rng.normal(scale=self.stddev, size=n)
            return tries[np.abs(tries) <= limit]
        # Most of a normal distribution would be thrown away, so thin out a uniform one by the
        # normal density.
        tries = rng.uniform(-limit, limit, size=n)
        return tries[rng.uniform(size=n) <= np.exp(-0.5 * (tries / self.stddev) ** 2)]


class VarianceScaling(Distribution):
    """Weights around zero with ``variance = gain * scale / fan``, so that layers of any size pass
    on equal power.

    ``gain`` belongs to the class: 1, except for ``He``.

    Args:
        scale: Variance of the sum of ``fan`` weights, gain aside.
        mode: Meaning of ``fan``: ``"fan_in"``, ``"fan_out"``, or ``"fan_avg"`` for the mean of
            both.
        distribution: ``"uniform"``, or ``"normal"`` for a normal distribution cut off at two
            standard deviations, and widened so that its variance is what it should be.

    References:
        LeCun, Bottou, Orr & Mueller (1998), Efficient backprop. In: Neural Networks: Tricks of the
        Trade.
    """

    gain = 1.0

    scale = NumberParam("scale", low=0, low_open=True)
    mode = EnumParam("mode", values=("fan_in", "fan_out", "fan_avg"))
    distribution = EnumParam("distribution", values=("uniform", "normal"))

    def __init__(
        self, scale: float = 1, mode: str = "fan_avg", distribution: str = "uniform"
    ) -> None:
        super().__init__()
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def sample(self, n: int, d: int | None = None, rng: Any = np.random) -> np.ndarray:
        """Draw samples of shape ``(n, d)``, or ``(n,)`` without ``d``, for ``n`` outputs of
        ``d`` inputs (or one).
        """
        stddev = math.sqrt(self.gain * self.scale / self._fan(n, 1 if d is None else d))
        if self.distribution == "uniform":
            # The variance of a uniform distribution from -limit to limit is limit^2 / 3.
            limit = math.sqrt(3) * stddev
            return rng.uniform(-limit, limit, size=self._sample_shape(n, d))
        # Cutting off the tails lowers the standard deviation,
        # so the normal distribution is wider by as much.
        return TruncatedNormal(stddev=stddev / STDDEV_WITHIN_TWO).sample(n, d, rng=rng)

    def _fan(self, fan_out: int, fan_in: int) -> float:
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        return max(fan, 1)


class Glorot(VarianceScaling):
    """Weights with ``variance = 2 * scale / (fan_in + fan_out)``: activities and gradients both
    keep their size.

    Args:
        scale: Factor on the variance.
        distribution: ``"uniform"`` or ``"normal"``.

    References:
        Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural
        networks. AISTATS.
    """

    def __init__(self, scale: float = 1, distribution: str = "uniform") -> None:
        super().__init__(scale=scale, mode="fan_avg", distribution=distribution)


class He(VarianceScaling):
    """Weights with ``variance = 2 * scale / fan_in``: activities keep their size behind rectified
    neurons.

    Args:
        scale: Factor on the variance.
        distribution: ``"uniform"`` or ``"normal"``.

    References:
        He, Zhang, Ren & Sun (2015), Delving deep into rectifiers: surpassing human-level
        performance on ImageNet classification. ICCV.
    """

    gain = 2.0

    def __init__(self, scale: float = 1, distribution: str = "normal") -> None:
        super().__init__(scale=scale, mode="fan_in", distribution=distribution)
