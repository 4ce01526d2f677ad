"""Samples of Nengo's distributions from the same random numbers, in less time."""

from __future__ import annotations

from typing import Any

import numpy as np
from nengo.dists import Distribution, QuasirandomSequence, ScatteredHypersphere

Array = np.ndarray


class IndexShuffledSequence(QuasirandomSequence):
    """``QuasirandomSequence`` that shuffles indices instead of rows.

    NumPy draws the same permutation for a vector as for the rows of a matrix, and moves a vector's
    numbers forty times as fast.
    """

    def sample(self, n: int, d: int | None = 1, rng: Any = np.random) -> Array:
        """Return ``(n, d)`` samples; arguments and errors as those of its base class."""
        shuffled = _PostponedShuffle(rng)
        points = super().sample(n, d, shuffled)
        order = np.arange(n)
        rng.shuffle(order)
        return points[order]


class _PostponedShuffle:
    """Generator for one call of ``QuasirandomSequence.sample``, whose rows stay in their order."""

    def __init__(self, rng: np.random.RandomState) -> None:
        self.uniform = rng.uniform

    def shuffle(self, rows: Array) -> None:
        """Leave the rows as they are: their permutation is drawn next, for indices."""


class Sampler:
    """Draws from distributions what they draw themselves.

    A distribution of dimensions that is scattered over a sphere is drawn from another base, one
    that shuffles indices.
    """

    def __init__(self) -> None:
        self._index_shuffled: dict[int, tuple[Distribution, Distribution]] = {}

    def __call__(self, dist: Distribution, n: int, d: int, rng: np.random.RandomState) -> Array:
        """Return ``(n, d)`` samples of a distribution.

        Args:
            dist: The distribution.
            n: Number of samples.
            d: Number of dimensions.
            rng: Generator, which is left in the state in which ``dist.sample`` leaves it.
        """
        if type(dist) is not ScatteredHypersphere or type(dist.base) is not QuasirandomSequence:
            return dist.sample(n, d, rng)
        if d == 1:
            return _scattered_on_line(dist, n, rng).reshape(-1, 1)
        return self._over_indices(dist).sample(n, d, rng)

    def _over_indices(self, dist: ScatteredHypersphere) -> Distribution:
        # By ``id``, as hashing a distribution takes longer than a lookup is worth; the
        # distribution is kept, so that no other one gets its id.
        entry = self._index_shuffled.get(id(dist))
        if entry is None:
            magnitude = 0 if dist.surface else dist.min_magnitude  # ignored there, with a warning
            equal = ScatteredHypersphere(
                dist.surface, magnitude, IndexShuffledSequence(), dist.method
            )
            entry = self._index_shuffled[id(dist)] = (dist, equal)
        return entry[1]


def _scattered_on_line(dist: ScatteredHypersphere, n: int, rng: np.random.RandomState) -> Array:
    """Return ``n`` numbers from -1 to 1, as ``ScatteredHypersphere.sample`` with one dimension."""
    if dist.surface:
        return np.sign(_quasirandom(n, rng) - 0.5)
    positive = _quasirandom(int(n / 2), rng)
    negative = _quasirandom(n - positive.size, rng)
    samples = np.concatenate([positive, negative])
    if dist.min_magnitude > 0:
        samples *= 1.0 - dist.min_magnitude
        samples += dist.min_magnitude
    samples[positive.size :] *= -1
    rng.shuffle(samples)
    return samples


def _quasirandom(n: int, rng: np.random.RandomState) -> Array:
    """Return ``n`` numbers from 0 to 1, as ``QuasirandomSequence.sample`` with one dimension."""
    seed = rng.uniform(0, 1, size=1)
    samples: Array = seed + (1 / n) * np.arange(n, dtype=np.float64)
    samples -= samples >= 1.0  # both less than 1, so that this is their sum modulo 1, exactly
    rng.shuffle(samples)
    return samples
