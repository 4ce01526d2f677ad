"""Lowpass synapse applied to recorded samples, as a setting of one view."""

from __future__ import annotations

import math

import numpy as np

BLOCK = 64
"""Steps that one matrix product filters."""


def lowpass(values: np.ndarray, tau: float, dt: float) -> np.ndarray:
    """``output[k] = decay * output[k-1] + (1 - decay) * values[k]`` with
    ``decay = exp(-dt / tau)``, from zero.

    It is what ``nengo.Lowpass(tau).filt(values, dt, y0=0)`` gives, a block of steps at a time.

    Args:
        values: ``(steps, size)``.
        tau: Time constant, in seconds; zero filters nothing.
        dt: Time between two samples, in seconds.
    """
    if tau <= 0 or not len(values):
        return values
    decay = math.exp(-dt / tau)
    powers = decay ** np.arange(BLOCK + 1)
    distance = np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK))
    # Block form of the recurrence: a lower triangular Toeplitz matrix filters within
    # a block, and powers of the decay carry the last output of the block before.
    within = np.where(distance >= 0, powers[np.abs(distance)] * (1 - decay), 0.0)
    # Zeros fill the last block; they come after all samples, so they change none of them.
    missing = -len(values) % BLOCK
    padded = np.concatenate([values, np.zeros((missing, values.shape[1]), values.dtype)])
    blocks = within @ padded.reshape(-1, BLOCK, values.shape[1])
    last = np.zeros(values.shape[1])
    # Only this loop is sequential, over blocks and not over steps.
    for i in range(len(blocks)):
        blocks[i] += powers[1:, np.newaxis] * last
        last = blocks[i, -1]
    return blocks.reshape(-1, values.shape[1])[: len(values)]
