"""A reciprocal without a division, as XLA does not compute a division and what it is used for in one loop."""

from __future__ import annotations

import tensorflow as tf

from .rules import Tensor

GUESS = 0x7EF311C7
"""Minus the bits of a float32, and this, are its reciprocal but for an eighth."""

ROUNDS = 3
"""Each squares the relative error."""


def reciprocal(x: Tensor) -> Tensor:
    """``1 / x`` to the last bit but one, for positive normal numbers; for others it may be anything.

    In float64 it is the division.

    References:
        Newton's method, as in Markstein (1990), Computation of elementary functions on the IBM RISC System/6000
        processor. IBM Journal of Research and Development 34(1).
    """
    if x.dtype != tf.float32:
        return 1 / x
    found = tf.bitcast(GUESS - tf.bitcast(x, tf.int32), tf.float32)
    for _ in range(ROUNDS):
        found = found + found * (1 - x * found)
    return found
