"""Narrowing: numbers in the type of a simulation, which may not reach as far as Python's."""

from __future__ import annotations

import numpy as np


def narrow(array: np.ndarray, dtype: str) -> np.ndarray:
    """An array in another type. What that cannot hold is infinite; NumPy's own warning does not say whose it is."""
    with np.errstate(over="ignore"):
        return array.astype(dtype, copy=False)
