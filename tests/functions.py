"""Functions as people write them: with memory, with buffers that they return again and again, with
state they share.

A ``Function`` counts its calls and can be made to fail or interrupt at a step. Every one has a
state of its own, so that functions are only ordered where what they compute makes it necessary.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import numpy as np


class World:
    """State that several functions of a network share."""

    def __init__(self) -> None:
        self.value = 0.0


class Function:
    """A function of time, or of time and an input.

    Args:
        compute: What it computes.
    """

    def __init__(self, compute: Callable[..., Any]) -> None:
        self.compute = compute
        self.n_calls = 0
        self.fault: Callable[[], Any] | None = None
        self.at = 0

    def __call__(self, t: float, *x: np.ndarray) -> Any:
        if self.fault is not None and round(1000 * t) == self.at:
            fault, self.fault = self.fault, None
            bad = fault()
            if bad is not GOES_ON:
                return bad
        self.n_calls += 1
        return self.compute(t, *x)


GOES_ON = "goes on"


def fail() -> None:
    """Raise what functions raise."""
    raise ValueError("a fault")


def interrupt() -> str:
    """Press Ctrl-C, and go on."""
    signal.raise_signal(signal.SIGINT)
    return GOES_ON


FAULTS: dict[str, Callable[[], Any]] = {
    "raise": fail,
    "None": lambda: None,
    "NaN": lambda: float("nan"),
    "wrong size": lambda: np.zeros(77),
    "string": lambda: "1.0",
    "interrupt": interrupt,
}


def write_buffer(size: int, world: World) -> Callable[..., Any]:
    """Return one array at every step."""
    buffer = np.zeros(size)

    def compute(t):
        np.sin(np.arange(1, size + 1) * 40 * t, out=buffer)
        return buffer

    return compute


def view_history(size: int, world: World) -> Callable[..., Any]:
    """Return a view of a history that rolls on."""
    history = np.zeros(size + 3)

    def compute(t):
        history[:-1] = history[1:]
        history[-1] = np.cos(30 * t)
        return history[1 : size + 1]

    return compute


def change_list(size: int, world: World) -> Callable[..., Any]:
    """Return one list at every step."""
    values = [0.0] * size

    def compute(t):
        values.insert(0, values.pop())
        values[0] += 0.1
        return values

    return compute


def draw(size: int, world: World) -> Callable[..., Any]:
    """Return numbers of a generator of one's own."""
    rng = np.random.RandomState(size)
    return lambda t: rng.uniform(-1, 1, size=size)


def advance_world(size: int, world: World) -> Callable[..., Any]:
    """Change what others read."""

    def compute(t):
        world.value = 0.9 * world.value + 0.1
        return [world.value] * size

    return compute


def accumulate(size: int, world: World) -> Callable[..., Any]:
    """Add the input to an array, and return it."""
    total = np.zeros(size)

    def compute(t, x):
        total[...] = 0.9 * total + 0.1 * x
        return total

    return compute


def change_input(size: int, world: World) -> Callable[..., Any]:
    """Compute in the array that was given."""

    def compute(t, x):
        x *= 0.5
        x += 0.1
        return x

    return compute


def delay(size: int, world: World) -> Callable[..., Any]:
    """Keep the arrays that were given, and return an old one."""
    kept = [np.zeros(size)] * 3

    def compute(t, x):
        kept.append(x)
        return kept.pop(0)

    return compute


def act(size: int, world: World) -> Callable[..., Any]:
    """Change the world by an input, and return what it is then."""

    def compute(t, x):
        world.value = 0.8 * world.value + 0.1 * float(np.tanh(x).mean())
        return np.full(size, world.value)

    return compute


OF_TIME = {f.__name__: f for f in (write_buffer, view_history, change_list, draw, advance_world)}
OF_INPUT = {f.__name__: f for f in (accumulate, change_input, delay, act)}
