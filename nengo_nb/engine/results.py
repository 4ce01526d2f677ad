"""Results of Python functions, checked and copied at the step at which they are returned.

What a function returns stays its own: it may write the next result into the same array, or pass on a view of a
history that rolls on. So nothing of it is kept but a copy, and what is no result ends the run at its own step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nengo_nb.errors import NodeError

REAL_KINDS = "biuf"
"""NumPy's letters for Booleans, integers and floating-point numbers."""


def checked(result: Any, shape: tuple[int, ...], name: str, function: Callable[..., Any]) -> np.ndarray:
    """What a node's function returned, as a new array of the node's size.

    Accepts finite real numbers that NumPy can assign to an array of this shape, as ``nengo.Simulator`` does.

    Args:
        result: What was returned.
        shape: Shape of the node's output.
        name: What to call the node in errors.
        function: The node's function.

    Raises:
        NodeError: It is None, masked, not finite, not a number, or of another size.
    """
    called = f"Function '{getattr(function, '__name__', type(function).__name__)}' of {name}"
    size = shape[0] if shape else 1
    if result is None:
        raise NodeError(f"{called} returned None, a non-finite value; {size} numbers are expected.")
    array = np.empty(shape)
    try:
        numbers = np.asarray(result)
        # NumPy converts more than that: strings, dates, and objects such as integers of more than 64 bits.
        if numbers.dtype.kind not in REAL_KINDS:
            raise TypeError(f"no real numbers: {numbers.dtype}")
        array[...] = numbers
    except (TypeError, ValueError) as error:
        raise NodeError(
            f"{called} returned a value {_shortened(result)} of invalid type {type(result)!r} or size; "
            f"{size} numbers are expected."
        ) from error
    is_finite = np.isfinite(array)
    # Of the handful of numbers that most nodes have, a count takes a third of the time of ``all``.
    if np.count_nonzero(is_finite) < is_finite.size:
        raise NodeError(f"{called} returned non-finite value {_shortened(result)}.")
    if np.ma.is_masked(result):
        raise NodeError(f"{called} returned a masked array {_shortened(result)}; no number may be masked.")
    return array


def _shortened(result: Any) -> str:
    """The repr of a result, or the beginning of a long one."""
    try:
        text = repr(result)
    except Exception:  # a class of the user's, or an integer of more digits than Python converts
        text = f"<{type(result).__name__}>"
    return text if len(text) <= 200 else f"{text[:200]}…"
