"""Checks and copies the results of Python functions at the step at which they are returned.

A returned array still belongs to the function: it may write the next result into the same array, or
return a view of a history that rolls on. So only a copy is kept, and an invalid result ends the run
at its own step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, cast

import numpy as np

from nengo_nb.errors import NodeError

REAL_KINDS = "biuf"
"""NumPy's letters for Booleans, integers and floating-point numbers."""


FLOATS = frozenset({float, np.float64})
"""Immutable types of numbers for which ``math.isfinite`` is quick."""

DOUBLE = np.dtype(float)

FEW = 16
"""Number of elements up to which Python is as quick as NumPy."""


def checked(
    result: Any, shape: tuple[int, ...], name: str, function: Callable[..., Any]
) -> float | tuple[float, ...] | np.ndarray:
    """Check the result of a node's function, and return it as immutable numbers or a copy.

    Accepts finite real numbers that NumPy can assign to an array of this shape, as
    ``nengo.Simulator`` does.

    Args:
        result: The returned object.
        shape: Shape of the node's output.
        name: The node's name in errors.
        function: The node's function.

    Returns:
        A number that stands for all outputs, a tuple or a new array of this shape.

    Raises:
        NodeError: It is None, masked, not finite, not a number, or of another size.
    """
    # Most nodes return a number or a handful of them at every step, so these are recognised first,
    # by exact type: a subclass may define what its methods do, and goes the slow way.
    kind = type(result)
    if kind in FLOATS:
        if isfinite(result):
            return cast("float", result)
    elif kind is int or kind is bool:
        # Larger ones are left to NumPy, for which those of more than 64 bits are objects.
        if -(2**63) <= result < 2**63:
            return float(result)
    elif shape[0] <= FEW and (kind is list or kind is tuple or _is_double(result, shape)):
        # A list of NumPy's numbers counts as well; anything else among them is left to NumPy.
        numbers = result.tolist() if kind is np.ndarray else result
        if _are_finite(numbers, shape[0]):
            return tuple(numbers)
    return _as_array(
        result,
        shape,
        f"Function {getattr(function, '__name__', type(function).__name__)!r} of {name}",
    )


def _is_double(result: Any, shape: tuple[int, ...]) -> bool:
    """Whether a result is a float64 array of the right shape."""
    return type(result) is np.ndarray and result.shape == shape and result.dtype == DOUBLE


def _are_finite(numbers: Sequence[Any], size: int) -> bool:
    """Whether these are ``size`` finite floating-point numbers."""
    if len(numbers) != size:
        return False
    return FLOATS.issuperset(map(type, numbers)) and all(map(isfinite, numbers))


def _as_array(result: Any, shape: tuple[int, ...], function: str) -> np.ndarray:
    """Convert a result of any type to a new array, or raise NodeError."""
    size = shape[0]
    if result is None:
        raise NodeError(
            f"{function} returned None, a non-finite value; {size} numbers are expected."
        )
    array = np.empty(shape)
    try:
        numbers = np.asarray(result)
        # NumPy converts more than that: strings, dates, and objects such as integers of more than
        # 64 bits.
        if numbers.dtype.kind not in REAL_KINDS:
            raise TypeError(f"no real numbers: {numbers.dtype}")
        array[...] = numbers
    except (TypeError, ValueError) as error:
        raise NodeError(
            f"{function} returned a value {_shortened(result)} of invalid type {type(result)!r} "
            "or size; "
            f"{size} numbers are expected."
        ) from error
    is_finite = np.isfinite(array)
    # Of few numbers, a count takes a third of the time of ``all``.
    if np.count_nonzero(is_finite) < is_finite.size:
        raise NodeError(f"{function} returned non-finite value {_shortened(result)}.")
    if np.ma.is_masked(result):
        raise NodeError(
            f"{function} returned a masked array {_shortened(result)}; no number may be masked."
        )
    return array


def _shortened(result: Any) -> str:
    """Return the repr of a result, cut at 200 characters."""
    try:
        text = repr(result)
    except Exception:  # a class of the user's, or an integer of more digits than Python converts
        text = f"<{type(result).__name__}>"
    return text if len(text) <= 200 else f"{text[:200]}…"
