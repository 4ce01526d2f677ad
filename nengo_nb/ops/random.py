"""Counter-based random numbers, a function of object, element, step and batch item alone.

A counter-based generator has no state: merging operators, cutting a run into chunks or resetting
the simulator changes no number of a seeded run. The key is ``(object, element)``, the counter
``(step, item)``; steps from 2**32 on lend their upper bits to the item, so that no number repeats
for 2**48 steps and 65536 items.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from nengo.builder import Operator

from nengo_nb.on_demand import tf

from .rules import Group, Tensor

Words = tuple[Tensor, Tensor]
"""Two uint32 tensors that broadcast against each other."""

# Constants of the reference implementation of Threefry-2x32.
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
# Never the number of an item, so a key made with it repeats none of an item's numbers.
_NO_ITEM = 0xFFFFFFFF

_LARGEST_MEAN = 32.0
"""Poisson variables with larger means are sums of several: ``exp(-mean)`` and the tail keep
their digits.
"""


def threefry2x32(key: Words, counter: Words) -> Words:
    """Threefry-2x32 with 20 rounds: 64 random bits, as two uint32 words.

    Each round is ``x0 += x1; x1 = rotate(x1) ^ x0``, and every four rounds the next words of the
    key are added.

    References:
        Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11.
    """
    keys = (*key, tf.bitwise.bitwise_xor(tf.bitwise.bitwise_xor(key[0], key[1]), _word(_PARITY)))
    x0, x1 = counter[0] + keys[0], counter[1] + keys[1]
    # Five times four rounds; the rotations alternate, and
    # i + 1 is added so that no two injections are alike.
    for i in range(5):
        for rotation in _ROTATIONS[i % 2]:
            x0 = x0 + x1
            x1 = tf.bitwise.bitwise_xor(_rotate(x1, rotation), x0)
        x0 = x0 + keys[(i + 1) % 3]
        x1 = x1 + keys[(i + 2) % 3] + _word(i + 1)
    return x0, x1


def _word(value: int) -> Tensor:
    return tf.constant(value, dtype=tf.uint32)


def _rotate(x: Tensor, n_bits: int) -> Tensor:
    """Rotate to the left."""
    return tf.bitwise.bitwise_or(
        tf.bitwise.left_shift(x, _word(n_bits)), tf.bitwise.right_shift(x, _word(32 - n_bits))
    )


def object_key(op: Operator) -> int:
    """Draw 32 bits from a copy of an operator's random state; the original does not advance."""
    copy = np.random.RandomState()
    copy.set_state(op.state_extra["rng"].get_state())
    return int(copy.randint(2**32, dtype=np.uint32))


@dataclass(frozen=True)
class Stream:
    """Generator of the random numbers of a group in one step.

    Args:
        key: Object and element, each ``(N,)``.
        step: Number of the step, an int64 scalar.
        batch: Number of batch items.
    """

    key: tuple[np.ndarray, np.ndarray]
    step: Tensor
    batch: int

    def uniform(self, dtype: str, draw: Tensor | None = None) -> Tensor:
        """Uniforms in [0, 1), ``(batch, N)``: 24 bits for float32; those and 29 more for float64.

        Args:
            dtype: ``"float32"`` or ``"float64"``.
            draw: Number of the draw (a uint32 scalar) where a step needs more than one; it makes
                keys of its own.
        """
        key = (tf.constant(self.key[0]), tf.constant(self.key[1]))
        if draw is not None:
            key = threefry2x32(key, (draw, _word(_NO_ITEM)))
        items = tf.constant(np.arange(self.batch, dtype=np.uint32)[:, np.newaxis])
        return to_unit(threefry2x32(key, _counter(self.step, items)), dtype)


def _counter(step: Tensor, items: Tensor) -> Words:
    """Return the counter of each item: the low word of the step, and the item XOR its high
    word << 16.
    """
    step = tf.cast(step, tf.int64)
    # XOR with bits above the item keeps counters apart for up to 65536 items.
    upper = tf.cast(tf.bitwise.right_shift(step, tf.constant(32, tf.int64)), tf.uint32)
    spread = tf.bitwise.left_shift(upper, _word(16))
    return tf.cast(step, tf.uint32), tf.bitwise.bitwise_xor(items, spread)


def streams(group: Group) -> Callable[[Tensor, int], Stream]:
    """Return ``(step, batch) -> Stream``, the random numbers of a group in a step."""
    sizes = group.sizes
    objects = np.repeat(np.array([object_key(op) for op in group.ops], dtype=np.uint32), sizes)
    # Elements are numbered within their own object: merging operators must not change a number.
    elements = np.concatenate([np.arange(size, dtype=np.uint32) for size in sizes])
    return lambda step, batch: Stream((objects, elements), step, batch)


def to_unit(words: Words, dtype: str) -> Tensor:
    """Convert 64 random bits to a number in [0, 1): the upper 24 of them in float32, the
    upper 27 and 26 in float64.
    """
    if dtype == "float32":
        return _upper(words[0], 24, dtype) * 2.0**-24
    return (_upper(words[0], 27, dtype) * 2.0**26 + _upper(words[1], 26, dtype)) * 2.0**-53


def _upper(word: Tensor, n_bits: int, dtype: str) -> Tensor:
    """Return the upper bits of a word as a floating-point integer."""
    # At most 27 bits are left, so int32 holds them without a sign.
    return tf.cast(tf.cast(tf.bitwise.right_shift(word, _word(32 - n_bits)), tf.int32), dtype)


def poisson(mean: Tensor, stream: Stream) -> Tensor:
    """Draw Poisson variables by inversion: the least ``k`` with
    ``u < sum_{i <= k} exp(-mean) mean^i / i!``.

    Computed in float64, so that means and tails are right to 53 bits. A mean that is negative or
    not finite gives a result that is not a number. No gradient passes.

    Args:
        mean: ``(batch, N)``.
        stream: The random numbers of this step.

    Returns:
        Whole numbers, ``(batch, N)`` float64.

    References:
        Devroye (1986), Non-Uniform Random Variate Generation, chapter X.3.
    """
    mean = tf.stop_gradient(tf.cast(mean, "float64"))
    valid = tf.math.is_finite(mean) & (mean >= 0)
    mean = tf.where(valid, mean, tf.zeros_like(mean))
    # A sum of independent Poisson variables is one with the sum of the means.
    n_parts = tf.math.ceil(mean / _LARGEST_MEAN)
    part = mean / tf.maximum(n_parts, 1.0)

    def add_draw(draw: Tensor, total: Tensor) -> tuple[Tensor, Tensor]:
        events = _invert(part, stream.uniform("float64", tf.cast(draw, tf.uint32)))
        # The loop runs as often as the largest mean needs; the other elements ignore the rest.
        wanted = tf.cast(draw, "float64") < n_parts
        return draw + 1, total + tf.where(wanted, events, tf.zeros_like(events))

    def unfinished(draw: Tensor, *_: Tensor) -> Tensor:
        return tf.cast(draw, "float64") < tf.reduce_max(n_parts)

    # The number of draws depends on the rates, so the
    # loop cannot be unrolled; it has no gradient either.
    total = tf.while_loop(unfinished, add_draw, (tf.constant(0), tf.zeros_like(mean)))[1]
    return tf.stop_gradient(tf.where(valid, total, total + np.nan))


def _invert(mean: Tensor, u: Tensor) -> Tensor:
    """Return the least ``k`` with ``u < P(events <= k)``, or that where rounding ends the sum."""

    def is_below(i: Tensor, probability: Tensor, cumulative: Tensor) -> Tensor:
        # Rounding may leave the sum below u for ever, so it ends where
        # a term no longer counts; below the mean terms still grow.
        return (u >= cumulative) & ((i < mean) | (cumulative + probability > cumulative))

    def unfinished(i: Tensor, probability: Tensor, cumulative: Tensor, *_: Tensor) -> Tensor:
        return tf.reduce_any(is_below(i, probability, cumulative))

    def next_term(
        i: Tensor, probability: Tensor, cumulative: Tensor, k: Tensor
    ) -> tuple[Tensor, ...]:
        k = tf.where(is_below(i, probability, cumulative), i + 1, k)
        probability = probability * (mean / (i + 1))
        return i + 1, probability, cumulative + probability, k

    none = tf.exp(-mean)
    start = (tf.constant(0.0, "float64"), none, none, tf.zeros_like(mean))
    return tf.while_loop(unfinished, next_term, start)[3]
