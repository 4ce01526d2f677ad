"""Legendre memory: a linear system whose state is a sliding window of its input."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import legvander

Array = np.ndarray


def state_space(order: int, theta: float) -> tuple[Array, Array]:
    """Return ``A`` and ``B`` of ``dm/dt = A m + B u``, the Padé approximant of a delay.

    ``A[i, j] = (2i + 1) / theta * (-1 if i < j else (-1)^(i - j + 1))`` and
    ``B[i] = (2i + 1) / theta * (-1)^i``.

    Args:
        order: Number of Legendre polynomials.
        theta: Length of the window, in seconds.

    Returns:
        ``A`` of shape ``(order, order)`` and ``B`` of shape ``(order, 1)``.

    References:
        Voelker, Kajić & Eliasmith (2019), Legendre memory units: continuous-time representation in
        recurrent neural networks. NeurIPS 32.
    """
    i, j = np.arange(order)[:, np.newaxis], np.arange(order)
    scale = (2 * i + 1) / theta
    signs = np.where(i < j, -1.0, (-1.0) ** (i - j + 1))
    return scale * signs, scale * (-1.0) ** i


def delay_decoders(order: int, fractions: Array) -> Array:
    """Return what reads ``u(t - r * theta)`` out of the memory: shifted Legendre polynomials of r.

    Args:
        order: Number of Legendre polynomials.
        fractions: The delays ``r``, as fractions of the window.

    Returns:
        Weights of shape ``(fractions, order)``.
    """
    return legvander(2 * np.asarray(fractions, float) - 1, order - 1)
