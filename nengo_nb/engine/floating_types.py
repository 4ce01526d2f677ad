"""Conversion of arrays to the floating-point type of a simulation."""

from __future__ import annotations

import numpy as np


def narrow(array: np.ndarray, dtype: str) -> np.ndarray:
    """Convert an array to another type; numbers that overflow become infinite.

    NumPy's warning is off, as it could not name the object: ``simulator/run/nonfinite.py`` finds
    and names it.
    """
    with np.errstate(over="ignore"):
        return array.astype(dtype, copy=False)
