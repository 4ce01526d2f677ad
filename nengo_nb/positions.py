"""Positions of a view's elements in its base, for those who read signals without making views."""

from __future__ import annotations

import numpy as np
from nengo.builder import Signal


def positions_of(signal: Signal) -> np.ndarray:
    """Return the positions of a signal's elements in its base, in the shape of the signal."""
    if not signal.is_view:
        return np.arange(signal.size).reshape(signal.shape)
    positions = np.full(signal.shape, signal.elemoffset)
    for axis, stride in enumerate(signal.elemstrides):
        along = np.arange(signal.shape[axis]) * stride
        positions += along.reshape((-1,) + (1,) * (signal.ndim - axis - 1))
    return positions
