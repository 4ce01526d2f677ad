"""``Discretized``: matrices of a linear system in continuous time, for steps of any length."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from nengo.builder import Builder, Model, Signal
from nengo.builder.transforms import build_dense
from nengo.params import NdarrayParam
from nengo.rc import rc
from nengo.transforms import Dense

Array = np.ndarray

NENGOS_DT = 0.001
"""The time step of Nengo's simulator, unless another one is asked for, in seconds."""

PADE_13 = (
    "64764752532480000 32382376266240000 7771770303897600 1187353796428800 129060195264000 "
    "10559470521600 670442572800 33522128640 1323241920 40840800 960960 16380 182 1"
)
"""Coefficients of the numerator of the [13/13] Padé approximant of ``exp``."""

LARGEST_NORM_13 = 5.371920351148152
"""Largest 1-norm for which that approximant is exact in double precision."""


def exponential(X: Array) -> Array:
    """Return the exponential of a square matrix, by scaling, a Padé approximant, and squaring.

    SciPy has it, too, but is not needed for anything else where a network is made.

    References:
        Higham (2005), The scaling and squaring method for the matrix exponential revisited. SIAM
        Journal on Matrix Analysis and Applications 26.
    """
    norm = np.linalg.norm(X, 1)
    squarings = max(0, math.ceil(math.log2(norm / LARGEST_NORM_13))) if norm else 0
    X = X / 2**squarings
    even, odd = np.zeros_like(X), np.zeros_like(X)
    power = np.eye(len(X))
    for k, coefficient in enumerate(map(float, PADE_13.split())):
        if k % 2:
            odd += coefficient * power
        else:
            even += coefficient * power
        power = power @ X
    result = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    return result


class Discretized(Dense):
    """Transform of a linear system ``dm/dt = A m + B u`` whose input is held for a time step.

    It is ``exp(A dt)``, or ``A^-1 (exp(A dt) - I) B`` with ``B``, for the ``dt`` of the simulator
    that builds it. ``init`` and ``sample`` have the values for steps of 0.001 s. Where parameters
    of a simulator are frozen into the network, a dense transform for its ``dt`` takes the place.

    Args:
        A: State matrix, ``(n, n)``, in 1/s.
        B: Input matrix, ``(n, m)``, in 1/s; None for the transform of the state itself.
    """

    A = NdarrayParam("A", shape=("*", "*"))
    B = NdarrayParam("B", shape=("*", "*"), optional=True)

    def __init__(self, A: Array, B: Array | None = None) -> None:
        init = discretize(np.asarray(A, float), B, NENGOS_DT)
        super().__init__(init.shape, init=init)
        self.A = A
        self.B = B


def discretize(A: Array, B: Array | None, dt: float) -> Array:
    """Return the matrix of one time step.

    Args:
        A: State matrix, ``(n, n)``.
        B: Input matrix, ``(n, m)``; None for the matrix of the state itself.
        dt: Length of the step, in seconds.

    Returns:
        ``(n, n)`` without ``B``, else ``(n, m)``.
    """
    if B is None:
        return exponential(A * dt)
    # One exponential of both; unlike the formula, it needs no inverse of A.
    n, m = B.shape
    both = np.zeros((n + m, n + m))
    both[:n, :n], both[:n, n:] = A, B
    return exponential(both * dt)[:n, n:]


@Builder.register(Discretized)
def build_discretized(
    model: Model,
    transform: Discretized,
    sig_in: Signal,
    decoders: Array | None = None,
    encoders: Array | None = None,
    rng: Any = np.random,
) -> tuple[Signal, Signal]:
    """Build a dense transform for the model's time step."""
    init = discretize(transform.A, transform.B, model.dt).astype(rc.float_dtype)
    return build_dense(model, Dense(init.shape, init=init), sig_in, decoders, encoders, rng)
