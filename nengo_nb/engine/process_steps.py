"""Step functions of Nengo's processes, with one of our own where Nengo's is slow."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

import numpy as np
from nengo.base import Process
from nengo.processes import Piecewise

StepFunction = Callable[[float], Any]


def make_process_step(
    process: Process,
    shape_out: tuple[int, ...],
    dt: float,
    rng: np.random.RandomState,
    state: dict[str, np.ndarray],
) -> StepFunction:
    """Return a function of the time that takes a step of a process without input.

    Args:
        process: The process.
        shape_out: Shape of its output.
        dt: Length of a step, in seconds.
        rng: Its random numbers.
        state: Its arrays, which the function changes in place.
    """
    # By exact type, as a subclass may compute something else.
    if type(process) is Piecewise and process.interpolation == "zero":
        times, values = zip(*sorted(process.data.items()), strict=True)
        if not any(callable(value) for value in values):
            return _piecewise_constant(np.asarray(times, float).tolist(), values, shape_out, dt)
    step: StepFunction = process.make_step((0,), shape_out, dt, rng, state)
    return step


def _piecewise_constant(
    times: list[float], values: tuple[np.ndarray, ...], shape_out: tuple[int, ...], dt: float
) -> StepFunction:
    """Return the step of a piecewise constant function.

    Nengo's has NumPy make an array of all times and search it, 9 us in each step of a network that
    takes 3.

    Args:
        times: Times in seconds from which on values hold, in ascending order.
        values: The values.
        shape_out: Shape of the zeros before the first time.
        dt: Length of a step, in seconds.
    """
    # The value in front is that before the first time.
    held = [np.zeros(shape_out), *values]
    return lambda t: held[bisect_left(times, t + 0.5 * dt)]
