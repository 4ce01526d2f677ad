"""Polynomial approximation of a function on an interval, of the least degree exact in float32.

``expm1`` and ``log1p`` are most of what a spiking neuron costs. What they are given is bounded by
the length of a step over the membrane's time constant, and there a few multiplications do as well.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

from .rules import Tensor

PRECISION = 2.0**-26
"""Largest relative error: a quarter of the unit roundoff of a float32, ``2**-24``."""

LARGEST = 1.0
"""Largest upper limit of an interval: beyond it the terms of a polynomial cancel each other, and
their rounding errors remain."""

Function = Callable[[Tensor], Tensor]


def bounded(
    exact: Callable[[np.ndarray], np.ndarray],
    library: Function,
    bound: float,
    dtype: str,
    highest_degree: int,
) -> Function:
    """Approximate a function that is zero at zero, for arguments from zero to a bound.

    ``f(x) = x * p(x)`` where ``p`` interpolates ``f(x) / x`` between Chebyshev's nodes, so that the
    relative error is even all over the range.

    Args:
        exact: The function, for float64 arrays.
        library: The function, for tensors; used where no polynomial of a low degree is exact.
        bound: The largest argument.
        dtype: ``"float32"`` or ``"float64"``.
        highest_degree: Highest degree of the polynomial.

    References:
        Trefethen (2013), Approximation theory and approximation practice, chapter 8.
    """
    # PRECISION is that of float32: a float64 is left to the library.
    coefficients = None if dtype != "float32" else ratio_coefficients(exact, bound, highest_degree)
    if coefficients is None:
        return library

    def polynomial(x: Tensor) -> Tensor:
        # Horner's scheme. The factor x in front keeps the zero
        # at zero exact, and with it the relative error there.
        total = coefficients[-1]
        for coefficient in coefficients[-2::-1]:
            total = coefficient + x * total
        return x * total

    return polynomial


def ratio_coefficients(
    exact: Callable[[np.ndarray], np.ndarray], bound: float, highest_degree: int
) -> list[float] | None:
    """Return the coefficients of ``p``, the lowest first; None if its degree would be too high."""
    if not 0 < bound <= LARGEST:
        return None
    # Test points, dense near both ends as the nodes are;
    # the first is not zero, where f(x) / x is 0 / 0.
    x = bound * (1 - np.cos(np.linspace(0.01, np.pi, 200))) / 2
    wanted = exact(x) / x
    for degree in range(1, highest_degree + 1):
        fitted = Chebyshev.interpolate(lambda t: exact(t) / t, degree, domain=[0, bound])
        coefficients = fitted.convert(kind=Polynomial).coef
        if np.abs(Polynomial(coefficients)(x) / wanted - 1).max() < PRECISION:
            return [float(c) for c in coefficients]
    return None
