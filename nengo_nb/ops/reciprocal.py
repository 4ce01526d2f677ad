"""Reciprocal without a division, which XLA would not fuse into one loop with what reads it."""

from __future__ import annotations

from nengo_nb.on_demand import tf

from .rules import Tensor

GUESS = 0x7EF311C7
"""Minuend of the initial guess: minus the bits of a float32 it is the reciprocal, within an
eighth.
"""

ROUNDS = 3
"""Number of Newton iterations; each squares the relative error, so ``2**-3`` becomes ``2**-24``."""


def reciprocal(x: Tensor) -> Tensor:
    """``1 / x`` to the last bit but one, for positive normal numbers; for others it may be
    anything.

    In float64 it is the division.

    References:
        Newton's method, as in Markstein (1990), Computation of elementary functions on the IBM RISC
        System/6000 processor. IBM Journal of Research and Development 34(1).
    """
    if x.dtype != tf.float32:
        return 1 / x
    # Negating the bits negates the exponent; the constant
    # restores its bias and balances the mantissa's error.
    estimate = tf.bitcast(GUESS - tf.bitcast(x, tf.int32), tf.float32)
    for _ in range(ROUNDS):
        estimate = estimate + estimate * (1 - x * estimate)
    return estimate
